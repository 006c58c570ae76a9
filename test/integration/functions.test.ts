import { createPool, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import type { Connection } from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { errorOf } from './setup/error-of.js'
import { directConnection, freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { PacketProxy } from './setup/packet-proxy.js'
import { describeWithFaults, faultyCluster } from './setup/servers.js'

/** Names under which a function that writes is known; each is called in every way that its name allows. */
const NAMES = ['charge', 'списать', '扣款', 'menü', 'two words']

let database: TestDatabase
let admins: readonly Connection[]
let proxy: PacketProxy
let pool: Pool

beforeAll(async () => {
  database = await freshDatabase('functions')
  admins = await Promise.all(database.host.split(',').slice(0, 2).map(directConnection))
  for (const admin of admins) await admin.query('SET SESSION wsrep_sync_wait = 7')
  const [admin] = admins
  await admin?.query(`USE \`${database.database}\``)
  await admin?.query('CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, mark VARCHAR(40))')
  for (const name of NAMES) {
    await admin?.query(
      `CREATE FUNCTION \`${name}\`(mark VARCHAR(40)) RETURNS INT NOT DETERMINISTIC MODIFIES SQL DATA
       BEGIN INSERT INTO log (mark) VALUES (mark); RETURN 1; END`,
    )
  }
})

afterAll(() => Promise.all(admins.map((admin) => admin.end())))

beforeEach(async () => {
  await admins[0]?.query('DELETE FROM log')
  proxy = await PacketProxy.open(database.host.split(',')[0] ?? '')
})

afterEach(async () => {
  await pool.end()
  await proxy.close()
})

async function runs(): Promise<unknown> {
  const answer = await admins[0]?.query('SELECT COUNT(*) AS n FROM log')
  const [rows = []] = (answer ?? []) as unknown as [{ n: number }[]?]
  return rows[0]?.n
}

/** Asks through the proxy, which loses the answer; a second host would be there to ask again. */
async function askAndLose(sql: string, options: Partial<PoolOptions> = {}): Promise<unknown> {
  const [, second = ''] = database.host.split(',')
  pool = createPool({ ...database, host: [proxy.address, second], selector: 'ordered', connectionLimit: 1, ...options })
  await pool.query('SELECT 1')
  proxy.loseAnswerTo('lost here')
  const error = await errorOf(pool.query(sql))
  expect(proxy.faultsDone).toBe(1)
  return error
}

describe('a function that writes runs once although the answer is lost, and its caller is told that nothing is known', () => {
  it.each([
    "charge('lost here')",
    "`charge`('lost here')",
    "списать('lost here')",
    "`списать`('lost here')",
    "扣款('lost here')",
    "menü('lost here')",
    "`two words`('lost here')",
    "charge/**/('lost here')",
    "списать /* x */ ('lost here')",
    "1 + (扣款('lost here'))",
    "hostpool_functions.списать('lost here')",
  ])('in SELECT %s', async (call) => {
    const error = await askAndLose(`SELECT ${call.replace('hostpool_functions', database.database)} AS r`)
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(await runs()).toBe(1)
  })

  it.each([
    "SHOW STATUS WHERE Variable_name = 'Uptime' AND charge('lost here')",
    "SHOW VARIABLES WHERE Variable_name = 'port' AND charge('lost here')",
    "SELECT (SELECT `charge` ('lost here')) AS r",
    "WITH c AS (SELECT charge('lost here') AS r) SELECT * FROM c",
    "SET STATEMENT max_statement_time = 5 FOR SELECT charge('lost here')",
    "SELECT /*!50000 charge('lost here') */ AS r",
  ])('in %s', async (sql) => {
    // A server may call it more than once for one statement.
    await admins[0]?.query(sql.replace('lost here', 'directly'))
    const once = await runs()
    await admins[0]?.query('DELETE FROM log')
    expect(await askAndLose(sql)).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(await runs()).toBe(once)
  })
})

describe('a function in double quotes, where these quote names, runs once', () => {
  const MODE = 'ANSI_QUOTES,STRICT_TRANS_TABLES'
  const calls = [`SELECT "charge"('lost here')`, `SELECT "charge" ('lost here') AS "r"`]

  it.each(calls)('by sessionVariables: %s', async (sql) => {
    const sessionVariables = { ...database.sessionVariables, sql_mode: MODE }
    expect(await askAndLose(sql, { sessionVariables })).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(await runs()).toBe(1)
  })

  it.each(calls)('by onConnect: %s', async (sql) => {
    const onConnect: PoolOptions['onConnect'] = async (connection) => {
      await connection.query(`SET sql_mode = '${MODE}'`)
    }
    expect(await askAndLose(sql, { onConnect })).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(await runs()).toBe(1)
  })
})

describeWithFaults('a function in double quotes, where the server’s own mode has it so, runs once', () => {
  it('although its answer is lost', async () => {
    const nodes = [0, 1].map((index) => faultyCluster().node(index))
    const [mode] = await faultyCluster().node(0).sql('SELECT @@GLOBAL.sql_mode AS mode')
    for (const node of nodes) await node.sql("SET GLOBAL sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES'")
    try {
      const error = await askAndLose(`SELECT "charge" ('lost here') AS "r"`)
      expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
      expect(await runs()).toBe(1)
    } finally {
      for (const node of nodes) await node.sql('SET GLOBAL sql_mode = ?', [String(mode?.['mode'])])
    }
  })
})

describe('a read', () => {
  it.each(["SELECT 'lost here' AS r", "SHOW STATUS WHERE Variable_name = 'lost here'"])(
    'is asked of the other host when the answer is lost: %s',
    async (sql) => {
      expect(await askAndLose(sql)).toBeUndefined()
      expect(pool.status().counters.retriedReads).toBe(1)
    },
  )

  it('is not, where its caller says that it writes: a view may call a function that does', async () => {
    await admins[0]?.query("CREATE OR REPLACE VIEW charged AS SELECT charge('by a view') AS r")
    const [, second = ''] = database.host.split(',')
    pool = createPool({ ...database, host: [proxy.address, second], selector: 'ordered', connectionLimit: 1 })
    await pool.query('SELECT 1')
    proxy.loseAnswerTo('charged')
    const error = await errorOf(pool.query({ sql: 'SELECT r FROM charged', access: 'write' }))
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(await runs()).toBe(1)
  })
})
