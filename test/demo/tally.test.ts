import { expect, test } from 'vitest'
import { Tally } from './tally.js'

test('a period ends with each look at it, and the totals go on', () => {
  const tally = new Tally()
  for (let index = 0; index < 4; index += 1) tally.send()
  tally.end('read', 5, false)
  tally.end('write', 80, true)
  expect(tally.takePeriod()).toEqual({ done: 2, failed: { read: 0, write: 1 }, worst: 80 })
  tally.end('read', 9, true)
  expect(tally.takePeriod()).toEqual({ done: 1, failed: { read: 1, write: 0 }, worst: 9 })
  expect(tally.takePeriod()).toEqual({ done: 0, failed: { read: 0, write: 0 }, worst: 0 })
  expect([tally.sent, tally.open, tally.failed('read'), tally.failed('write')]).toEqual([4, 1, 1, 1])
})

test('latencies are told by the share of requests that did not exceed them', () => {
  const tally = new Tally()
  for (let latency = 100; latency > 0; latency -= 1) tally.end('read', latency, false)
  expect([0.5, 0.99, 1].map((share) => tally.latency('read', share))).toEqual([50, 99, 100])
  expect(tally.latency('write', 0.99)).toBe(0)
})
