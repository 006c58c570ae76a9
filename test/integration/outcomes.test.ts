import { setTimeout as sleep } from 'node:timers/promises'

import { createPool, type Lease, type Pool, type PoolOptions, withRetry, isRetryable } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { errorOf } from './setup/error-of.js'
import { directConnection, freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { PacketProxy } from './setup/packet-proxy.js'

/** What a node says of a COMMIT in a partition, whether the others have it or not. */
const COMMIT_FAILED = { errno: 1180, message: 'Got error 6 "No such device or address" during COMMIT' }

let database: TestDatabase
let admin: Connection
let proxy: PacketProxy
let pool: Pool | undefined

beforeAll(async () => {
  database = await freshDatabase('outcomes')
  const [first = ''] = database.host.split(',')
  admin = await directConnection(first)
  await admin.query(`USE \`${database.database}\``)
  await admin.query('SET SESSION wsrep_sync_wait = 7')
  await admin.query('CREATE TABLE ledger (id INT AUTO_INCREMENT PRIMARY KEY, mark VARCHAR(60))')
  await admin.query('CREATE TABLE counted (id INT PRIMARY KEY, v INT)')
  await admin.query('CREATE TABLE other (id INT PRIMARY KEY)')
})

afterAll(() => admin.end())

beforeEach(async () => {
  const [first = ''] = database.host.split(',')
  proxy = await PacketProxy.open(first)
  await admin.query('DELETE FROM ledger')
  await admin.query('REPLACE INTO counted VALUES (1, 0), (2, 0), (3, 0)')
})

afterEach(async () => {
  await pool?.end()
  pool = undefined
  await proxy.close()
})

/** Statements go through the proxy to one node, and to another node once that is gone. */
async function started(options: Partial<PoolOptions> = {}): Promise<Pool> {
  const [, second = ''] = database.host.split(',')
  pool = createPool({
    ...database,
    host: [proxy.address, second],
    selector: 'ordered',
    connectionLimit: 2,
    ...options,
  })
  await pool.query('SELECT 1')
  return pool
}

async function rows(): Promise<number> {
  const [[found]] = (await admin.query('SELECT COUNT(*) AS n FROM ledger')) as unknown as [[{ n: number }]]
  return found.n
}

const write = (mark: string): string => `INSERT INTO ledger (mark) VALUES ('${mark}')`

describe('a write of which its node cannot say whether the others have it', () => {
  it.each(['query', 'execute'] as const)('is done once, and told as unknown: %s', async (how) => {
    const one = await started()
    proxy.onceOn('of-this-one', { error: COMMIT_FAILED })
    const error = await errorOf(one[how]('INSERT INTO ledger (mark) VALUES (?)', ['of-this-one']))
    expect(proxy.faultsDone).toBe(1)
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(isRetryable(error)).toBe(false)
    expect(await rows()).toBe(1)
  })

  it.each([true, 0])('is a whole transaction that runs once, with retry: %s', async (retry) => {
    const one = await started()
    let tries = 0
    const work = one.transaction(
      async (tx) => {
        await tx.query(write('once'))
        tries += 1
        if (tries === 1) proxy.onceOn('COMMIT', { error: COMMIT_FAILED })
      },
      { retry },
    )
    const error = await errorOf(work)
    expect([proxy.faultsDone, tries]).toEqual([1, 1])
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(isRetryable(error)).toBe(false)
    expect(await rows()).toBe(1)
  })
})

describe('a transaction of which a part is committed', () => {
  it.each([
    'CREATE TABLE IF NOT EXISTS other (id INT PRIMARY KEY)',
    'TRUNCATE TABLE other',
    "ALTER TABLE other COMMENT = 'x'",
    'LOCK TABLES other WRITE',
  ])('by %s whose answer is lost runs once', async (sql) => {
    const one = await started()
    let tries = 0
    const work = one.transaction(
      async (tx) => {
        await tx.query(write('once'))
        tries += 1
        if (tries === 1) proxy.loseAnswerTo('other')
        await tx.query(sql)
      },
      { retry: true },
    )
    const error = await errorOf(work)
    expect(proxy.faultsDone).toBe(1)
    expect(error).toBeInstanceOf(Error)
    expect(isRetryable(error)).toBe(false)
    expect(await rows()).toBe(1)
  })

  it.each(['ANALYZE TABLE other', 'OPTIMIZE TABLE other', 'COMMIT', 'START TRANSACTION'])(
    'by %s runs once when its connection is lost later',
    async (sql) => {
      for (const then of ["SELECT 'lost here'", "UPDATE ledger SET mark = 'lost here' WHERE mark = 'of nobody'"]) {
        await pool?.end()
        const one = await started()
        await admin.query('DELETE FROM ledger')
        let tries = 0
        const work = one.transaction(
          async (tx) => {
            await tx.query(write('once'))
            await tx.query(sql)
            tries += 1
            if (tries === 1) proxy.loseAnswerTo('lost here')
            await tx.query(then)
          },
          { retry: true },
        )
        const error = await errorOf(work)
        expect(isRetryable(error)).toBe(false)
        expect(await rows()).toBe(1)
      }
      expect(proxy.faultsDone).toBe(2)
    },
  )

  it('by a procedure that rolls back and tells its error again takes nothing more', async () => {
    const one = await started()
    await admin.query(
      `CREATE OR REPLACE PROCEDURE gives_up() BEGIN
         DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
         INSERT INTO counted VALUES (1, 1);
       END`,
    )
    const work = one.transaction(async (tx) => {
      await tx.query(write('first half'))
      await expect(tx.query('CALL gives_up()')).rejects.toMatchObject({ errno: 1062 })
      await tx.query(write('second half'))
    })
    expect(await errorOf(work)).toMatchObject({ code: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
    expect(await rows()).toBe(0)
  })
})

describe('a COMMIT whose answer is lost', () => {
  it.each([
    'START TRANSACTION; SELECT 1',
    'SELECT 1; BEGIN; SELECT 2',
    'CALL begins()',
    'SET autocommit = 0; SELECT 1',
  ])('is of the transaction that was begun by %s, and not run again', async (begin) => {
    const one = await started({ multipleStatements: true })
    await admin.query('CREATE OR REPLACE PROCEDURE begins() BEGIN START TRANSACTION; SELECT 1; END')
    const seen: boolean[] = []
    const work = withRetry(
      () =>
        one.withConnection(async (lease) => {
          await lease.query(begin)
          seen.push(lease.inTransaction)
          await lease.query(`${write('once')} RETURNING id`)
          if (seen.length === 1) proxy.loseAnswerTo('COMMIT')
          await lease.query('COMMIT')
        }),
      { retry: true },
    )
    const error = await errorOf(work)
    expect(seen).toEqual([true])
    expect(isRetryable(error)).toBe(false)
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(await rows()).toBe(1)
  })
})

describe('a transaction whose connection is lost while it rests', () => {
  it.each(['ROLLBACK AND CHAIN', 'rollback work and chain no release', 'COMMIT AND CHAIN'])(
    'is not followed by one that %s was to begin',
    async (chain) => {
      const one = await started()
      const lease = await one.getConnection()
      await lease.query('START TRANSACTION')
      await lease.query(write('first'))
      proxy.cut()
      await sleep(30)
      expect(await errorOf(lease.query(chain))).toMatchObject({ code: 'ERR_HOSTPOOL_HOST_LOST' })
      expect(await errorOf(lease.query(write('second')))).toMatchObject({ code: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
      await lease.rollback()
      expect(lease.inTransaction).toBe(false)
      expect(await rows()).toBe(0)
      await lease.query(write('third'))
      expect(await rows()).toBe(1)
      lease.release()
    },
  )
})

/** A server with innodb_rollback_on_timeout, which can be set at its start only: it rolls back, and answers 1205. */
describe('a lock wait timeout that has undone the whole transaction', () => {
  const TIMED_OUT = { runs: 'ROLLBACK', error: { errno: 1205, message: 'Lock wait timeout exceeded' } }

  async function halves(query: (sql: string) => Promise<unknown>): Promise<void> {
    await query('UPDATE counted SET v = v + 1 WHERE id = 1')
    proxy.onceOn('times out', TIMED_OUT)
    await expect(query('UPDATE counted SET v = v + 1 /* times out */ WHERE id = 2')).rejects.toMatchObject({
      errno: 1205,
    })
    await query('UPDATE counted SET v = v + 1 WHERE id = 3').catch(() => undefined)
  }

  async function counts(): Promise<unknown> {
    const [[found]] = (await admin.query('SELECT GROUP_CONCAT(v ORDER BY id) AS v FROM counted')) as unknown as [
      [{ v: string }],
    ]
    return found.v
  }

  async function commitOfHalves(lease: Pick<Lease, 'query' | 'beginTransaction' | 'commit'>): Promise<unknown> {
    await lease.beginTransaction()
    await halves((sql) => lease.query(sql))
    return errorOf(lease.commit())
  }

  it('fails transaction(), although its callback goes on', async () => {
    const one = await started()
    const work = one.transaction((tx) => halves((sql) => tx.query(sql)))
    expect(await errorOf(work)).toBeInstanceOf(Error)
    expect(await counts()).toBe('0,0,0')
  })

  it('leaves nothing when transaction() is given up', async () => {
    const one = await started()
    const own = new Error('another mind')
    const work = one.transaction(async (tx) => {
      await halves((sql) => tx.query(sql))
      throw own
    })
    expect(await errorOf(work)).toBe(own)
    expect(await counts()).toBe('0,0,0')
  })

  it('fails the COMMIT of a lease', async () => {
    const one = await started()
    const lease = await one.getConnection()
    expect(await commitOfHalves(lease)).toMatchObject({ code: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
    await lease.rollback()
    lease.release()
    expect(await counts()).toBe('0,0,0')
  })

  it('fails the COMMIT of a connection in mysql2’s shape', async () => {
    const shape = mysql2Pool(await started()).promise()
    const connection = await shape.getConnection()
    const lease = {
      query: (sql: string) => connection.query(sql),
      beginTransaction: () => connection.beginTransaction(),
      commit: () => connection.commit(),
    }
    expect(await commitOfHalves(lease as unknown as Lease)).toMatchObject({ code: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
    await connection.rollback()
    connection.release()
    expect(await counts()).toBe('0,0,0')
  })

  it('is told from one that has undone its statement alone', async () => {
    const one = await started()
    await one.transaction(async (tx) => {
      await tx.query('UPDATE counted SET v = v + 1 WHERE id = 1')
      proxy.onceOn('times out', { ...TIMED_OUT, runs: 'DO 0' })
      await expect(tx.query('UPDATE counted SET v = v + 1 /* times out */ WHERE id = 2')).rejects.toBeDefined()
      await tx.query('UPDATE counted SET v = v + 1 WHERE id = 3')
    })
    expect(await counts()).toBe('1,0,1')
  })
})
