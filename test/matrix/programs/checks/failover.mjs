// A host is killed under steady reads and writes. No read fails, no write is said to be anything else than what it is, and all
// goes on.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

import { createPool, isHostpoolError, isRetryable } from '@mysql-hostpool/core'

const IN_A_ROW = 20
const MOST_SECONDS = 45

export default async function failover({ servers, sessionVariables, type, through, killHost }) {
  const pool = createPool({ ...servers, sessionVariables, connectionLimit: 6 })
  const readers = []
  try {
    await pool.query('DROP TABLE IF EXISTS matrix_failover')
    await pool.query('CREATE TABLE matrix_failover (id INT PRIMARY KEY)')
    await pool.check()
    readers.push({ name: 'the pool', read: () => pool.query('SELECT COUNT(*) AS n FROM matrix_failover') })
    for (const library of through) readers.push(await READERS[library](pool, type))
    const told = new Map()
    const failures = []
    const row = { reads: 0, writes: 0 }
    let next = 0
    const stop = new AbortController()
    const reader = async (name, read) => {
      while (!stop.signal.aborted) {
        try {
          await read()
          row.reads += 1
        } catch (error) {
          failures.push(`a read by ${name}: ${error.code} ${error.message}`)
          row.reads = 0
        }
        await sleep(5)
      }
    }
    const writer = async () => {
      while (!stop.signal.aborted) {
        next += 1
        const id = next
        try {
          await pool.execute('INSERT INTO matrix_failover (id) VALUES (?)', [id])
          told.set(id, 'done')
          row.writes += 1
        } catch (error) {
          if (error.code === 'ERR_HOSTPOOL_OUTCOME_UNKNOWN') told.set(id, 'unknown')
          else if (isRetryable(error) || isHostpoolError(error)) told.set(id, 'undone')
          else failures.push(`a write: ${error.code} ${error.message}`)
          row.writes = 0
        }
        await sleep(5)
      }
    }
    const workers = [writer(), writer(), ...readers.map(({ name, read }) => reader(name, read))]
    await sleep(300)
    const begin = performance.now()
    await killHost()
    row.reads = 0
    row.writes = 0
    while (row.reads < IN_A_ROW || row.writes < IN_A_ROW) {
      if (performance.now() - begin > MOST_SECONDS * 1000) break
      await sleep(20)
    }
    stop.abort()
    await Promise.all(workers)
    assert.deepEqual(failures.slice(0, 3), [])
    assert.ok(row.reads >= IN_A_ROW, 'reads did not go on')
    assert.ok(row.writes >= IN_A_ROW, 'writes did not go on')
    const [rows] = await pool.query({ sql: 'SELECT id FROM matrix_failover', access: 'write' })
    const there = new Set(rows.map(({ id }) => id))
    const wrong = [...told].filter(
      ([id, what]) => (what === 'done' && !there.has(id)) || (what === 'undone' && there.has(id)),
    )
    assert.deepEqual(wrong, [], 'what callers were told is not so')
    await pool.query('DROP TABLE matrix_failover')
  } finally {
    for (const { close } of readers) await close?.()
    await pool.end()
  }
}

/** How an application reads through its library. */
const READERS = {
  async typeorm(pool, type) {
    const { typeormDriver } = await import('@mysql-hostpool/typeorm')
    const { DataSource, EntitySchema } = await import('typeorm')
    const Mark = new EntitySchema({ name: 'matrix_failover', columns: { id: { type: 'int', primary: true } } })
    const source = new DataSource({ type, driver: typeormDriver(pool), entities: [Mark] })
    await source.initialize()
    return {
      name: 'TypeORM',
      read: () => source.getRepository(Mark).findOneBy({ id: 1 }),
      close: () => source.destroy(),
    }
  },
  async prisma(pool) {
    const { PrismaHostpool } = await import('@mysql-hostpool/prisma')
    const { PrismaClient } = await import('../generated/client.js')
    const client = new PrismaClient({ adapter: new PrismaHostpool(pool) })
    return {
      name: 'Prisma',
      read: () => client.mark.findUnique({ where: { id: 1 } }),
      close: () => client.$disconnect(),
    }
  },
}
