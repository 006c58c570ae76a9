import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { systemClock } from '../clock.js'
import { CountingClock } from '../testing/counting-clock.js'
import { EventLoop } from '../testing/event-loop.js'
import { VirtualClock } from '../testing/virtual-clock.js'
import { Deadlines } from './deadlines.js'
import type { Resource } from './resource.js'
import { Waiter } from './waiter.js'

const TIMEOUTS = [10, 25, 60] as const

type Step =
  | { readonly do: 'add'; readonly timeout: (typeof TIMEOUTS)[number] }
  | { readonly do: 'remove'; readonly which: number }
  | { readonly do: 'pass'; readonly time: number }

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('add' as const), timeout: fc.constantFrom(...TIMEOUTS) }),
    fc.record({ do: fc.constant('remove' as const), which: fc.nat(10) }),
    fc.record({ do: fc.constant('pass' as const), time: fc.nat(30) }),
  ),
  { maxLength: 60 },
)

function waiterAt(now: number): Waiter<Resource> {
  return new Waiter<Resource>(undefined, now, () => undefined)
}

describe('the deadlines of those who wait', () => {
  it('are kept to the millisecond, with one timer for each length of time in use', () => {
    fc.assert(
      fc.property(steps, (plan: readonly Step[]) => {
        const clock = new VirtualClock()
        const counting = new CountingClock(clock)
        const due = new Map<Waiter<Resource>, number>()
        const deadlines = new Deadlines<Resource>(counting, (waiter) => {
          expect(due.get(waiter)).toBe(clock.now())
          due.delete(waiter)
        })
        const timeouts = new Map<Waiter<Resource>, number>()
        for (const step of plan) {
          if (step.do === 'add') {
            const waiter = waiterAt(clock.now())
            due.set(waiter, clock.now() + step.timeout)
            timeouts.set(waiter, step.timeout)
            deadlines.add(waiter, step.timeout)
          } else if (step.do === 'remove') {
            const waiter = [...due.keys()][step.which]
            if (waiter === undefined) continue
            due.delete(waiter)
            deadlines.remove(waiter)
            deadlines.remove(waiter)
          } else clock.advance(step.time)
          for (const time of due.values()) expect(time).toBeGreaterThan(clock.now())
          expect(counting.pending).toBe(new Set([...due.keys()].map((waiter) => timeouts.get(waiter))).size)
        }
        clock.advance(100)
        expect([due.size, counting.pending]).toEqual([0, 0])
      }),
    )
  })

  it('go on when somebody who is told throws', () => {
    const clock = new VirtualClock()
    const told: number[] = []
    const deadlines = new Deadlines<Resource>(clock, () => {
      told.push(clock.now())
      if (told.length === 1) throw new Error('a mistake of the caller')
    })
    for (let count = 0; count < 3; count += 1) deadlines.add(waiterAt(0), 10)
    expect(() => clock.advance(10)).toThrow('a mistake of the caller')
    clock.advance(0)
    expect(told).toEqual([10, 10, 10])
  })

  it('are put off by a pause of the process each on its own, though one timer stands for all', () => {
    const loop = new EventLoop()
    const over: string[] = []
    const names = new Map<Waiter<Resource>, string>()
    const deadlines = new Deadlines<Resource>(systemClock, (waiter) => over.push(names.get(waiter) ?? ''))
    const enters = (name: string): void => {
      const waiter = waiterAt(loop.now)
      names.set(waiter, name)
      deadlines.add(waiter, 1000)
    }
    try {
      enters('ann')
      loop.passes(20)
      enters('bob')
      loop.passes(480)
      enters('cid')
      loop.passes(490)
      loop.standsStill(400)
      loop.passes(380)
      expect(over, 'ann was to wait for 1000 ms, was judged after 1390, and has 390 more; bob goes with her').toEqual(
        [],
      )
      loop.standsStill(300)
      expect(over, 'cid fell due after 1500, in the second pause').toEqual(['ann', 'bob'])
      loop.passes(560)
      expect(over, 'that came 570 ms late, and is given back as long').toEqual(['ann', 'bob'])
      loop.passes(20)
      expect(over).toEqual(['ann', 'bob', 'cid'])
      expect(loop.pending).toBe(0)
    } finally {
      loop.end()
    }
  })
})
