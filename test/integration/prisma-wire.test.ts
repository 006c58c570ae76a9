import { createPool, type Pool } from '@mysql-hostpool/core'
import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { type ArgType, ColumnTypeEnum, type SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { bits, type Sample, WIRE_KINDS, type WireKind } from './prisma/wire-kinds.js'
import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'

// A failure names its seed and its path; `HOSTPOOL_TEST_SEED` and `HOSTPOOL_TEST_PATH` play it again.
const { HOSTPOOL_TEST_SEED: seed, HOSTPOOL_TEST_PATH: path } = process.env
const settings: fc.Parameters<unknown> = {
  ...(seed === undefined ? {} : { seed: Number(seed) }),
  ...(path === undefined ? {} : { path }),
}

let options: TestDatabase
let pool: Pool
let adapter: SqlDriverAdapter

beforeAll(async () => {
  options = await freshDatabase('prisma_wire')
  pool = createPool(options)
  adapter = await new PrismaHostpool(pool).connect()
})

afterAll(async () => {
  await adapter.dispose()
  await pool.query(`DROP DATABASE IF EXISTS ${options.database}`)
  await pool.end()
})

/** A table with a column for each kind, and what it does with a row of values. */
async function tableOf(table: string, kinds: readonly WireKind[]) {
  const columns = kinds.map(({ column }, index) => `c${index} ${column} NULL`).join(', ')
  await pool.query(`CREATE TABLE ${table} (id INT PRIMARY KEY, ${columns}) CHARACTER SET utf8mb4`)
  const insert = `INSERT INTO ${table} VALUES (?, ${kinds.map(() => '?').join(', ')})`
  const select = `SELECT ${kinds.map((_, index) => `c${index}`).join(', ')} FROM ${table} WHERE id = ?`
  const show = `SELECT ${kinds.map((kind, index) => kind.show(`c${index}`)).join(', ')} FROM ${table} WHERE id = ?`
  const id: ArgType = { scalarType: 'int', dbType: 'INT', arity: 'scalar' }
  const types = kinds.map(({ scalarType, dbType }): ArgType => ({ scalarType, dbType, arity: 'scalar' }))
  let last = 0
  return async (row: readonly (Sample | null)[]) => {
    const key = (last += 1)
    const args = [key, ...row.map((sample) => sample?.given ?? null)]
    await adapter.executeRaw({ sql: insert, args, argTypes: [id, ...types] })
    const [kept] = await pool.execute<(string | number | null)[][]>({ sql: show, values: [key], rowsAsArray: true })
    const read = await adapter.queryRaw({ sql: select, args: [key], argTypes: [id] })
    return { kept: kept[0]?.map((value) => (value === null ? null : String(value))), read }
  }
}

/** Rejects, with the smallest row it finds, when something does not come back; otherwise tells how many rows did. */
async function comesBack(table: string, kinds: readonly WireKind[], numRuns: number): Promise<number> {
  let count = 0
  const write = await tableOf(table, kinds)
  const rows = fc.tuple(...kinds.map(({ samples }) => fc.option(samples, { freq: 8 })))
  await fc.assert(
    fc.asyncProperty(rows, async (row) => {
      const { kept, read } = await write(row)
      expect(kept).toEqual(row.map((sample) => sample?.kept ?? null))
      expect(read.rows).toEqual([row.map((sample) => sample?.read ?? null)])
      expect(read.columnTypes).toEqual(kinds.map(({ columnType }) => ColumnTypeEnum[columnType]))
      count += 1
    }),
    { ...settings, numRuns },
  )
  return count
}

test('every type is kept as it was given and read as it is kept, NULL too', async () => {
  await expect(comesBack('every_type', WIRE_KINDS, 100)).resolves.toBeGreaterThan(0)
}, 60_000)

test('BIT has as many bits as it is wide, from 1 to 64', async () => {
  const widths = Array.from({ length: 64 }, (_, index) => bits(index + 1))
  await expect(comesBack('every_width', widths, 40)).resolves.toBeGreaterThan(0)
})
