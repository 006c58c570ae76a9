import { expect, test } from 'vitest'
import { bootstrapMedian, pairedRatio, type Round } from './paired-ratio.js'

test('the ratio is taken pair by pair, so that a slow hour falls out of it', () => {
  const slowHour = [1, 1, 1, 9, 9, 9, 5, 5, 5, 2]
  const peer = slowHour.map((factor) => 100 / factor)
  const ours = peer.map((value) => value * 1.5)
  const { median, low, high } = pairedRatio(ours.map(round), peer.map(round))
  for (const value of [median, low, high]) expect(value).toBeCloseTo(1.5, 10)
})

test('within a round it is taken slice by slice, so that a slow second falls out of it too', () => {
  const slices = [100, 100, 20, 25, 90]
  const ours = { value: 70, slices: slices.map((value) => value * 1.5) }
  // The slow second ended between two slices of the same turn, and the peer was done one turn earlier.
  const peer = { value: 80, slices: [100, 100, 20, 80] }
  expect(pairedRatio([ours], [peer]).median).toBeCloseTo(1.5, 10)
})

test('a round without slices is a pair by itself, also when the other has some', () => {
  expect(pairedRatio([{ value: 3, slices: [9, 9] }], [{ value: 2 }]).median).toBe(1.5)
})

test('the interval holds the median, and is wider when the pairs differ more', () => {
  const even = pairedRatio(
    [1, 1.01, 0.99, 1.02, 0.98, 1, 1.01, 0.99, 1, 1].map(round),
    Array.from({ length: 10 }, () => round(1)),
  )
  const uneven = pairedRatio(
    [1, 1.5, 0.6, 1.9, 0.5, 1, 1.4, 0.7, 1.2, 0.8].map(round),
    Array.from({ length: 10 }, () => round(1)),
  )
  for (const { median, low, high } of [even, uneven]) {
    expect(low).toBeLessThanOrEqual(median)
    expect(high).toBeGreaterThanOrEqual(median)
  }
  expect(uneven.high - uneven.low).toBeGreaterThan(5 * (even.high - even.low))
})

test('the interval covers the true median of noisy pairs about 19 times in 20', () => {
  const random = lehmer(7)
  const covered = Array.from({ length: 60 }, () => {
    const pairs = Array.from({ length: 12 }, () => 2 * Math.exp(random() + random() - random() - random()))
    const { low, high } = bootstrapMedian(pairs, random)
    return low <= 2 && 2 <= high
  }).filter(Boolean).length
  expect(covered).toBeGreaterThan(50)
})

test('measurements that do not pair up are refused, and so is a median of nothing', () => {
  expect(() => pairedRatio([round(1), round(2)], [round(1)])).toThrow('2 and 1 measurements')
  expect(() => pairedRatio([], [])).toThrow(RangeError)
})

test('two costs of nothing are even', () => {
  expect(pairedRatio([round(0)], [round(0)]).median).toBe(1)
})

function round(value: number): Round {
  return { value }
}

/** The same numbers every time. */
function lehmer(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
