import { expect, test } from 'vitest'
import { closedLoop, closedLoopInTurns, figuresUnder, openLoop } from './loops.js'

test('a closed loop has no more under way than callers, and ends after so many operations', async () => {
  let underWay = 0
  let most = 0
  let done = 0
  const figures = await closedLoop(
    async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      underWay -= 1
      done += 1
    },
    4,
    40,
    Infinity,
  )
  expect({ most, done, underWay }).toEqual({ most: 4, done: 40, underWay: 0 })
  expect(figures.throughput).toBeGreaterThan(0)
  expect(figures.p50).toBeLessThanOrEqual(figures.p99)
})

test('an open loop asks on although nobody answers, and counts the wait', async () => {
  let answer: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  let asked = 0
  const figures = await openLoop(
    () => {
      asked += 1
      if (asked === 50) answer()
      return held
    },
    1000,
    50,
  )
  expect(asked).toBe(50)
  expect(figures.p99).toBeGreaterThan(40)
})

test('a loop in turns tells what each of its slices came to, and takes a turn for each', async () => {
  let turns = 0
  const found = await closedLoopInTurns(
    () => new Promise((resolve) => setImmediate(resolve)),
    2,
    { warmUp: { operations: 4, milliseconds: 5 }, slices: 3, milliseconds: 5 },
    () => {
      turns += 1
      return Promise.resolve()
    },
  )
  // One more for the warm-up, which is in none of the slices.
  expect(turns).toBe(4)
  const figures = figuresUnder('a load', found)
  const slicesOf = (metric: string) => figures.find((figure) => figure.metric === metric)?.slices
  expect(slicesOf('throughput')).toHaveLength(3)
  expect(slicesOf('cpu')).toHaveLength(3)
  // The loop's own figure is the mean of its slices, each by its length.
  const throughput = slicesOf('throughput') ?? []
  expect(found.throughput).toBeGreaterThanOrEqual(Math.min(...throughput))
  expect(found.throughput).toBeLessThanOrEqual(Math.max(...throughput))
  // A percentile of a slice says little.
  expect(slicesOf('p99')).toBeUndefined()
})
