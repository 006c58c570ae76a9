import { createPool, type Lease, type Pool } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { directConnection, freshDatabase, type TestDatabase } from './setup/fresh-database.js'

let config: TestDatabase
let pool: Pool

beforeAll(async () => {
  config = await freshDatabase('cancellation')
  pool = createPool(config)
  await pool.query('CREATE TABLE job (id INT PRIMARY KEY AUTO_INCREMENT, v INT)')
})

afterAll(() => pool?.end())

/** A signal that is aborted shortly after. */
function soon(): AbortSignal {
  return AbortSignal.timeout(60)
}

const LONG = 'SELECT SLEEP(20) AS slept'
const aborted = { code: 'ERR_HOSTPOOL_ABORTED', host: expect.any(String) }

describe('a statement with a signal is stopped on its own server', () => {
  const ways: Record<string, (lease: Lease) => Promise<unknown>> = {
    'pool.query': () => pool.query({ sql: LONG, signal: soon() }),
    'pool.execute': () => pool.execute({ sql: 'SELECT SLEEP(?)', values: [20], signal: soon() }),
    'a write': () => pool.query({ sql: 'INSERT INTO job (v) SELECT SLEEP(20)', signal: soon() }),
    'lease.query': (lease) => lease.query({ sql: LONG, signal: soon() }),
    'lease.stream': (lease) => lease.stream({ sql: LONG, signal: soon() }).toArray(),
    'the shape': () =>
      mysql2Pool(pool)
        .promise()
        .query({ sql: LONG, signal: soon() } as never),
    'a connection of the shape': async () => {
      const connection = await mysql2Pool(pool).promise().getConnection()
      try {
        return await connection.query({ sql: LONG, signal: soon() } as never)
      } finally {
        connection.release()
      }
    },
  }

  test.each(Object.keys(ways))('by %s', async (way) => {
    await using lease = await pool.getConnection()
    const began = performance.now()
    await expect(ways[way]?.(lease)).rejects.toMatchObject(way === 'lease.stream' ? { code: aborted.code } : aborted)
    expect(performance.now() - began).toBeLessThan(2_000)
    expect(await lease.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], expect.anything()])
  })

  test('so that no server is at it any more, and nothing of a write is there', async () => {
    const others = await Promise.all(config.host.split(',').map(directConnection))
    const question =
      "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE '%SLEEP(%' AND INFO NOT LIKE '%PROCESSLIST%' AND DB = ?"
    for (const other of others) {
      await expect
        .poll(async () => (await other.query(question, [config.database]))[0], { timeout: 2_000 })
        .toMatchObject([{ n: 0 }])
      await other.end()
    }
    expect(await pool.query('SELECT COUNT(*) AS n FROM job')).toMatchObject([[{ n: 0 }], expect.anything()])
  })

  test('in a transaction, which goes on', async () => {
    await using lease = await pool.getConnection()
    await lease.beginTransaction()
    await lease.query('INSERT INTO job (v) VALUES (1)')
    await expect(lease.query({ sql: 'UPDATE job SET v = v + SLEEP(20)', signal: soon() })).rejects.toMatchObject(
      aborted,
    )
    expect(lease.inTransaction).toBe(true)
    await lease.commit()
    expect(await pool.query('SELECT v FROM job')).toMatchObject([[{ v: 1 }], expect.anything()])
  })
})

test('statements of others are never stopped, however many are aborted beside them', async () => {
  await using few = createPool({ ...config, connectionLimit: 3 })
  const told = new Set<unknown>()
  const until = performance.now() + 800
  const abort = async (): Promise<void> => {
    while (performance.now() < until) {
      const controller = new AbortController()
      const asked = few.query({ sql: 'SELECT SLEEP(0.002)', signal: controller.signal })
      setTimeout(() => controller.abort(), Math.random() * 6)
      await asked.catch(({ code }: { code: unknown }) => told.add(code))
    }
  }
  const others: unknown[] = []
  const work = async (): Promise<void> => {
    while (performance.now() < until)
      await few.query('SELECT SLEEP(0.001)').catch((error: unknown) => others.push(error))
  }
  await Promise.all([abort(), abort(), abort(), work(), work(), work()])
  expect(others).toEqual([])
  expect([...told]).toEqual(['ERR_HOSTPOOL_ABORTED'])
  expect(few.status().inUse).toBe(0)
})
