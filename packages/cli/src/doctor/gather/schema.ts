import type { ServerAnswer } from '@mysql-hostpool/core'

import type { SchemaFacts } from '../facts.js'
import { quotedText } from '../values.js'

/** The most tables of each kind that are listed. */
const MOST = 1000

const SYSTEM_SCHEMAS = "'mysql', 'sys', 'information_schema', 'performance_schema', 'ndbinfo', 'wsrep'"

/**
 * Looks for tables that do not suit a cluster.
 * @param database - the pool's; undefined for all databases that the account may see
 */
export async function gatherSchema(
  host: string,
  ask: (sql: string) => Promise<ServerAnswer>,
  database: string | undefined,
): Promise<SchemaFacts> {
  const engines = await ask(notInnoDbSql(database))
  const keyless = await ask(keylessSql(database))
  return {
    host,
    notInnoDb: engines.rows.map(([schema, table, engine]) => ({
      table: `${String(schema)}.${String(table)}`,
      engine: String(engine),
    })),
    keyless: keyless.rows.map(([schema, table]) => `${String(schema)}.${String(table)}`),
    problem: undefined,
  }
}

function notInnoDbSql(database: string | undefined): string {
  return `SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE FROM information_schema.TABLES
WHERE TABLE_TYPE = 'BASE TABLE' AND ${within(database, 'TABLE_SCHEMA')} AND ENGINE IS NOT NULL AND ENGINE <> 'InnoDB'
ORDER BY TABLE_SCHEMA, TABLE_NAME LIMIT ${MOST}`
}

/** A unique key whose columns are never NULL does the work of a primary key. */
function keylessSql(database: string | undefined): string {
  return `SELECT t.TABLE_SCHEMA, t.TABLE_NAME FROM information_schema.TABLES t
LEFT JOIN (
  SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.STATISTICS
  WHERE ${within(database, 'TABLE_SCHEMA')} AND NON_UNIQUE = 0
  GROUP BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME HAVING SUM(NULLABLE = 'YES') = 0
) k ON k.TABLE_SCHEMA = t.TABLE_SCHEMA AND k.TABLE_NAME = t.TABLE_NAME
WHERE t.TABLE_TYPE = 'BASE TABLE' AND ${within(database, 't.TABLE_SCHEMA')} AND k.TABLE_NAME IS NULL
ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME LIMIT ${MOST}`
}

function within(database: string | undefined, column: string): string {
  return database === undefined ? `${column} NOT IN (${SYSTEM_SCHEMAS})` : `${column} = ${quotedText(database)}`
}
