import { mysql2OptionNames } from '../../sql/option-names.js'
import type { StatementOptions } from '../../sql/statement.js'
import type { FailureReader } from './failure-reader.js'
import type { RawStatement } from './mysql2-internals.js'

/**
 * Whether a statement has no options of its own, so that mysql2 has less to copy. The test is spelled out for speed, because
 * every statement needs it.
 */
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
 * The statement for mysql2, with only the options that were given: in mysql2 a key that is present, even with undefined,
 * overrides the connection's own option.
 * @param failures - notes the column of each call of the statement's `typeCast`
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
