// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'
import { escape, format } from 'sql-escaper'
import type { SqlValue } from 'sql-escaper'

/** How values are written into a text. */
export interface SqlTextOptions {
  /** The session's sql_mode has NO_BACKSLASH_ESCAPES: a backslash is a character like any other there. */
  readonly noBackslashEscapes: boolean
  /** Default false, as mysql2's pool passes it on. */
  readonly stringifyObjects?: boolean | undefined
  /** Default `local`, as mysql2's pool passes it on. */
  readonly timezone?: string | undefined
  readonly namedPlaceholders?: boolean | undefined
}

interface NamedStatement {
  sql: string
  values: unknown
  namedPlaceholders?: boolean
}

/** What mysql2's connection turns named placeholders into question marks with; its public types leave it out. */
const CONNECTION = mysql2.Connection.prototype as unknown as {
  _resolveNamedPlaceholders(this: { config: object }, statement: NamedStatement): void
}
const NOTHING_CONFIGURED = { config: {} }

/**
 * What mysql2's pools and connections hand to sql-escaper where nothing was configured. sql-escaper reads an option that is left
 * out in another way: an object in the place of a text becomes SQL then, and `{ pw: 1 }` a condition that always holds.
 */
const DEFAULTS = { stringifyObjects: false, timezone: 'local' } as const

const BY_DOUBLING = Object.freeze({ noBackslashEscapes: true })

/** An older sql-escaper ignores the mode, and would go on escaping by backslash. */
const knowsMode = escape("'", false, 'Z', BY_DOUBLING) === "''''"

/** Puts values in, as a session with this mode reads them. Without NO_BACKSLASH_ESCAPES, byte for byte what mysql2 makes of them. */
export function formatSql(sql: string, values: unknown, options: SqlTextOptions): string {
  const { noBackslashEscapes, stringifyObjects = DEFAULTS.stringifyObjects, timezone = DEFAULTS.timezone } = options
  if (options.namedPlaceholders === true && !Array.isArray(values)) {
    const named = withQuestionMarks(sql, values, noBackslashEscapes)
    return format(named.sql, named.values as SqlValue, stringifyObjects, timezone, modeOf(noBackslashEscapes))
  }
  return format(sql, values as SqlValue, stringifyObjects, timezone, modeOf(noBackslashEscapes))
}

/** Writes one value, as a session with this mode reads it. Objects are written as mysql2's `escape` is told to. */
export function escapeSql(value: unknown, options: SqlTextOptions): string {
  const { noBackslashEscapes, stringifyObjects = DEFAULTS.stringifyObjects, timezone = DEFAULTS.timezone } = options
  return escape(value as SqlValue, stringifyObjects, timezone, modeOf(noBackslashEscapes))
}

/**
 * Puts values in so that every session reads the same, whatever its mode: quotes are doubled, and nothing is escaped by a
 * backslash.
 * @returns undefined when there is no such text, because of a backslash in it
 */
export function formatForAnyMode(
  sql: string,
  values: unknown,
  options: Omit<SqlTextOptions, 'noBackslashEscapes'>,
): string | undefined {
  const text = formatSql(sql, values, { ...options, noBackslashEscapes: true })
  if (!text.includes('\\')) return text
  // The backslashes are the caller's own, and no value needs one: then both modes have the same text.
  return text === formatSql(sql, values, { ...options, noBackslashEscapes: false }) ? text : undefined
}

function modeOf(noBackslashEscapes: boolean): typeof BY_DOUBLING | undefined {
  if (!noBackslashEscapes) return undefined
  if (!knowsMode) throw new Error('sql-escaper before 1.9.0 cannot write values for NO_BACKSLASH_ESCAPES; update it')
  return BY_DOUBLING
}

/** mysql2's reading of names takes every backslash for the beginning of an escape; a pair of them means nothing to it. */
function withQuestionMarks(sql: string, values: unknown, noBackslashEscapes: boolean): NamedStatement {
  const hidden = noBackslashEscapes && sql.includes('\\')
  const statement: NamedStatement = {
    sql: hidden ? sql.replaceAll('\\', '\\\\') : sql,
    values,
    namedPlaceholders: true,
  }
  // oxlint-disable-next-line no-underscore-dangle -- the name is mysql2's
  CONNECTION._resolveNamedPlaceholders.call(NOTHING_CONFIGURED, statement)
  if (hidden) statement.sql = statement.sql.replaceAll('\\\\', '\\')
  return statement
}
