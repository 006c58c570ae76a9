import type { Benchmark, BenchmarkName, Comparison, Figure, Limit, Metric, TrialResult } from '../benchmark.js'
import { bootstrapMedian, type Interval, pairedRatio, type Round } from '../statistics/paired-ratio.js'

/** All that was measured of one subject under one load. */
export interface Series {
  readonly subject: string
  readonly case: string
  readonly metric: string
  readonly median: number
  /** One for each round, in order. */
  readonly rounds: readonly Round[]
}

export interface ComparisonResult extends Comparison {
  readonly ratio: Interval
  /** Absent where nothing is aimed at. */
  readonly met?: boolean
}

interface LimitResult extends Limit {
  readonly value: Interval
  readonly met: boolean
}

export interface BenchmarkResult {
  readonly name: BenchmarkName
  readonly title: string
  readonly method: string
  readonly setting: string
  readonly rounds: number
  readonly metrics: Readonly<Record<string, Metric>>
  readonly configurations: Readonly<Record<string, string>>
  readonly series: readonly Series[]
  readonly comparisons: readonly ComparisonResult[]
  readonly limits: readonly LimitResult[]
}

/** Makes sense of the trials of all rounds: `trials[subject]` holds one result for each round, in order. */
export function resultOf(
  benchmark: Benchmark,
  trials: Readonly<Record<string, readonly TrialResult[]>>,
): BenchmarkResult {
  const { name, title, method, setting, metrics, subjects } = benchmark
  const series = subjects.flatMap((subject) => seriesOf(subject, trials[subject] ?? []))
  const roundsOf = (subject: string, { case: load, metric }: Pick<Figure, 'case' | 'metric'>): readonly Round[] => {
    const found = series.find((each) => each.subject === subject && each.case === load && each.metric === metric)
    if (found === undefined) throw new Error(`${name}: nobody has measured ${metric} of ${subject}, ${load}`)
    return found.rounds
  }
  const betterOf = (metric: string) => metrics[metric]?.better ?? 'more'
  return {
    name,
    title,
    method,
    setting,
    rounds: Math.max(...subjects.map((subject) => trials[subject]?.length ?? 0)),
    metrics,
    configurations: Object.fromEntries(
      subjects.map((subject) => [subject, trials[subject]?.[0]?.configuration ?? 'not measured']),
    ),
    series,
    comparisons: benchmark.comparisons.map((comparison) => {
      const { kind, of, to, metric, target } = comparison
      const upsideDown = kind === 'speed' && betterOf(metric) === 'less'
      const [upper, lower] = upsideDown ? [to, of] : [of, to]
      const ratio = pairedRatio(roundsOf(upper, comparison), roundsOf(lower, comparison))
      if (target === undefined) return { ...comparison, ratio }
      return { ...comparison, ratio, met: kind === 'speed' ? ratio.low >= target : ratio.high <= target }
    }),
    limits: benchmark.limits.map((limit) => {
      const value = bootstrapMedian(roundsOf(limit.of, limit).map(({ value }) => value))
      const met = betterOf(limit.metric) === 'more' ? value.low >= limit.target : value.high <= limit.target
      return { ...limit, value, met }
    }),
  }
}

function seriesOf(subject: string, rounds: readonly TrialResult[]): readonly Series[] {
  const [first] = rounds
  return (first?.figures ?? []).map(({ case: load, metric }) => {
    const found = rounds.map(({ figures }): Round => {
      const figure = figures.find((each) => each.case === load && each.metric === metric)
      if (figure === undefined) throw new Error(`a round of ${subject} lacks ${metric}, ${load}`)
      return { value: figure.value, slices: figure.slices }
    })
    const { median } = bootstrapMedian(found.map(({ value }) => value))
    return { subject, case: load, metric, median, rounds: found }
  })
}
