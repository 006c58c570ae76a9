/**
 * Beginnings of a statement that may set variables. A comment or a parenthesis counts too, because it may hide such a
 * beginning.
 */
const CAN_SET = /^\s*(?:set|prepare|execute|[^\w\s])/i
const DYNAMIC = /^\s*(?:prepare|execute)/i
const OF_CHARSETS = /character|charset|names/i

/**
 * Whether a statement may change the charset in which its session reads text. Where the answer to such a statement names no new
 * `character_set_client`, the charset is unknown: servers report only the variables in `session_track_system_variables`, some
 * proxies report nothing, and MariaDB never reports `SET @@character_set_client = …`. A stored routine has a charset of its
 * own, and restores the session's.
 */
export function mayChangeCharset(sql: string): boolean {
  if (!CAN_SET.test(sql) && !sql.includes(';')) return false
  // A statement that runs from a variable can be any statement.
  return OF_CHARSETS.test(sql) || (DYNAMIC.test(sql) && sql.includes('@'))
}
