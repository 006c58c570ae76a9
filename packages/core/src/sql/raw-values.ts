import type { StatementValues } from './statement.js'

/** How deep values inside values are searched: a cycle has no end. */
const DEEPEST = 8

/**
 * Whether a value brings SQL of its own (mysql2's `raw()`, any object with `toSqlString`). In that case the text that is sent
 * differs from the statement's `sql`.
 */
export function bringsSql(values: StatementValues | undefined): boolean {
  return isOrHolds(values, 0)
}

function isOrHolds(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value) || value instanceof Date) return false
  if (depth > DEEPEST || ('toSqlString' in value && typeof value.toSqlString === 'function')) return true
  const held: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  for (const one of held) if (typeof one === 'object' && isOrHolds(one, depth + 1)) return true
  return false
}
