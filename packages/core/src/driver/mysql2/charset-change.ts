/** What may begin a statement that sets variables, and what is looked behind: a comment or a parenthesis. */
const CAN_SET = /^\s*(?:set|prepare|execute|[^\w\s])/i
const DYNAMIC = /^\s*(?:prepare|execute)/i
const OF_CHARSETS = /character|charset|names/i

/**
 * Whether a statement may change the charset that its session reads text in. When its answer then names no new
 * `character_set_client`, which charset holds is unknown: servers report only the variables in `session_track_system_variables`,
 * some proxies report nothing, and MariaDB says nothing at all of `SET @@character_set_client = …`. A stored routine has its
 * own charset, and gives the session's back.
 */
export function mayChangeCharset(sql: string): boolean {
  if (!CAN_SET.test(sql) && !sql.includes(';')) return false
  // What is run from a variable can be anything.
  return OF_CHARSETS.test(sql) || (DYNAMIC.test(sql) && sql.includes('@'))
}
