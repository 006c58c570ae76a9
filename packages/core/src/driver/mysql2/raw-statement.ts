import { mysql2OptionNames } from '../../sql/option-names.js'
import type { StatementOptions } from '../../sql/statement.js'
import type { FailureReader } from './failure-reader.js'
import type { RawStatement } from './mysql2-internals.js'

/** Without options of its own mysql2 has less to copy. Spelled out, because it is asked for every statement. */
export function isPlain(statement: StatementOptions): boolean {
  return (
    statement.timeout === undefined &&
    statement.rowsAsArray === undefined &&
    statement.nestTables === undefined &&
    statement.typeCast === undefined &&
    statement.namedPlaceholders === undefined &&
    statement.supportBigNumbers === undefined &&
    statement.bigNumberStrings === undefined &&
    statement.dateStrings === undefined &&
    statement.timezone === undefined
  )
}

/**
 * Only what was given: mysql2 lets a key that is there, even undefined, override the connection's own.
 * @param failures - notes which column the statement's `typeCast` looks at
 */
export function rawStatement(statement: StatementOptions, failures?: FailureReader): RawStatement {
  const given = mysql2OptionNames
    .filter((name) => statement[name] !== undefined)
    .map((name) => [name, statement[name]] as const)
  const raw: RawStatement = { ...Object.fromEntries(given), sql: statement.sql, values: statement.values }
  const { typeCast } = statement
  if (failures !== undefined && typeof typeCast === 'function') raw.typeCast = failures.watchedTypeCast(typeCast)
  return raw
}
