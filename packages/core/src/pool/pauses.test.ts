import { describe, expect, it } from 'vitest'

import { VirtualClock } from '../simulation/virtual-clock.js'
import { World } from '../simulation/world.js'
import { Pauses } from './pauses.js'

/** A clock on the wall that goes on while the monotonic one stands still. */
function sleepy() {
  const clock = new VirtualClock()
  const slept = { for: 0 }
  return {
    slept,
    clock: {
      now: () => clock.now(),
      date: () => clock.date() + slept.for,
      after: clock.after.bind(clock),
      afterIdly: clock.afterIdly.bind(clock),
      at: clock.at.bind(clock),
    },
    advance: (time: number) => clock.advance(time),
  }
}

describe('a pause of the process', () => {
  it('shows in a chore that is late, and counts once', () => {
    const { clock, advance } = sleepy()
    const pauses = new Pauses(clock)
    advance(5_000)
    pauses.look(clock.now(), 4_500, false)
    expect(pauses.noticedAt).toBe(-Infinity)
    pauses.look(clock.now(), 3_000, false)
    expect(pauses.noticedAt).toBe(5_000)
    advance(10)
    pauses.look(clock.now(), 3_000, false)
    expect(pauses.noticedAt).toBe(5_000)
  })

  it('shows on the wall where the monotonic clock stood still', () => {
    const { clock, slept, advance } = sleepy()
    const pauses = new Pauses(clock)
    advance(100)
    pauses.look(clock.now(), Infinity, true)
    expect(pauses.noticedAt).toBe(-Infinity)
    slept.for = 3_600_000
    pauses.look(clock.now(), Infinity, true)
    expect(pauses.noticedAt).toBe(100)
  })

  it('is not what a clock that is set back shows', () => {
    const { clock, slept } = sleepy()
    const pauses = new Pauses(clock)
    slept.for = -3_600_000
    pauses.look(clock.now(), Infinity, true)
    expect(pauses.noticedAt).toBe(-Infinity)
  })
})

describe('a connection that rested through a pause', () => {
  it.each([500, false] as const)(
    'is asked whether it still answers, with validateAfterIdle %s',
    (validateAfterIdle) => {
      const seen: string[] = []
      const world = new World({
        pool: { host: 'a', connectionLimit: 2, validateAfterIdle },
        observe: (_, what) => seen.push(what),
      })
      const { engine, clock } = world
      const date = clock.date.bind(clock)
      let slept = 0
      Object.assign(world.engineClock, { date: () => date() + slept })
      const borrow = (): void => {
        engine.acquire({}, (_, checkout) => checkout !== undefined && engine.release(checkout))
        clock.advance(20)
      }
      borrow()
      borrow()
      expect(seen.filter((what) => what.endsWith('pinged'))).toEqual([])
      slept = 60_000
      borrow()
      expect(seen.filter((what) => what.endsWith('pinged'))).toEqual(['#1 pinged'])
      borrow()
      expect(seen.filter((what) => what.endsWith('pinged'))).toEqual(['#1 pinged'])
    },
  )
})
