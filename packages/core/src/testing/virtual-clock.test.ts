import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { VirtualClock } from './virtual-clock.js'

describe('the virtual clock', () => {
  it('runs timers in the order of time, and those of one moment in the order they were made', () => {
    const clock = new VirtualClock()
    const ran: string[] = []
    clock.after(20, () => ran.push(`b at ${clock.now()}`))
    clock.after(10, () => ran.push(`a at ${clock.now()}`))
    clock.after(20, () => ran.push(`c at ${clock.now()}`))
    clock.advance(19)
    expect(ran).toEqual(['a at 10'])
    clock.advance(1)
    expect(ran).toEqual(['a at 10', 'b at 20', 'c at 20'])
    expect(clock.now()).toBe(20)
  })

  it('runs what timers start within the time that passes', () => {
    const clock = new VirtualClock()
    const ran: number[] = []
    const again = (): void => {
      ran.push(clock.now())
      clock.after(5, again)
    }
    clock.after(5, again)
    clock.advance(21)
    expect(ran).toEqual([5, 10, 15, 20])
  })

  it('never runs what was called off', () => {
    const clock = new VirtualClock()
    const ran: string[] = []
    const doomed = clock.after(10, () => ran.push('doomed'))
    clock.after(5, () => doomed.cancel())
    clock.advance(100)
    doomed.cancel()
    expect(ran).toEqual([])
    expect(clock.pending).toBe(0)
  })

  it('knows for which timers a process would stay alive', () => {
    const clock = new VirtualClock()
    clock.afterIdly(10, () => undefined)
    const timer = clock.after(10, () => undefined)
    expect([clock.pending, clock.keepingAlive]).toEqual([2, 1])
    timer.cancel()
    expect([clock.pending, clock.keepingAlive]).toEqual([1, 0])
  })

  it('follows promises to their end between timers', async () => {
    const clock = new VirtualClock()
    const ran: string[] = []
    const wait = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        clock.after(milliseconds, resolve)
      })
    const actor = async (): Promise<void> => {
      await wait(10)
      await Promise.resolve()
      ran.push(`first at ${clock.now()}`)
      await wait(10)
      ran.push(`second at ${clock.now()}`)
    }
    const done = actor()
    await clock.flow(20)
    await done
    expect(ran).toEqual(['first at 10', 'second at 20'])
  })

  it('says so when time does not go on', async () => {
    const clock = new VirtualClock()
    const again = (): void => {
      clock.after(0, again)
    }
    again()
    expect(() => clock.advance(1)).toThrow('Time does not go on')
    await expect(clock.flow(1)).rejects.toThrow('Time does not go on')
  })

  it('takes any timers, called off or not, in the order of time', () => {
    const timers = fc.array(fc.record({ wait: fc.nat(50), cancelled: fc.boolean() }), { maxLength: 60 })
    fc.assert(
      fc.property(timers, (plan) => {
        const clock = new VirtualClock()
        const ran: [number, number][] = []
        for (const [index, { wait, cancelled }] of plan.entries()) {
          const timer = clock.after(wait, () => ran.push([wait, index]))
          if (cancelled) timer.cancel()
        }
        clock.advance(50)
        const expected = plan
          .map(({ wait, cancelled }, index) => ({ wait, cancelled, index }))
          .filter(({ cancelled }) => !cancelled)
          .toSorted((a, b) => a.wait - b.wait || a.index - b.index)
          .map(({ wait, index }) => [wait, index])
        expect(ran).toEqual(expected)
        expect(clock.pending).toBe(0)
      }),
    )
  })
})
