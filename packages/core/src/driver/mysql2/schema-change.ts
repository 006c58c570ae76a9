/** USE, SET, and what runs a text that is made up; a comment here is one that the server executes, or has no end. */
const MAY_CHANGE = /use\b|set\b|execute\b|begin\s+not\b|\/\*/iy
const SEVERAL = /;\s*\S/
const SPACE = /\s*/y

/**
 * Whether a statement may change the schema or the mode that others are prepared under. The server's own report is what counts
 * where there is one; some servers, and proxies, report nothing.
 * @param prepared - it was prepared, so it is one statement
 */
export function mayChangeSchema(sql: string, prepared: boolean): boolean {
  MAY_CHANGE.lastIndex = beginOf(sql)
  return MAY_CHANGE.test(sql) || (!prepared && SEVERAL.test(sql))
}

/** Where a statement begins behind its comments. By hand: an expression would try them in all ways, or need memory for each sign. */
function beginOf(sql: string): number {
  let at = 0
  for (;;) {
    SPACE.lastIndex = at
    SPACE.test(sql)
    at = SPACE.lastIndex
    const isLine = sql[at] === '#' || (sql[at] === '-' && sql[at + 1] === '-')
    const isBlock = sql[at] === '/' && sql[at + 1] === '*' && !/[!M]/.test(sql[at + 2] ?? '')
    if (!isLine && !isBlock) return at
    const end = isLine ? sql.indexOf('\n', at) : sql.indexOf('*/', at + 2)
    if (end < 0) return at
    at = end + (isLine ? 1 : 2)
  }
}
