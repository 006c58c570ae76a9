import type { Clock, Timer } from '../clock.js'
import { IntrusiveList } from './intrusive-list.js'
import type { Resource } from './resource.js'
import type { Deadline, Waiter } from './waiter.js'

/** Waiters with one timeout: they fall due in the order they came. */
export class DeadlineList<R extends Resource> extends IntrusiveList<Deadline<R>> {
  readonly timeout: number
  timer: Timer | undefined

  constructor(timeout: number) {
    super()
    this.timeout = timeout
  }
}

/** When each waiter's time is up. However many wait, there is one timer for each timeout that a caller has asked for. */
export class Deadlines<R extends Resource> {
  readonly #clock: Clock
  readonly #expired: (waiter: Waiter<R>, isFirst: boolean) => void
  readonly #lists = new Map<number, DeadlineList<R>>()
  /** The list that was joined last, while it has waiters. */
  #latest: DeadlineList<R> | undefined

  /** @param expired - told of each; of several that are due at once the first is said to be that */
  constructor(clock: Clock, expired: (waiter: Waiter<R>, isFirst: boolean) => void) {
    this.#clock = clock
    this.#expired = expired
  }

  /** From when it began to wait, the waiter waits for so many milliseconds at most. */
  add(waiter: Waiter<R>, timeout: number): void {
    const list = this.#listOf(timeout)
    list.add(waiter.deadline)
    if (list.size === 1) this.#setTimer(list)
  }

  remove(waiter: Waiter<R>): void {
    const { list } = waiter.deadline
    if (!(list instanceof DeadlineList)) return
    list.remove(waiter.deadline)
    // While a waiter is left the timer stays: should it turn out to be early, it is set again.
    if (list.size > 0) return
    list.timer?.cancel()
    this.#lists.delete(list.timeout)
    if (this.#latest === list) this.#latest = undefined
  }

  #listOf(timeout: number): DeadlineList<R> {
    // Mostly all wait equally long.
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
