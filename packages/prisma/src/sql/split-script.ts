/** Everything in which a semicolon does not end a statement: strings, quoted names and comments. */
const TOKEN =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`|\/\*[\s\S]*?\*\/|(?:--(?=\s|$)|#)[^\n]*|;/g
const COMMENT = /^(?:\/\*(?!M?!)|--|#)/

/**
 * The statements of a script, without the semicolons between them; what holds nothing but blanks and comments is left out.
 * A script with compound bodies (`BEGIN … END` of a procedure) cannot be split this way.
 */
export function splitScript(script: string): string[] {
  const statements: string[] = []
  let start = 0
  let hasText = false
  let last = 0
  for (const token of script.matchAll(TOKEN)) {
    hasText ||= script.slice(last, token.index).trim() !== ''
    last = token.index + token[0].length
    if (token[0] !== ';') {
      hasText ||= !COMMENT.test(token[0])
      continue
    }
    if (hasText) statements.push(script.slice(start, token.index).trim())
    start = last
    hasText = false
  }
  if (hasText || script.slice(last).trim() !== '') statements.push(script.slice(start).trim())
  return statements
}
