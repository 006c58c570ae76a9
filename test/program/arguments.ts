/** The command line is wrong; the message says what is allowed. */
export class UsageError extends Error {}

/** @throws UsageError */
export function wholeNumber(name: string, given: string, least: number, most: number): number {
  const value = Number(given)
  if (/^\d+$/.test(given) && value >= least && value <= most) return value
  throw new UsageError(`${name} is "${given}"; it must be a whole number from ${least} to ${most}`)
}
