import type { Random } from '../selectors/selector.js'

/** Milliseconds: the longest pauses after the first failure and after many. */
const FIRST = 500
const LONGEST = 30_000
/** Milliseconds: the longest pause between two probes of a host that callers wait for. */
const URGENT = 500

/**
 * Milliseconds to the next probe of a host after `failures` failures in a row. The longest pause doubles with each failure, from
 * 0.5 to 30 s. The pause is a random part of it (full jitter), so that many processes do not come back in step.
 */
export function backoff(failures: number, random: Random): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.max(0, failures - 1))
  return Math.max(FIRST / 10, ceiling * random())
}

/** Milliseconds to the next probe of a host that callers wait for and that has no open connection: 250 to 500 at random. */
export function urgentPause(random: Random): number {
  return URGENT * (1 - random() / 2)
}
