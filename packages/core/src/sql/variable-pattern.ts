import { askedByVariable, Noticed, TELLING_VARIABLES } from './reading.js'

/** The wildcards of a LIKE pattern: `%` and `_` without a backslash before them. */
const WILD = /(?<!\\)[%_]/

/**
 * The traces that `SHOW VARIABLES LIKE '…'` reads, as bits of `Noticed`. The name of one variable reads the traces of that
 * variable. A pattern that matches other variables too may read any trace. An underscore in a name is usually written without a
 * backslash, and matches the name anyway.
 */
export function askedByVariables(pattern: string): number {
  const literal = pattern.replaceAll('\\', '').toLowerCase()
  const named = askedByVariable(literal)
  if (named !== 0) return named
  if (!WILD.test(pattern)) return 0
  return TELLING_VARIABLES.some((name) => matches(literal, name)) ? Noticed.mayAsk : 0
}

/** Whether a LIKE pattern matches a name. The time is bounded by the product of the two lengths, for any pattern. */
function matches(pattern: string, name: string): boolean {
  // `ends[n]`: whether the pattern so far matches the first n characters of the name.
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
