import { setTimeout as sleep } from 'node:timers/promises'

import { createPool, type Lease, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { errorOf } from './setup/error-of.js'
import { directConnection, freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { PacketProxy } from './setup/packet-proxy.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'

const GUEST = { user: 'under_way_guest', password: 'for the test' }
const DEADLOCK = { errno: 1213, state: '40001', message: 'Deadlock found when trying to get lock' }

let database: TestDatabase
let first: string
let admin: Connection
let pool: Pool | undefined
let proxy: PacketProxy | undefined

beforeAll(async () => {
  database = await freshDatabase('under_way')
  first = database.host.split(',')[0] ?? ''
  admin = await directConnection(first)
  await admin.query(`USE \`${database.database}\``)
  await admin.query('CREATE TABLE item (id INT PRIMARY KEY, v VARCHAR(60))')
  await admin.query(`CREATE DATABASE IF NOT EXISTS ${database.database}_other`)
})

afterAll(() => admin.end())

afterEach(async () => {
  await pool?.end()
  pool = undefined
  await proxy?.close()
  proxy = undefined
})

/** One node, one connection; a plain server's session is reset, a Galera node's replaced. */
function single(options: Partial<PoolOptions> = {}): Pool {
  pool = createPool({ ...database, host: first, connectionLimit: 1, ...options })
  return pool
}

/** The same through a proxy that plays tricks. */
async function behindProxy(options: Partial<PoolOptions> = {}): Promise<{ one: Pool; door: PacketProxy }> {
  proxy = await PacketProxy.open(first)
  return { one: single({ host: proxy.address, health: { probe: 'plain' }, ...options }), door: proxy }
}

async function value(from: Pick<Pool, 'query'>, sql: string): Promise<unknown> {
  const [[row]] = await from.query(sql)
  return Object.values(row ?? {})[0]
}

const unheard = (promise: Promise<unknown>): void => void promise.catch(() => undefined)

/** What a borrower sent before what it does not wait for. */
const BEFORE: readonly (string | undefined)[] = [undefined, 'SET @before = 1', 'START TRANSACTION']

describe.each(['plain', 'galera'] as const)('what a borrower of a %s server did not wait for', (probe) => {
  it.each([
    ['USE', 'USE under_way_other'],
    ['SET of a variable', "SET @left = 'secret'"],
    ['SET of a mode', "SET SESSION sql_mode = '', time_zone = '+09:00'"],
    ['SELECT … INTO', "SELECT 'secret' INTO @left"],
    ['an assignment', "SELECT @left := 'secret'"],
    ['a temporary table', 'CREATE TEMPORARY TABLE tmp (id INT)'],
    ['a temporary table of rows', 'CREATE TEMPORARY TABLE tmp SELECT 1 AS id'],
    ['a lock', "DO GET_LOCK('under_way', 0)"],
  ])('is not there for the next one: %s', async (_what, sql) => {
    const look = `SELECT DATABASE() AS d, @left AS l, @@sql_mode AS m, @@time_zone AS z, IS_FREE_LOCK('under_way') AS f`
    const own = single({ health: { probe } })
    const [[expected]] = await own.query(look)
    for (const before of BEFORE) {
      for (const behindAnother of [false, true]) {
        for (const how of ['query', 'execute'] as const) {
          const lease = await own.getConnection()
          if (before !== undefined) await lease.query(before)
          if (behindAnother) unheard(lease.query('SELECT SLEEP(0.01)'))
          unheard(
            lease[how]({
              sql: sql.replace('under_way_other', `${database.database}_other`),
              decoding: { rowsAsArray: true },
            }),
          )
          lease.release()
          const [[found]] = await own.query(look)
          expect(found).toEqual(expected)
        }
      }
    }
    await expect(own.query('SELECT * FROM tmp')).rejects.toMatchObject({ errno: 1146 })
  })
})

describeWithFaults('a change of user', () => {
  beforeAll(async () => {
    const root = faultyCluster().node(0)
    await root.sql(`CREATE OR REPLACE USER ${GUEST.user} IDENTIFIED BY '${GUEST.password}'`)
    await root.sql(`GRANT SELECT ON *.* TO ${GUEST.user}`)
  })

  afterAll(() => faultyCluster().node(0).sql(`DROP USER ${GUEST.user}`))

  it.each(['plain', 'galera'] as const)('that was not waited for ends with its borrower: %s', async (probe) => {
    const one = single({ health: { probe } })
    for (const before of [...BEFORE, 'SELECT SLEEP(0.02)']) {
      const lease = await one.getConnection()
      if (before !== undefined) unheard(lease.query({ sql: before, decoding: { rowsAsArray: true } }))
      unheard(lease.changeUser(GUEST))
      lease.release()
      expect(await value(one, 'SELECT CURRENT_USER()')).toBe(`${access.user}@%`)
    }
  })

  it('comes after what was asked for before it, and before what was asked for after it', async () => {
    const lease = await single().getConnection()
    unheard(lease.query('SELECT SLEEP(0.02)'))
    const before = lease.query({ sql: 'SELECT CURRENT_USER()', decoding: { rowsAsArray: true } })
    const change = lease.changeUser(GUEST)
    const after = lease.query({ sql: 'SELECT CURRENT_USER()', decoding: { rowsAsArray: true } })
    expect((await before)[0]).toEqual([[`${access.user}@%`]])
    await change
    expect((await after)[0]).toEqual([[`${GUEST.user}@%`]])
    lease.release()
  })

  it('waits with a lease that has no connection now, and leaves the borrower of its last one alone', async () => {
    const { one, door } = await behindProxy()
    const lease = await one.getConnection()
    const waiting = one.getConnection()
    door.onceOn('deadlock', { runs: 'DO 0', error: DEADLOCK })
    const write = errorOf(lease.query("UPDATE item SET v = 'x' WHERE id = 0 /* deadlock */"))
    const other = await waiting
    await other.beginTransaction()
    await other.query("REPLACE INTO item VALUES (1, 'secret')")
    const asked = [lease.ping(), lease.changeUser(GUEST)].map(errorOf)
    const rows = lease.stream('SELECT CONNECTION_ID() AS id, v FROM item WHERE id = 1').toArray()
    await sleep(50)
    expect(await value(other, 'SELECT CURRENT_USER()')).toBe(`${access.user}@%`)
    expect(await value(other, 'SELECT v FROM item WHERE id = 1')).toBe('secret')
    expect(other.inTransaction).toBe(true)
    await other.rollback()
    other.release()
    expect(await Promise.all([write, ...asked])).toEqual([undefined, undefined, undefined])
    expect(await rows).toEqual([])
    lease.release()
  })
})

describe('a lease whose write lost a deadlock and whose wait for a connection ends in vain', () => {
  it('gives back nothing of the borrower that has the connection now', async () => {
    const { one, door } = await behindProxy({ acquireTimeout: 150 })
    await one.query('SELECT 1')
    door.onceOn('deadlock', { runs: 'DO SLEEP(0.05)', error: DEADLOCK })
    const write = errorOf(one.query("UPDATE item SET v = 'x' WHERE id = 0 /* deadlock */"))
    const waiting = one.getConnection({ acquireTimeout: 5_000 })
    const later = one.getConnection({ acquireTimeout: 5_000 })
    const state = { isLent: false }
    later.then(
      () => (state.isLent = true),
      () => undefined,
    )
    const lease = await waiting
    await lease.beginTransaction()
    await lease.query("REPLACE INTO item VALUES (3, 'first')")
    expect(await write).toMatchObject({ code: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT' })
    await sleep(50)
    expect(state.isLent).toBe(false)
    await lease.query("UPDATE item SET v = CONCAT(v, ', second') WHERE id = 3")
    await lease.commit()
    lease.release()
    const last = await later
    expect(await value(last, 'SELECT v FROM item WHERE id = 3')).toBe('first, second')
    last.release()
  })
})

describe('a stream', () => {
  it('that is the victim of a deadlock ends its transaction, as a query does', async () => {
    const { one, door } = await behindProxy()
    for (const how of ['query', 'stream'] as const) {
      await admin.query("REPLACE INTO item VALUES (1, '0'), (2, '0'), (3, '0')")
      const work = one.transaction(async (tx) => {
        await tx.query("UPDATE item SET v = 'x' WHERE id = 1")
        const sql = 'SELECT * FROM item WHERE id = 2 FOR UPDATE /* deadlock */'
        door.onceOn('deadlock', { runs: 'ROLLBACK', error: DEADLOCK })
        const error = await errorOf(how === 'query' ? tx.query(sql) : tx.stream(sql).toArray())
        expect(error).toMatchObject({ errno: 1213 })
        await tx.query("UPDATE item SET v = 'x' WHERE id = 3")
      })
      expect(await errorOf(work)).toMatchObject({ code: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
      const [rows] = await admin.query("SELECT id FROM item WHERE v = 'x'")
      expect(rows).toEqual([])
    }
  })

  it.each([false, true])('on a connection that has died ends: in a transaction %s', async (inTransaction) => {
    const ways: ((lease: Lease) => Promise<unknown>)[] = [
      (lease) => lease.stream('SELECT 7 AS n').toArray(),
      (lease) =>
        new Promise((resolve, reject) => {
          const rows: unknown[] = []
          const stream = lease.stream('SELECT 7 AS n')
          stream.on('data', (row) => rows.push(row))
          stream.on('end', () => resolve(rows))
          stream.on('error', reject)
        }),
    ]
    const one = single()
    for (const read of ways) {
      const lease = await one.getConnection()
      if (inTransaction) await lease.beginTransaction()
      await lease.query('SELECT 1')
      await admin.query(`KILL ${lease.threadId}`)
      await sleep(20)
      const outcome: unknown = await read(lease).catch((error: unknown) => error)
      expect(outcome).toMatchObject(inTransaction ? { code: 'ERR_HOSTPOOL_HOST_LOST' } : [{ n: 7 }])
      if (inTransaction) await lease.rollback()
      expect(await value(lease, 'SELECT 8')).toBe(8)
      lease.release()
    }
  })

  it('has its own decoding, and leaves that of what is beside it alone', async () => {
    const one = single({ health: { probe: 'plain' } })
    const lease = await one.getConnection()
    const sql = "SELECT 1.5 AS d, 'k' AS k"
    const read = (): Promise<unknown> =>
      lease.stream({ sql, decoding: { rowsAsArray: true, decimalNumbers: true } }).toArray()
    const query = async (): Promise<unknown> => (await lease.query(sql))[0]
    for (let time = 0; time < 3; time += 1) {
      unheard(lease.query('SELECT SLEEP(0.01)'))
      const answers = await Promise.all([query(), read(), query(), read()])
      expect(answers).toEqual([[{ d: '1.5', k: 'k' }], [[1.5, 'k']], [{ d: '1.5', k: 'k' }], [[1.5, 'k']]])
    }
    lease.release()
  })
})

describe('a lock that a borrower leaves, and no server tells of, is free for others', () => {
  it.each([
    ['BACKUP LOCK item', "ALTER TABLE item COMMENT = 'x'"],
    ['LOCK TABLES item WRITE', "ALTER TABLE item COMMENT = 'y'"],
    ["SET @got = GET_LOCK('left', 0)", "DO IF(IS_FREE_LOCK('left'), 1, (SELECT 1 UNION SELECT 2))"],
    ["UPDATE item SET v = GET_LOCK('left', 0)", "DO IF(IS_FREE_LOCK('left'), 1, (SELECT 1 UNION SELECT 2))"],
    [
      "SHOW STATUS WHERE Variable_name = 'Uptime' AND GET_LOCK('left', 0)",
      "DO IF(IS_FREE_LOCK('left'), 1, (SELECT 1 UNION SELECT 2))",
    ],
  ])('%s', async (leave, look) => {
    const one = single()
    await one.query(leave)
    await one.query('SELECT 1')
    await admin.query('SET SESSION lock_wait_timeout = 1')
    await expect(admin.query(look)).resolves.toBeDefined()
  })
})
