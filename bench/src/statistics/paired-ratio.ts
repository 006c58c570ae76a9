import { median, quantileSorted, sampleWithReplacement } from 'simple-statistics'

/** A number and how sure it is. */
export interface Interval {
  readonly median: number
  /** Bounds of the 95 % interval. */
  readonly low: number
  readonly high: number
}

/** What one subject came to in one round. */
export interface Round {
  readonly value: number
  /** Its slices, where others had theirs in between. */
  readonly slices?: readonly number[] | undefined
}

const RESAMPLES = 2_000

/**
 * The median of the ratios of pairs, one for each round. Both halves of a pair were measured shortly after one another, so
 * what the machine did meanwhile is in both of them and falls out: where there are slices each is set against the other's
 * slice of the same turn, and the round's ratio is their median. The interval is the bootstrap's, over rounds: the slices of
 * one round come from the same processes and are no independent measurements.
 */
export function pairedRatio(of: readonly Round[], to: readonly Round[], random: () => number = Math.random): Interval {
  if (of.length !== to.length) throw new RangeError(`${of.length} and ${to.length} measurements do not make pairs`)
  return bootstrapMedian(
    of.map((round, index) => roundRatio(round, to[index] ?? { value: Number.NaN })),
    random,
  )
}

/** The median of some numbers, with the bootstrap's interval. */
export function bootstrapMedian(values: readonly number[], random: () => number = Math.random): Interval {
  if (values.length === 0) throw new RangeError('there is no median of nothing')
  const sample = [...values]
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(sampleWithReplacement(sample, sample.length, random)),
  ).sort((a, b) => a - b)
  return { median: median(sample), low: quantileSorted(medians, 0.025), high: quantileSorted(medians, 0.975) }
}

function roundRatio(of: Round, to: Round): number {
  const { slices } = to
  const turns = Math.min(of.slices?.length ?? 0, slices?.length ?? 0)
  if (turns === 0) return ratio(of.value, to.value)
  return median((of.slices ?? []).slice(0, turns).map((slice, turn) => ratio(slice, slices?.[turn] ?? Number.NaN)))
}

/** Nothing to nothing is even. */
function ratio(a: number, b: number): number {
  return a === 0 && b === 0 ? 1 : a / b
}
