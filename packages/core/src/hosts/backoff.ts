import type { Random } from '../selectors/selector.js'

const FIRST = 500
const LONGEST = 30_000
/** The longest pause before a host is asked again that callers depend on. */
const URGENT = 500

/**
 * Milliseconds to leave a host alone after so many failures in a row: 0.5 to 30 s, doubling, anywhere in the interval (full
 * jitter), so that many processes do not come back in step.
 */
export function backoff(failures: number, random: Random): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.max(0, failures - 1))
  return Math.max(FIRST / 10, ceiling * random())
}

/** Milliseconds to leave a host alone that callers wait for while nothing is open there: short, and never in step with others. */
export function urgentPause(random: Random): number {
  return URGENT * (1 - random() / 2)
}
