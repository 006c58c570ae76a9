import type { Clock } from '../clock.js'
import type { Resource } from './resource.js'
import type { DeadlineList, Waiter } from './waiter.js'

/** The largest number of waiters that have left and are still in a list of their timeout, beside as many as wait. */
const MOST_GONE = 32

/** The deadlines of all waiters. There is one timer for each different timeout, however many callers wait. */
export class Deadlines<R extends Resource> {
  readonly #clock: Clock
  readonly #expired: (waiter: Waiter<R>, isFirst: boolean) => void
  readonly #lists = new Map<number, DeadlineList<R>>()
  /** The list that got the last waiter; undefined when no waiter of this list waits any more. */
  #latest: DeadlineList<R> | undefined

  /** @param expired - called for each waiter; `isFirst` is true for the first of several that expire at once */
  constructor(clock: Clock, expired: (waiter: Waiter<R>, isFirst: boolean) => void) {
    this.#clock = clock
    this.#expired = expired
  }

  /** Limits the wait of a waiter to `timeout` milliseconds, counted from the start of the wait. */
  add(waiter: Waiter<R>, timeout: number): void {
    const list = this.#listOf(timeout)
    waiter.deadlines = list
    list.waiters.push(waiter)
    list.waiting += 1
    if (list.waiting === 1) this.#setTimer(list)
  }

  remove(waiter: Waiter<R>): void {
    const list = waiter.deadlines
    if (list === undefined) return
    waiter.deadlines = undefined
    list.waiting -= 1
    if (list.waiting > 0) {
      // The timer stays while a waiter is left. A timer that expires too early is set again.
      if (list.waiters.length > 2 * list.waiting + MOST_GONE) forgetGone(list)
      return
    }
    list.timer?.cancel()
    this.#lists.delete(list.timeout)
    if (this.#latest === list) this.#latest = undefined
  }

  #listOf(timeout: number): DeadlineList<R> {
    // Most callers have the same timeout.
    if (this.#latest?.timeout === timeout) return this.#latest
    let list = this.#lists.get(timeout)
    if (list === undefined) {
      list = { timeout, waiters: [], waiting: 0, timer: undefined }
      this.#lists.set(timeout, list)
    }
    this.#latest = list
    return list
  }

  #setTimer(list: DeadlineList<R>): void {
    const { timeout } = list
    const oldest = list.waiters.find((waiter) => waiter.deadlines === list)
    if (oldest === undefined) return
    list.timer = this.#clock.at(oldest.since + timeout, timeout, (reached) => this.#expire(list, reached))
  }

  #expire(list: DeadlineList<R>, reached: number): void {
    let isFirst = true
    forgetGone(list)
    try {
      for (const waiter of list.waiters) {
        if (waiter.since + list.timeout > reached) break
        // A waiter before this one may have made it leave.
        if (waiter.deadlines !== list) continue
        this.remove(waiter)
        this.#expired(waiter, isFirst)
        isFirst = false
      }
    } finally {
      this.#setTimer(list)
    }
  }
}

function forgetGone<R extends Resource>(list: DeadlineList<R>): void {
  list.waiters = list.waiters.filter((waiter) => waiter.deadlines === list)
}
