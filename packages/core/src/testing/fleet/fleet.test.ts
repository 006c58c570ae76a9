import { describe, expect, it } from 'vitest'

import { runFault, runFleet } from './run-fleet.js'
import { busiest } from './windows.js'

describe('a fleet of pools', () => {
  it.each(['killed', 'frozen'] as const)(
    'comes back evenly and without a rush to a host that was %s',
    { timeout: 60_000 },
    async (fault) => {
      const pools = 60
      const result = await runFault(fault, { pools, seed: 1 })
      expect(result.failed).toBe(0)
      expect(result.served).toBeGreaterThan(pools * 100)
      expect(result.firstAfter).toBeLessThanOrEqual(1500)
      expect(result.evenAfter, 'slow start takes 10 s').toBeLessThanOrEqual(15_000)
      // A third of all connections goes there in 10 s, and each pool's probe connects again.
      expect(result.peakPerSecond).toBeLessThanOrEqual(2 * pools)
      expect(result.peakPer10ms, 'no two pools in step, but for chance').toBeLessThanOrEqual(pools / 5)
    },
  )

  it('is told as a table', { timeout: 60_000 }, async () => {
    const lines: string[] = []
    for await (const line of runFleet({ pools: 3, seed: 1 })) lines.push(line)
    expect(lines[0]).toContain('3 pools of 10 connections at 3 hosts')
    expect(new Set(lines.slice(1).map((line) => line.length)).size).toBe(1)
    expect(lines.join('\n')).toMatch(/until all shares are within 10 % of even +\d/)
  })
})

describe('the busiest span', () => {
  it.each([
    { moments: [], span: 10, most: 0 },
    { moments: [5], span: 10, most: 1 },
    { moments: [0, 10], span: 10, most: 1 },
    { moments: [0, 9.9], span: 10, most: 2 },
    { moments: [0, 5, 11, 12, 13, 30], span: 10, most: 4 },
  ])('of $moments within $span ms holds $most', ({ moments, span, most }) => {
    expect(busiest(moments, span)).toBe(most)
  })
})
