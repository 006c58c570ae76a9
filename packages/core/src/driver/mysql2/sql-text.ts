// mysql2 defines this one with a getter, which named imports from CommonJS do not see.
import mysql2 from 'mysql2'
import { escape, format } from 'sql-escaper'
import type { SqlValue } from 'sql-escaper'

/** How values are written into the text of a statement. */
export interface SqlTextOptions {
  /** The session's sql_mode has NO_BACKSLASH_ESCAPES: a backslash is an ordinary character. */
  readonly noBackslashEscapes: boolean
  /** Default false, the value that mysql2's pools pass on. */
  readonly stringifyObjects?: boolean | undefined
  /** Default `local`, the value that mysql2's pools pass on. */
  readonly timezone?: string | undefined
  /** `:name` placeholders, with an object of values. Default false. */
  readonly namedPlaceholders?: boolean | undefined
}

interface NamedStatement {
  sql: string
  values: unknown
  namedPlaceholders?: boolean
}

/** The method of mysql2's connection that turns named placeholders into question marks; its public types leave the method out. */
const CONNECTION = mysql2.Connection.prototype as unknown as {
  _resolveNamedPlaceholders(this: { config: object }, statement: NamedStatement): void
}
const NOTHING_CONFIGURED = { config: {} }

/**
 * The options that mysql2's pools and connections pass to sql-escaper by default. sql-escaper itself has other defaults: an
 * object in the place of a text would become SQL, and `{ pw: 1 }` a condition that is always true.
 */
const DEFAULTS = { stringifyObjects: false, timezone: 'local' } as const

const BY_DOUBLING = Object.freeze({ noBackslashEscapes: true })

/** False for an older sql-escaper, which ignores the mode and escapes by backslash. */
const knowsMode = escape("'", false, 'Z', BY_DOUBLING) === "''''"

/**
 * Puts values into a text, as a session with this mode reads them. Without NO_BACKSLASH_ESCAPES the result is byte for byte
 * mysql2's.
 */
export function formatSql(sql: string, values: unknown, options: SqlTextOptions): string {
  const { noBackslashEscapes, stringifyObjects = DEFAULTS.stringifyObjects, timezone = DEFAULTS.timezone } = options
  if (options.namedPlaceholders === true && !Array.isArray(values)) {
    const named = withQuestionMarks(sql, values, noBackslashEscapes)
    return format(named.sql, named.values as SqlValue, stringifyObjects, timezone, modeOf(noBackslashEscapes))
  }
  return format(sql, values as SqlValue, stringifyObjects, timezone, modeOf(noBackslashEscapes))
}

/** Writes one value, as a session with this mode reads it. Objects are written as `stringifyObjects` says. */
export function escapeSql(value: unknown, options: SqlTextOptions): string {
  const { noBackslashEscapes, stringifyObjects = DEFAULTS.stringifyObjects, timezone = DEFAULTS.timezone } = options
  return escape(value as SqlValue, stringifyObjects, timezone, modeOf(noBackslashEscapes))
}

/**
 * Puts values into a text so that every session reads the same text, whatever its mode: quotes are doubled, and nothing is
 * escaped by a backslash.
 * @returns undefined where a backslash makes such a text impossible
 */
export function formatForAnyMode(
  sql: string,
  values: unknown,
  options: Omit<SqlTextOptions, 'noBackslashEscapes'>,
): string | undefined {
  const text = formatSql(sql, values, { ...options, noBackslashEscapes: true })
  if (!text.includes('\\')) return text
  // Where all backslashes are the caller's own and no value needs one, both modes have the same text.
  return text === formatSql(sql, values, { ...options, noBackslashEscapes: false }) ? text : undefined
}

function modeOf(noBackslashEscapes: boolean): typeof BY_DOUBLING | undefined {
  if (!noBackslashEscapes) return undefined
  if (!knowsMode) throw new Error('sql-escaper before 1.9.0 cannot write values for NO_BACKSLASH_ESCAPES; update it')
  return BY_DOUBLING
}

/**
 * Resolves named placeholders. mysql2's reader of names takes every backslash for the beginning of an escape, so each backslash
 * is doubled before the call and halved after it.
 */
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
