import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { systemClock } from './clock.js'
import { EventLoop } from './testing/event-loop.js'

let loop: EventLoop

beforeEach(() => {
  loop = new EventLoop()
})
afterEach(() => loop.end())

describe('a timer of the process', () => {
  it('runs once, after its time', () => {
    const run = vi.fn<() => void>()
    systemClock.after(100, run)
    loop.passes(99)
    expect(run).not.toHaveBeenCalled()
    loop.passes(500)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('lets answers that have arrived be read before it runs', () => {
    const order: string[] = []
    systemClock.after(100, () => order.push('timer'))
    // What sockets have brought is read between the timers of a turn and its immediates.
    setTimeout(() => setImmediate(() => order.push('answer')), 99)
    setTimeout(() => order.push('another timer'), 100)
    loop.passes(110)
    expect(order).toEqual(['answer', 'another timer', 'timer'])
  })

  it('is put off by as long as the process stood still, and only once', () => {
    const run = vi.fn<() => void>()
    systemClock.after(100, run)
    loop.passes(90)
    loop.standsStill(80)
    expect(run).not.toHaveBeenCalled()
    loop.passes(69)
    expect(run).not.toHaveBeenCalled()
    loop.standsStill(80)
    loop.passes(1)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('is put off by no more than its own time, however long the process was suspended', () => {
    const run = vi.fn<() => void>()
    systemClock.afterIdly(100, run)
    loop.standsStill(3_600_000)
    loop.passes(99)
    expect(run).not.toHaveBeenCalled()
    loop.passes(2)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('can be called off at any time before it runs', () => {
    const run = vi.fn<() => void>()
    const timers = [
      systemClock.after(100, run),
      systemClock.afterIdly(100, run),
      systemClock.at(loop.now + 100, 100, run),
    ]
    setTimeout(() => timers[2]?.cancel(), 100)
    loop.passes(50)
    timers[0]?.cancel()
    loop.standsStill(200)
    timers[1]?.cancel()
    loop.passes(500)
    expect(run).not.toHaveBeenCalled()
  })
})

describe('a timer for many deadlines', () => {
  it('tells up to when they are over', () => {
    const reached: number[] = []
    systemClock.at(loop.now + 100, 500, (time) => reached.push(time))
    loop.passes(101)
    expect(reached).toEqual([1100])
  })

  it('runs as soon as possible when its time is past, late as it is', () => {
    const reached: number[] = []
    systemClock.at(loop.now - 20, 500, (time) => reached.push(time))
    loop.passes(2)
    expect(reached).toHaveLength(1)
  })

  it('gives back what a pause took, up to the time that they wait; one reached meanwhile is not over', () => {
    const reached: number[] = []
    systemClock.at(loop.now + 100, 500, (time) => reached.push(time))
    loop.passes(90)
    loop.standsStill(80)
    loop.passes(69)
    expect(reached).toEqual([])
    loop.passes(10)
    expect(reached, 'the end of the pause, at which it was judged').toEqual([1170])
  })
})
