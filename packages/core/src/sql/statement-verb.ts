import { Mark } from './lexer.js'
import { Reading } from './reading.js'

/** No quotes come before the first word, so the mode of quotes does not matter. */
const ESCAPES = { inSingleQuotes: true, inDoubleQuotes: true }

/**
 * The first word of a statement in lower case, e.g. `select` or `update`. Blanks, comments, semicolons and parentheses before
 * it are skipped. '' where the text begins with no word, or with a comment that servers run.
 */
export function statementVerb(sql: string): string {
  const reading = new Reading(sql, ESCAPES)
  do reading.advance()
  while (reading.is(Mark.semicolon) || reading.is(Mark.open))
  return reading.text
}
