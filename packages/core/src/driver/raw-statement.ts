import type { StatementOptions } from '../session/statement.js'
import type { RawStatement } from './mysql2-internals.js'

/** What mysql2 takes with a single statement. */
const OPTIONS = [
  'timeout',
  'rowsAsArray',
  'nestTables',
  'typeCast',
  'namedPlaceholders',
  'supportBigNumbers',
  'bigNumberStrings',
  'dateStrings',
  'timezone',
] as const satisfies readonly (keyof StatementOptions)[]

/** Without options of its own mysql2 has less to copy. */
export function isPlain(statement: StatementOptions): boolean {
  for (const name of OPTIONS) if (statement[name] !== undefined) return false
  return true
}

/** Only what was given: mysql2 lets a key that is there, even undefined, override the connection's own. */
export function rawStatement(statement: StatementOptions): RawStatement {
  const given = OPTIONS.filter((name) => statement[name] !== undefined).map((name) => [name, statement[name]] as const)
  return { ...Object.fromEntries(given), sql: statement.sql, values: statement.values }
}
