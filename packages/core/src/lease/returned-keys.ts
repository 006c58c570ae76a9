import type { Field } from '../sql/statement.js'

const AUTO_INCREMENT = 0x0200
/** Of a longer answer not all rows are looked at. */
const MOST_ROWS = 100

/** What a statement that has answered rows tells of the keys that it may have generated. */
export interface ReturnedKeys {
  /** Of rows that it has inserted. */
  readonly inserted: readonly string[]
  /** Of rows that it has inserted or updated. */
  readonly either: readonly string[]
}

const NONE: ReturnedKeys = { inserted: [], either: [] }
const INSERTS = /^\s*(?:insert|replace)\b/i
/** What changes rows, or locks them, and puts none in. */
const INSERTS_NOTHING = /^\s*(?:delete|select|update)\b/i
const MAY_UPDATE = /\bduplicate\b/i

/**
 * The server tells of no key beside rows, but a row may have it: in the column that is AUTO_INCREMENT. Undefined where not every
 * key would be known so: the statement answers no such column, or its values are not as the server sent them. A key that the
 * statement itself has given in that column is among them.
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
