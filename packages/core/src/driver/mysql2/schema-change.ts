/** USE, SET, and statements that run a made-up text. A comment at this point is one that the server executes, or has no end. */
const MAY_CHANGE = /use\b|set\b|execute\b|begin\s+not\b|\/\*/iy
const SEVERAL = /;\s*\S/
const SPACE = /\s*/y

/**
 * Whether a statement may change the schema or the mode that other statements were prepared under. The server's own report
 * comes first; this test is for servers and proxies that report nothing.
 * @param prepared - whether the statement was prepared, and so is one statement
 */
export function mayChangeSchema(sql: string, prepared: boolean): boolean {
  MAY_CHANGE.lastIndex = beginOf(sql)
  return MAY_CHANGE.test(sql) || (!prepared && SEVERAL.test(sql))
}

/**
 * The index at which a statement begins, after its comments. Not a regular expression: one would try the comments in all
 * combinations, or need memory for each character.
 */
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
