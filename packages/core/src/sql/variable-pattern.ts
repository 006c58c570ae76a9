import { askedByVariable, Noticed, TELLING_VARIABLES } from './reading.js'

/** Characters of a LIKE pattern that stand for others: `%` and `_`, unless a backslash comes before. */
const WILD = /(?<!\\)[%_]/

/**
 * What `SHOW VARIABLES LIKE '…'` asks of the connection about the statements before, as bits of `Noticed`. One variable's name
 * asks for what that tells; a pattern that matches others as well may ask for anything. An underscore in a name is mostly
 * written without a backslash, and matches the name anyway.
 */
export function askedByVariables(pattern: string): number {
  const literal = pattern.replaceAll('\\', '').toLowerCase()
  const named = askedByVariable(literal)
  if (named !== 0) return named
  if (!WILD.test(pattern)) return 0
  return TELLING_VARIABLES.some((name) => matches(literal, name)) ? Noticed.mayAsk : 0
}

/** Whether a LIKE pattern matches a name: in time of their lengths multiplied, whatever the pattern is. */
function matches(pattern: string, name: string): boolean {
  // Whether the pattern so far matches the first so many characters of the name.
  let ends = Array.from({ length: name.length + 1 }, (_, length) => length === 0)
  for (const char of pattern) {
    const before = ends
    let any = false
    ends = before.map((_, length) => {
      if (char === '%') return (any ||= before[length] === true)
      return length > 0 && before[length - 1] === true && (char === '_' || char === name[length - 1])
    })
  }
  return ends[name.length] === true
}
