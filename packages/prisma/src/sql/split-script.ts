/** Texts in which a delimiter does not end a statement: strings, quoted names and comments. */
const QUOTED =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`|\/\*[\s\S]*?\*\/|(?:--(?=\s|$)|#)[^\n]*/y
const COMMENT = /^(?:\/\*(?!M?!)|--|#)/
/** A command of the command line client, which the server does not know: `DELIMITER //`, alone on its line. */
const DELIMITER = /delimiter[ \t]+(\S+)[^\n]*/iy
const BLANK = /\s+/y
/**
 * A run of text that can be skipped at once: it contains no beginning of a string, a quoted name, a comment or a common
 * delimiter.
 */
const PLAIN = /[\w ,()=.<>+*]+/y

/**
 * The statements of a script, without the delimiters between them. Parts with nothing but blanks and comments are left out. The
 * delimiter is `;` until a line with `DELIMITER` sets another one, as scripts do around the bodies of procedures and triggers.
 */
export function splitScript(script: string): string[] {
  const statements: string[] = []
  let delimiter = ';'
  let start = 0
  let hasText = false
  let at = 0
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(script)
  }
  const finish = (end: number): void => {
    if (hasText) statements.push(script.slice(start, end).trim())
    hasText = false
  }
  while (at < script.length) {
    const command = hasText ? null : match(DELIMITER)
    if (command !== null && startsLine(script, at)) {
      delimiter = command[1] ?? delimiter
      at += command[0].length
      start = at
      continue
    }
    if (script.startsWith(delimiter, at)) {
      finish(at)
      at += delimiter.length
      start = at
      continue
    }
    const passed = match(BLANK) ?? match(QUOTED)
    if (passed !== null) {
      hasText ||= passed[0].trim() !== '' && !COMMENT.test(passed[0])
      at += passed[0].length
      continue
    }
    hasText = true
    at += delimiter === ';' ? (match(PLAIN)?.[0].length ?? 1) : 1
  }
  finish(script.length)
  return statements
}

function startsLine(script: string, at: number): boolean {
  return /^[ \t]*$/.test(script.slice(script.lastIndexOf('\n', at - 1) + 1, at))
}
