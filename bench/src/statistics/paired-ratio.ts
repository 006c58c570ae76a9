import { median, quantileSorted, sampleWithReplacement } from 'simple-statistics'

/** A number and how sure it is. */
export interface Interval {
  readonly median: number
  /** Bounds of the 95 % interval. */
  readonly low: number
  readonly high: number
}

const RESAMPLES = 2_000

/**
 * The median of the ratios of pairs. Both halves of a pair were measured shortly after one another, so what the machine did
 * meanwhile is in both of them and falls out; the interval is the bootstrap's.
 */
export function pairedRatio(
  of: readonly number[],
  to: readonly number[],
  random: () => number = Math.random,
): Interval {
  if (of.length !== to.length) throw new RangeError(`${of.length} and ${to.length} measurements do not make pairs`)
  return bootstrapMedian(
    of.map((value, index) => ratio(value, to[index] ?? Number.NaN)),
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

/** Nothing to nothing is even. */
function ratio(a: number, b: number): number {
  return a === 0 && b === 0 ? 1 : a / b
}
