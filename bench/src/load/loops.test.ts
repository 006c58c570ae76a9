import { expect, test } from 'vitest'
import { closedLoop, openLoop } from './loops.js'

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
