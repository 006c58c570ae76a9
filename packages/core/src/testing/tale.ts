/** Stands for any number of lines. */
const meanwhile = '…'

/** Whether lines are as expected, in order. `*` stands for any part of a line, {@link meanwhile} for any number of lines. */
export function matches(seen: readonly string[], expected: readonly string[]): boolean {
  const [pattern, ...others] = expected
  if (pattern === undefined) return seen.length === 0
  if (pattern === meanwhile) return seen.some((_, index) => matches(seen.slice(index), others)) || matches([], others)
  const [line, ...rest] = seen
  return line !== undefined && fits(line, pattern) && matches(rest, others)
}

function fits(line: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`).test(line)
}
