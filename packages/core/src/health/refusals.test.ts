import { describe, expect, it } from 'vitest'

import { Refusals } from './refusals.js'

describe('refusals that no setting explains', () => {
  it('are believed for longer each time, up to a limit', () => {
    const refusals = new Refusals({ free: 0, first: 100, longest: 1_000 })
    let now = 0
    const held = [1, 2, 3, 4].map(() => {
      refusals.note(now)
      const from = now
      while (refusals.holds(now)) now += 1
      return now - from
    })
    expect(held).toEqual([100, 400, 1_000, 1_000])
  })

  it('are put up with so many times', () => {
    const refusals = new Refusals({ free: 2, first: 100, longest: 1_000 })
    for (const now of [0, 1]) {
      refusals.note(now)
      expect(refusals.holds(now)).toBe(false)
    }
    refusals.note(2)
    expect(refusals.holds(2)).toBe(true)
  })

  it('that come while they are believed already change nothing', () => {
    const refusals = new Refusals({ free: 0, first: 100, longest: 1_000 })
    for (const now of [0, 10, 50]) refusals.note(now)
    expect(refusals.holds(99)).toBe(true)
    expect(refusals.holds(100)).toBe(false)
  })

  it('are forgotten after a while without', () => {
    const refusals = new Refusals({ free: 1, first: 100, longest: 1_000 })
    refusals.note(0)
    refusals.note(60_000)
    expect(refusals.holds(60_000)).toBe(false)
  })
})
