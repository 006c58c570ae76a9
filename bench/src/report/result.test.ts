import { expect, test } from 'vitest'
import type { Benchmark, TrialResult } from '../benchmark.js'
import { resultOf } from './result.js'

const benchmark: Benchmark = {
  name: 'cycle',
  title: 'T',
  method: 'M',
  setting: 'S',
  servers: 'cluster',
  subjects: ['ours', 'peer'],
  metrics: { speed: { title: 'per second', better: 'more' }, time: { title: 'ms', better: 'less' } },
  comparisons: [
    { kind: 'speed', case: 'c', metric: 'speed', of: 'ours', to: 'peer', target: 2 },
    { kind: 'speed', case: 'c', metric: 'time', of: 'ours', to: 'peer', target: 2.1 },
    { kind: 'cost', case: 'c', metric: 'time', of: 'ours', to: 'peer', target: 0.5 },
    { kind: 'cost', case: 'c', metric: 'time', of: 'peer', to: 'ours' },
  ],
  limits: [
    { case: 'c', metric: 'speed', of: 'ours', target: 300 },
    { case: 'c', metric: 'time', of: 'ours', target: 5 },
  ],
}

test('a ratio above 1 is good for speed, whether more or less of the metric is good', () => {
  const { comparisons } = resultOf(benchmark, { ours: rounds(200, 5), peer: rounds(100, 10) })
  expect(comparisons.map(({ ratio }) => ratio.median)).toEqual([2, 2, 0.5, 2])
  expect(comparisons.map(({ met }) => met)).toEqual([true, false, true, undefined])
})

test('where there are slices, each is set against the slice of the same turn', () => {
  // The rounds' own values are even: only the slices show the difference.
  const sliced = (slices: readonly number[]): TrialResult[] =>
    rounds(100, 5).map(({ configuration, figures }) => ({
      configuration,
      figures: figures.map((figure) => (figure.metric === 'speed' ? { ...figure, slices } : figure)),
    }))
  const { comparisons } = resultOf(benchmark, { ours: sliced([300, 100, 300]), peer: sliced([150, 50, 150]) })
  expect(comparisons[0]?.ratio.median).toBe(2)
  // Without slices the rounds' own values are set against each other.
  expect(comparisons[1]?.ratio.median).toBe(1)
})

test('limits are kept by the bound of the interval that is further off', () => {
  const { limits } = resultOf(benchmark, { ours: rounds(200, 5), peer: rounds(100, 10) })
  expect(limits.map(({ met }) => met)).toEqual([false, true])
})

test('what was not measured is an error, not a gap', () => {
  const half: TrialResult[] = [{ configuration: '', figures: [{ case: 'c', metric: 'speed', value: 1 }] }]
  expect(() => resultOf(benchmark, { ours: half, peer: half })).toThrow('nobody has measured time of')
})

function rounds(speed: number, time: number): TrialResult[] {
  return [0, 1, 2].map(() => ({
    configuration: 'as it is',
    figures: [
      { case: 'c', metric: 'speed', value: speed },
      { case: 'c', metric: 'time', value: time },
    ],
  }))
}
