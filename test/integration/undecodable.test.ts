import { createPool, type Pool, type PoolOptions, type TypeCastField } from '@mysql-hostpool/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { series } from './setup/series.js'

let config: TestDatabase
let admin: Pool
let pool: Pool | undefined
/** What became of hosts. */
let suspected: string[]

beforeAll(async () => {
  config = await freshDatabase('undecodable')
  admin = createPool(config)
  await admin.query('CREATE TABLE taken (id INT PRIMARY KEY)')
  await admin.query('INSERT INTO taken VALUES (1)')
})

afterAll(() => admin?.end())

afterEach(() => pool?.end())

/** One connection, which all borrowers of a test wait for. */
function open(options: PoolOptions = {}): Pool {
  const [host = ''] = config.host.split(',')
  const opened = createPool({ ...config, host, connectionLimit: 1, health: { probe: 'plain' }, ...options })
  pool = opened
  suspected = []
  for (const event of ['hostSuspect', 'hostDown'] as const) {
    opened.on(event, ({ host, reason }) => void suspected.push(`${event} ${host}: ${reason}`))
  }
  return opened
}

function refuseBad(_: TypeCastField, next: () => unknown): unknown {
  const value = next()
  if (value === 'bad') throw new Error('not to my taste')
  return value
}

const DUPLICATE = { errno: 1062 }

/** Behind the bad value come rows that begin as an OK does, and would be taken for the answer to the next statement. */
const BAD = "SELECT 'bad' AS a, 'x' AS b UNION ALL SELECT '', 'second' UNION ALL SELECT '', 'third'"

describe.each(['query', 'execute'] as const)('while a row cannot be decoded, by %s,', (how) => {
  it.each(['statement', 'pool'] as const)(
    'statements that wait get their own answers: the typeCast of the %s',
    async (whose) => {
      const one = open(whose === 'pool' ? { typeCast: refuseBad } : {})
      await one.query('SELECT 1')
      const bad = one[how](whose === 'pool' ? BAD : { sql: BAD, typeCast: refuseBad })
      const others = [one[how]('INSERT INTO taken VALUES (1)'), one[how]('SELECT 43 AS n'), one[how]('SELECT 44 AS n')]
      const [told, insert, first, second] = await Promise.allSettled([bad, ...others])
      expect(told).toMatchObject({ reason: { code: 'ERR_HOSTPOOL_DECODE_FAILED' } })
      expect(insert).toMatchObject({ reason: DUPLICATE })
      expect(first).toMatchObject({ value: [[{ n: 43 }], {}] })
      expect(second).toMatchObject({ value: [[{ n: 44 }], {}] })
      expect(suspected).toEqual([])
    },
  )

  it('or is one of many, those that come afterwards do', async () => {
    const one = open()
    for (const rows of [3, 50_000]) {
      const sql = `${series(rows)} SELECT IF(n = 1, 'bad', '') AS a, 'x' AS b FROM series`
      await expect(one[how]({ sql, typeCast: refuseBad })).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED' })
      await expect(one[how]('INSERT INTO taken VALUES (1)')).rejects.toMatchObject(DUPLICATE)
      expect(await one[how]('SELECT 42 AS n')).toMatchObject([[{ n: 42 }], {}])
      await one.transaction(async (transaction) => {
        await transaction[how]('INSERT INTO taken VALUES (2)')
        await transaction[how]('DELETE FROM taken WHERE id = 2')
      })
    }
    expect(suspected).toEqual([])
  })

  it('because it is no JSON, others get their own answers', async () => {
    // MariaDB checks a column of JSON by a constraint; MySQL has nothing that is no JSON.
    const [[version]] = await admin.query<{ v: string }[]>('SELECT VERSION() AS v')
    if (version?.v.includes('MariaDB') !== true) return
    await admin.query('CREATE TABLE IF NOT EXISTS doc (tag VARCHAR(10), body JSON)')
    await admin.transaction(async (transaction) => {
      await transaction.query('SET check_constraint_checks = 0')
      await transaction.query('DELETE FROM doc')
      await transaction.query(`INSERT INTO doc VALUES ('a', '{"cut off'), ('', '{}'), ('', '{}')`)
    })
    const cut = `${series(60)} SELECT '' AS note, JSON_ARRAYAGG(REPEAT('x', 100)) AS tags FROM series GROUP BY n MOD 3`
    for (const sql of ['SELECT tag, body FROM doc ORDER BY tag DESC', cut]) {
      const one = open({ sessionVariables: { ...config.sessionVariables, group_concat_max_len: 1030 } })
      await one.query('SELECT 1')
      const others = [one[how]('INSERT INTO taken VALUES (1)'), one[how]('SELECT 43 AS n')]
      const [told, insert, read] = await Promise.allSettled([one[how](sql), ...others])
      expect(told).toMatchObject({ reason: { code: 'ERR_HOSTPOOL_DECODE_FAILED' } })
      expect(insert).toMatchObject({ reason: DUPLICATE })
      expect(read).toMatchObject({ value: [[{ n: 43 }], {}] })
      await one.end()
    }
  })
})

it('a column that mysql2 does not read takes no host out of use, and others do not notice', async () => {
  const both = open({ host: config.host, connectionLimit: 4 })
  const others = { on: true }
  const running = [1, 2].map(async () => {
    while (others.on) await both.query('DO 1')
  })
  for (const how of ['query', 'execute'] as const) {
    for (let time = 0; time < 10; time += 1) {
      await expect(both[how]('SELECT 1 AS `__proto__`')).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED' })
    }
  }
  for (let time = 0; time < 5; time += 1) {
    const streamed = both.withConnection(async (lease) => {
      for await (const row of lease.stream('SELECT 1 AS `__proto__`')) expect(row).toBeUndefined()
    })
    await expect(streamed).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_DECODE_FAILED' })
  }
  others.on = false
  await Promise.all(running)
  expect(suspected).toEqual([])
})

it('a transaction with a row that cannot be decoded is gone, and its next statement says so', async () => {
  const one = open()
  const lease = await one.getConnection()
  await lease.beginTransaction()
  await lease.query('INSERT INTO taken VALUES (7)')
  await expect(lease.query({ sql: BAD, typeCast: refuseBad })).rejects.toMatchObject({
    code: 'ERR_HOSTPOOL_DECODE_FAILED',
  })
  await expect(lease.query('INSERT INTO taken VALUES (8)')).rejects.toMatchObject({
    code: 'ERR_HOSTPOOL_TRANSACTION_LOST',
  })
  await lease.rollback()
  lease.release()
  expect(await one.query('SELECT id FROM taken')).toMatchObject([[{ id: 1 }], {}])
})
