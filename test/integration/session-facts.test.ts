import { setTimeout as sleep } from 'node:timers/promises'

import { createPool, type Lease, type Pool, type ResultSetHeader } from '@mysql-hostpool/core'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { directConnection, freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { describeWithFaults, faultyCluster } from './setup/servers.js'

let database: TestDatabase
let pool: Pool
let admin: Connection

beforeAll(async () => {
  database = await freshDatabase('session_facts')
  admin = await directConnection(database.host.split(',')[0] ?? '')
  await admin.query(`USE \`${database.database}\``)
  await admin.query('SET SESSION wsrep_sync_wait = 7')
  await admin.query('CREATE TABLE parent (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20))')
  await admin.query('CREATE TABLE child (id INT AUTO_INCREMENT PRIMARY KEY, parent BIGINT)')
  await admin.query('CREATE TABLE item (id INT PRIMARY KEY, v INT)')
  await admin.query('INSERT INTO item VALUES (1, 1), (2, 2), (3, 3)')
})

afterAll(() => admin.end())

beforeEach(async () => {
  pool = createPool({ ...database, connectionLimit: 6 })
  // Every connection has a key that another borrower has generated.
  const leases = await Promise.all(Array.from({ length: 6 }, () => pool.getConnection()))
  for (const lease of leases) await lease.query("INSERT INTO parent (name) VALUES ('of another')")
  for (const lease of leases) lease.release()
})

afterEach(() => pool.end())

const SET_ASIDE: readonly [how: string, setAside: (lease: Lease) => Promise<void>][] = [
  [
    'is drained',
    (lease) => {
      pool.hosts.drain(lease.host)
      return Promise.resolve()
    },
  ],
  [
    'ends the connection',
    async (lease) => {
      const killer = await directConnection(lease.host)
      await killer.query(`KILL ${lease.threadId}`)
      await killer.end()
      await sleep(20)
    },
  ],
]

/** What is asked for, or that it was refused: the lease has lost its connection. */
async function told(lease: Lease, how: 'query' | 'execute', sql: string): Promise<unknown> {
  try {
    const [rows] = await lease[how](sql)
    return Array.isArray(rows) ? rows.map((row) => Object.values(row).map(String)) : rows
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_HOSTPOOL_HOST_LOST') return 'lost'
    throw error
  }
}

const OWN_ID = [
  'SELECT LAST_INSERT_ID()',
  'SELECT @@identity',
  'SELECT @@last_insert_id',
  "SELECT id FROM parent WHERE id = LAST_INSERT_ID() AND name = 'mine'",
]

const FACTS: readonly [leaves: string, asks: string][] = [
  ['UPDATE item SET v = v + 1', 'SELECT ROW_COUNT()'],
  ['SELECT SQL_CALC_FOUND_ROWS id FROM item LIMIT 1', 'SELECT FOUND_ROWS()'],
  ['SELECT id FROM item', 'SELECT FOUND_ROWS()'],
  ["SELECT CAST('abc' AS SIGNED)", 'SHOW WARNINGS'],
  ["SELECT CAST('abc' AS SIGNED)", 'SHOW COUNT(*) WARNINGS'],
  ["SELECT CAST('abc' AS SIGNED)", 'SELECT @@warning_count'],
  ['SELECT * FROM missing', 'SHOW ERRORS'],
]

describe.each(SET_ASIDE)('when its host %s, a lease', (_how, setAside) => {
  it.each(['query', 'execute'] as const)('is told its own generated key by %s, or that it is lost', async (how) => {
    for (const asks of OWN_ID) {
      const lease = await pool.getConnection({ access: 'write' })
      const [{ insertId }] = await lease[how]<ResultSetHeader>("INSERT INTO parent (name) VALUES ('mine')")
      await setAside(lease)
      expect(['lost', [[String(insertId)]]]).toContainEqual(await told(lease, how, asks))
      pool.hosts.undrain(lease.host)
      lease.release()
    }
  })

  it('writes no child of another borrower’s parent', async () => {
    const lease = await pool.getConnection()
    const [{ insertId }] = await lease.query<ResultSetHeader>("INSERT INTO parent (name) VALUES ('mine')")
    await setAside(lease)
    await told(lease, 'query', 'INSERT INTO child (parent) VALUES (LAST_INSERT_ID())')
    const [rows] = await admin.query('SELECT parent FROM child WHERE parent <> ?', [insertId])
    expect(rows).toEqual([])
    await admin.query('DELETE FROM child')
    pool.hosts.undrain(lease.host)
    lease.release()
  })

  it.each(FACTS)('after %s is told the same as one that stays, or that it is lost: %s', async (leaves, asks) => {
    const answers: unknown[] = []
    for (const stays of [true, false]) {
      const lease = await pool.getConnection()
      await lease.query(leaves).catch(() => undefined)
      if (!stays) await setAside(lease)
      answers.push(await told(lease, 'query', asks))
      pool.hosts.undrain(lease.host)
      lease.release()
    }
    expect(['lost', answers[0]]).toContainEqual(answers[1])
  })
})

describe('a lease that has generated no key', () => {
  it.each(['SELECT LAST_INSERT_ID() AS id', 'SELECT @@identity AS id'])(
    'is told no other borrower’s: %s',
    async (sql) => {
      const ids = await Promise.all(Array.from({ length: 6 }, () => pool.query(sql)))
      expect(ids.map(([[row]]) => Number(row?.['id']))).toEqual([0, 0, 0, 0, 0, 0])
    },
  )
})

describe('a connection on which another borrower has left warnings and a key', () => {
  async function answers(texts: readonly string[]): Promise<unknown> {
    await using one = createPool({ ...database, connectionLimit: 1 })
    await one.query("INSERT IGNORE INTO item VALUES (1, 'of another')")
    await one.query("INSERT INTO parent (name) VALUES ('of another')")
    await one.query("SELECT CAST('of another' AS SIGNED)")
    await using lease = await one.getConnection()
    let answer: unknown
    for (const text of texts) [answer] = await lease.query(text)
    return answer
  }

  it.each([
    ['SHOW WARNINGS'],
    ['SELECT 1', 'SHOW WARNINGS'],
    ['SET @a = 1', 'SHOW COUNT(*) WARNINGS'],
    ['SELECT 1', 'SELECT @@warning_count AS n'],
    ["EXECUTE IMMEDIATE 'SELECT LAST_INSERT_ID() AS n'"],
    ['SELECT 1', "SHOW VARIABLES LIKE 'identity'"],
    ["SELECT VARIABLE_VALUE AS n FROM information_schema.SESSION_VARIABLES WHERE VARIABLE_NAME = 'LAST_INSERT_ID'"],
    ['SELECT id FROM parent LIMIT 1 FOR UPDATE', 'SELECT LAST_INSERT_ID() AS n'],
  ])('tells the next nothing of it: %s; %s', async (...texts) => {
    const rows = (await answers(texts)) as Record<string, unknown>[]
    expect(rows.map((row) => Number(Object.values(row).at(-1)))).toEqual(rows.length === 0 ? [] : [0])
  })

  it('tells the next of its own', async () => {
    const shown = await answers(["SELECT CAST('mine' AS SIGNED)", 'SELECT 1', 'SHOW WARNINGS'])
    expect(shown).toMatchObject([{ Message: expect.stringContaining('mine') as string }])
  })
})

it('a key that RETURNING has answered is the one that LAST_INSERT_ID() answers', async () => {
  await pool.withConnection(async (lease) => {
    const [[row]] = await lease.query<{ id: number }[]>("INSERT INTO parent (name) VALUES ('mine') RETURNING id")
    const [[asked]] = await lease.query<{ id: number }[]>('SELECT LAST_INSERT_ID() AS id')
    expect(asked?.id).toBe(row?.id)
  })
})

describe('a lease whose host is drained', () => {
  it.each([
    ['UPDATE item SET v = (@`left` := 7)', 'SELECT @left', '7'],
    ['SELECT 7 INTO @`left`', 'SELECT @left', '7'],
    ['CREATE TEMPORARY TABLE IF NOT EXISTS tmp (x INT) SELECT 5 AS x', 'SELECT x FROM tmp', '5'],
    ["PREPARE mine FROM 'SELECT 3'", 'EXECUTE mine', '3'],
    ["SET @@session.sql_mode = 'ANSI'", "SELECT LOCATE('ANSI', @@sql_mode) > 0", '1'],
    ["DO GET_LOCK('session_facts', 0)", "SELECT IS_USED_LOCK('session_facts') = CONNECTION_ID()", '1'],
  ])('has what it has left in its session: %s', async (leaves, asks, expected) => {
    const lease = await pool.getConnection()
    await lease.query(leaves)
    pool.hosts.drain(lease.host)
    expect(await told(lease, 'query', asks)).toEqual([[expected]])
    lease.release()
  })
})

describeWithFaults('a lease whose host falls silent', () => {
  it('writes its child where its parent was written, or nowhere', async () => {
    const cluster = faultyCluster()
    const lease = await pool.getConnection()
    const [{ insertId }] = await lease.query<ResultSetHeader>("INSERT INTO parent (name) VALUES ('mine')")
    const node = [0, 1, 2].map((index) => cluster.node(index)).find(({ address }) => address === lease.host)
    if (node === undefined) throw new Error(`no node at ${lease.host}`)
    await node.freeze()
    const reads = Array.from({ length: 5 }, () =>
      pool.query('SELECT id FROM parent WHERE id = 1').catch(() => undefined),
    )
    await sleep(150)
    const child = lease.query<ResultSetHeader>('INSERT INTO child (parent) VALUES (LAST_INSERT_ID())')
    await sleep(100)
    node.thaw()
    const code = await child.then(
      () => undefined,
      (error: unknown) => (error as { code?: unknown }).code,
    )
    expect([undefined, 'ERR_HOSTPOOL_HOST_LOST']).toContain(code)
    await Promise.all(reads)
    const [rows] = await admin.query('SELECT parent FROM child WHERE parent <> ?', [insertId])
    expect(rows).toEqual([])
    lease.release()
  })
})
