import type { Clock, Timer } from '../clock.js'
import { IntrusiveList } from './intrusive-list.js'
import type { Resource } from './resource.js'
import type { Deadline, Waiter } from './waiter.js'

/** The deadlines of all waiters that have the same timeout, in the order of their arrival, which is that of their deadlines. */
export class DeadlineList<R extends Resource> extends IntrusiveList<Deadline<R>> {
  readonly timeout: number
  timer: Timer | undefined

  constructor(timeout: number) {
    super()
    this.timeout = timeout
  }
}

/** The deadlines of all waiters. There is one timer for each different timeout, however many callers wait. */
export class Deadlines<R extends Resource> {
  readonly #clock: Clock
  readonly #expired: (waiter: Waiter<R>, isFirst: boolean) => void
  readonly #lists = new Map<number, DeadlineList<R>>()
  /** The list that got the last waiter; undefined when this list is empty. */
  #latest: DeadlineList<R> | undefined

  /** @param expired - called for each waiter; `isFirst` is true for the first of several that expire at once */
  constructor(clock: Clock, expired: (waiter: Waiter<R>, isFirst: boolean) => void) {
    this.#clock = clock
    this.#expired = expired
  }

  /** Limits the wait of a waiter to `timeout` milliseconds, counted from the start of the wait. */
  add(waiter: Waiter<R>, timeout: number): void {
    const list = this.#listOf(timeout)
    list.add(waiter.deadline)
    if (list.size === 1) this.#setTimer(list)
  }

  remove(waiter: Waiter<R>): void {
    const { list } = waiter.deadline
    if (!(list instanceof DeadlineList)) return
    list.remove(waiter.deadline)
    // The timer stays while a waiter is left. A timer that expires too early is set again.
    if (list.size > 0) return
    list.timer?.cancel()
    this.#lists.delete(list.timeout)
    if (this.#latest === list) this.#latest = undefined
  }

  #listOf(timeout: number): DeadlineList<R> {
    // Most callers have the same timeout.
    if (this.#latest?.timeout === timeout) return this.#latest
    let list = this.#lists.get(timeout)
    if (list === undefined) {
      list = new DeadlineList(timeout)
      this.#lists.set(timeout, list)
    }
    this.#latest = list
    return list
  }

  #setTimer(list: DeadlineList<R>): void {
    const { oldest, timeout } = list
    if (oldest === undefined) return
    list.timer = this.#clock.at(oldest.waiter.since + timeout, timeout, (reached) => this.#expire(list, reached))
  }

  #expire(list: DeadlineList<R>, reached: number): void {
    let isFirst = true
    try {
      for (let due = list.oldest; due !== undefined && due.waiter.since + list.timeout <= reached; due = list.oldest) {
        this.remove(due.waiter)
        this.#expired(due.waiter, isFirst)
        isFirst = false
      }
    } finally {
      this.#setTimer(list)
    }
  }
}
