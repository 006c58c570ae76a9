import type { Field } from '../sql/statement.js'

const AUTO_INCREMENT = 0x0200
/** The largest number of returned rows that are looked at. */
const MOST_ROWS = 100

/** The keys that a statement with returned rows (INSERT … RETURNING) may have generated. */
export interface ReturnedKeys {
  /** The keys of inserted rows. */
  readonly inserted: readonly string[]
  /** The keys of rows that were either inserted or updated. */
  readonly either: readonly string[]
}

const NONE: ReturnedKeys = { inserted: [], either: [] }
const INSERTS = /^\s*(?:insert|replace)\b/i
/** Statements that change or lock rows, and insert none. */
const INSERTS_NOTHING = /^\s*(?:delete|select|update)\b/i
const MAY_UPDATE = /\bduplicate\b/i

/**
 * Reads the keys off the AUTO_INCREMENT column of the returned rows, because the server reports no key beside rows. The result
 * is undefined where some keys would stay unknown: the rows have no such column, or its values are not as the server sent them.
 * A key that the statement itself gave for that column is among the result.
 */
export function returnedKeys(
  sql: string,
  rows: unknown,
  fields: readonly Field[] | undefined,
): ReturnedKeys | undefined {
  if (INSERTS_NOTHING.test(sql)) return NONE
  if (!INSERTS.test(sql) || !Array.isArray(rows) || rows.length > MOST_ROWS) return undefined
  if (rows.length === 0) return NONE
  const place = fields?.findIndex(({ flags }) => (flags & AUTO_INCREMENT) !== 0) ?? -1
  const name = fields?.[place]?.name
  if (name === undefined) return undefined
  const keys: string[] = []
  for (const row of rows as readonly unknown[]) {
    const value = valueIn(row, place, name)
    if (!isExact(value)) return undefined
    keys.push(String(value))
  }
  return MAY_UPDATE.test(sql) ? { inserted: [], either: keys } : { inserted: keys, either: [] }
}

function valueIn(row: unknown, place: number, name: string): unknown {
  if (Array.isArray(row)) return row[place]
  return typeof row === 'object' && row !== null ? (row as Readonly<Record<string, unknown>>)[name] : undefined
}

function isExact(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return typeof value === 'bigint' || (typeof value === 'string' && /^\d+$/.test(value))
}
