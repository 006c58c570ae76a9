import { HostpoolError } from '../../errors/hostpool-error.js'
import type { StatementOptions } from '../../sql/statement.js'
import { mayChangeModeWithin } from './backslash-mode.js'
import { mayChangeCharset } from './charset-change.js'
import { refusalOf, refusalOfValues } from './charset-guard.js'
import type { RawConfig } from './mysql2-internals.js'
import { formatForAnyMode, formatSql } from './sql-text.js'

/**
 * Whether the server may read the end of a text in another mode or charset than its beginning, because the text changes them on
 * its way.
 */
export function mayReadOtherwise(sql: string): boolean {
  return sql.includes(';') && (mayChangeModeWithin(sql) || mayChangeCharset(sql))
}

/**
 * A statement with its values in its text, written as the session's server reads it.
 * @param config - mysql2's config, with the current decoding and charset
 * @param noBackslashEscapes - undefined where the mode is not certain
 * @throws ERR_HOSTPOOL_UNSUPPORTED for a character that the charset lacks, and for a backslash whose meaning is unknown
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

/** @throws ERR_HOSTPOOL_UNSUPPORTED for a character, in the text or in a value, that the charset lacks */
export function checkPrepared({ sql, values = [] }: StatementOptions, charsetNumber: number | undefined): void {
  const refusal = refusalOf(sql, charsetNumber) ?? refusalOfValues(Object.values<unknown>(values), charsetNumber)
  if (refusal !== undefined) throw refusal
}

function uncertain(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    'The statement has a value with a backslash, and the meaning of a backslash to the server is not certain: a routine, ' +
      'SET STATEMENT or this text itself may have changed sql_mode. Nothing was sent. Use execute(), or first send SET ' +
      'sql_mode = … on its own',
  )
}
