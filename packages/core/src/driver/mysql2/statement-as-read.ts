import { HostpoolError } from '../../errors/hostpool-error.js'
import type { StatementOptions } from '../../sql/statement.js'
import { mayChangeModeWithin } from './backslash-mode.js'
import { mayChangeCharset } from './charset-change.js'
import { refusalOf, refusalOfValues } from './charset-guard.js'
import type { RawConfig } from './mysql2-internals.js'
import { formatForAnyMode, formatSql } from './sql-text.js'

/** Whether a text may be read otherwise at its end than at its beginning: what it sets on its way is not known then. */
export function mayReadOtherwise(sql: string): boolean {
  return sql.includes(';') && (mayChangeModeWithin(sql) || mayChangeCharset(sql))
}

/**
 * A statement with its values in it, written as the session's server reads it.
 * @param config - mysql2's, with the decoding and the charset of this moment
 * @param noBackslashEscapes - undefined when it is not certain
 * @throws ERR_HOSTPOOL_UNSUPPORTED for a character that the charset has not, and for a backslash whose meaning is unknown
 */
export function statementAsRead(
  statement: StatementOptions,
  config: RawConfig,
  noBackslashEscapes: boolean | undefined,
): StatementOptions {
  const { stringifyObjects, timezone } = config
  const namedPlaceholders = statement.namedPlaceholders ?? config.namedPlaceholders
  const options = { stringifyObjects, timezone, namedPlaceholders }
  const values = statement.values ?? []
  const isFixed = !mayReadOtherwise(statement.sql)
  const sql =
    noBackslashEscapes === undefined || !isFixed
      ? formatForAnyMode(statement.sql, values, options)
      : formatSql(statement.sql, values, { ...options, noBackslashEscapes })
  if (sql === undefined) throw uncertain()
  const refusal = refusalOf(sql, isFixed ? config.charsetNumber : undefined)
  if (refusal !== undefined) throw refusal
  const { values: _, ...rest } = statement
  return namedPlaceholders === true ? { ...rest, sql, namedPlaceholders: false } : { ...rest, sql }
}

/** @throws ERR_HOSTPOOL_UNSUPPORTED for a character that the charset has not, in the text or in a value */
export function checkPrepared({ sql, values = [] }: StatementOptions, charsetNumber: number | undefined): void {
  const refusal = refusalOf(sql, charsetNumber) ?? refusalOfValues(Object.values<unknown>(values), charsetNumber)
  if (refusal !== undefined) throw refusal
}

function uncertain(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    'The statement has a value with a backslash, and what that means to the server is not certain: sql_mode was changed by a routine, ' +
      'for a while, or by this text itself. Nothing was sent. Use execute(), or send SET sql_mode = … alone before',
  )
}
