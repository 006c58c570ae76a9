/** USE, SET, what runs a text that is made up, several statements, and what only looks like any of them. */
const MAY_CHANGE = /^\s*(?:use|set|execute|begin\s+not|[^\w\s(])|;\s*\S/i

/**
 * Whether a statement may change the schema or the mode that others are prepared under. The server's own report is what counts
 * where there is one; some servers, and proxies, report nothing.
 */
export function mayChangeSchema(sql: string): boolean {
  return MAY_CHANGE.test(sql)
}
