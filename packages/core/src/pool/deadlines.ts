import type { Clock, Timer } from '../clock.js'
import type { Resource } from './resource.js'
import type { Waiter } from './waiter.js'

/** Those who wait for equally long at most: they fall due in the order they came. */
export class DeadlineLine<R extends Resource> {
  readonly timeout: number
  first: Waiter<R> | undefined
  last: Waiter<R> | undefined
  timer: Timer | undefined

  constructor(timeout: number) {
    this.timeout = timeout
  }
}

/** When each waiter's time is up. However many wait, there is one timer for each length of time that somebody asked for. */
export class Deadlines<R extends Resource> {
  readonly #clock: Clock
  readonly #expired: (waiter: Waiter<R>, isFirst: boolean) => void
  readonly #lines = new Map<number, DeadlineLine<R>>()
  /** The line that somebody joined last, while anybody is in it. */
  #latest: DeadlineLine<R> | undefined

  /** @param expired - told of each; of several that are due at once the first is said to be that */
  constructor(clock: Clock, expired: (waiter: Waiter<R>, isFirst: boolean) => void) {
    this.#clock = clock
    this.#expired = expired
  }

  /** From when it began to wait, somebody waits for so many milliseconds at most. */
  add(waiter: Waiter<R>, timeout: number): void {
    const line = this.#lineOf(timeout)
    const { last } = line
    waiter.deadlines = line
    waiter.earlier = last
    line.last = waiter
    if (last !== undefined) last.later = waiter
    else {
      line.first = waiter
      this.#setTimer(line)
    }
  }

  remove(waiter: Waiter<R>): void {
    const { deadlines: line, earlier, later } = waiter
    if (line === undefined) return
    if (earlier === undefined) line.first = later
    else earlier.later = later
    if (later === undefined) line.last = earlier
    else later.earlier = earlier
    waiter.deadlines = undefined
    waiter.earlier = undefined
    waiter.later = undefined
    // While anybody is left the timer stays: should it turn out to be early, it is set again.
    if (line.first !== undefined) return
    line.timer?.cancel()
    this.#lines.delete(line.timeout)
    if (this.#latest === line) this.#latest = undefined
  }

  #lineOf(timeout: number): DeadlineLine<R> {
    // Mostly all wait equally long.
    if (this.#latest?.timeout === timeout) return this.#latest
    let line = this.#lines.get(timeout)
    if (line === undefined) {
      line = new DeadlineLine(timeout)
      this.#lines.set(timeout, line)
    }
    this.#latest = line
    return line
  }

  #setTimer(line: DeadlineLine<R>): void {
    if (line.first === undefined) return
    line.timer = this.#clock.at(line.first.since + line.timeout, line.timeout, (reached) => this.#expire(line, reached))
  }

  #expire(line: DeadlineLine<R>, reached: number): void {
    let isFirst = true
    try {
      while (line.first !== undefined && line.first.since + line.timeout <= reached) {
        const due = line.first
        this.remove(due)
        this.#expired(due, isFirst)
        isFirst = false
      }
    } finally {
      this.#setTimer(line)
    }
  }
}
