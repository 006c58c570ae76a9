import type { StatementOptions } from '../statement/statement.js'
import { refusalOf, refusalOfValues } from './charset-guard.js'
import type { RawConfig } from './mysql2-internals.js'
import { formatSql } from './sql-text.js'

/**
 * A statement with its values in it, written as the session's server reads it.
 * @param config - mysql2's, with the decoding and the charset of this moment
 * @throws ERR_HOSTPOOL_UNSUPPORTED for a character that the charset has not
 */
export function statementAsRead(
  statement: StatementOptions,
  { charsetNumber, stringifyObjects, timezone, namedPlaceholders }: RawConfig,
  noBackslashEscapes: boolean,
): StatementOptions {
  const named = statement.namedPlaceholders ?? namedPlaceholders
  const options = { noBackslashEscapes, stringifyObjects, timezone, namedPlaceholders: named }
  const sql = formatSql(statement.sql, statement.values ?? [], options)
  refuse(sql, charsetNumber)
  const { values: _, ...rest } = statement
  return named === true ? { ...rest, sql, namedPlaceholders: false } : { ...rest, sql }
}

/** @throws ERR_HOSTPOOL_UNSUPPORTED for a character that the charset has not, in the text or in a value */
export function checkPrepared({ sql, values = [] }: StatementOptions, charsetNumber: number): void {
  const refusal = refusalOf(sql, charsetNumber) ?? refusalOfValues(Object.values<unknown>(values), charsetNumber)
  if (refusal !== undefined) throw refusal
}

function refuse(text: string, charsetNumber: number): void {
  const refusal = refusalOf(text, charsetNumber)
  if (refusal !== undefined) throw refusal
}
