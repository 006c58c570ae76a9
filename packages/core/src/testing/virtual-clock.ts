import type { Clock, Timer } from '../clock.js'
import { TimerHeap, type VirtualTimer } from './timer-heap.js'

/** The date at which the clock starts. */
const EPOCH = Date.UTC(2025, 0, 1)
/** The most timers at one moment. More of them are a loop that would never end. */
const MOST_AT_ONCE = 100_000

/** Time that passes only when a test lets it pass, and then at once. */
export class VirtualClock implements Clock {
  readonly #heap = new TimerHeap()
  #now = 0
  #made = 0
  #pending = 0
  #keepingAlive = 0

  /** The number of timers that are still to run. */
  get pending(): number {
    return this.#pending
  }

  /** The number of pending timers that would keep a process alive. */
  get keepingAlive(): number {
    return this.#keepingAlive
  }

  now(): number {
    return this.#now
  }

  date(): number {
    return EPOCH + this.#now
  }

  after(milliseconds: number, run: () => void): Timer {
    return this.#add(this.#now + milliseconds, run, true)
  }

  afterIdly(milliseconds: number, run: () => void): Timer {
    return this.#add(this.#now + milliseconds, run, false)
  }

  at(due: number, _wait: number, run: (reached: number) => void): Timer {
    return this.#add(Math.max(due, this.#now), () => run(this.#now), true)
  }

  /** Lets time pass: timers that fall due run in their order. For code of callbacks alone. */
  advance(milliseconds: number): void {
    const until = this.#now + milliseconds
    let atOnce = 0
    for (let due = this.#nextDue(); due <= until; due = this.#nextDue()) {
      atOnce = due > this.#now ? 0 : atOnce + 1
      if (atOnce > MOST_AT_ONCE) throw new Error(`Time does not go on: timers start each other at ${due} ms`)
      this.#now = due
      this.#runNext()
    }
    this.#now = until
  }

  /** Lets time pass, for code with promises: all promises settle before the next timer runs. */
  async flow(milliseconds: number): Promise<void> {
    await this.flowUntil(() => false, milliseconds)
  }

  /** Lets time pass, for code with promises, until a condition is true. Resolves to whether it is. */
  async flowUntil(isTrue: () => boolean, milliseconds: number): Promise<boolean> {
    const until = this.#now + milliseconds
    let atOnce = 0
    await promisesSettled()
    while (!isTrue()) {
      const due = this.#nextDue()
      if (due > until) {
        this.#now = until
        return false
      }
      if (due > this.#now) atOnce = 0
      this.#now = due
      // Timers that fall due at the same moment run together, as in one turn of an event loop.
      while (this.#nextDue() <= due) {
        atOnce += 1
        if (atOnce > MOST_AT_ONCE) throw new Error(`Time does not go on: timers start each other at ${due} ms`)
        this.#runNext()
      }
      await promisesSettled()
    }
    return true
  }

  #add(due: number, run: () => void, keepsAlive: boolean): Timer {
    if (!(due >= this.#now)) throw new Error(`A timer for ${due} ms at ${this.#now} ms`)
    const timer: VirtualTimer = { due, order: this.#made, keepsAlive, run }
    this.#made += 1
    this.#heap.add(timer)
    this.#count(timer, 1)
    return {
      cancel: () => {
        if (timer.run === undefined) return
        timer.run = undefined
        this.#count(timer, -1)
      },
    }
  }

  #nextDue(): number {
    while (this.#heap.next !== undefined && this.#heap.next.run === undefined) this.#heap.takeNext()
    return this.#heap.next?.due ?? Infinity
  }

  #runNext(): void {
    const timer = this.#heap.takeNext()
    const run = timer?.run
    if (timer === undefined || run === undefined) return
    timer.run = undefined
    this.#count(timer, -1)
    run()
  }

  #count(timer: VirtualTimer, by: number): void {
    this.#pending += by
    if (timer.keepsAlive) this.#keepingAlive += by
  }
}

/** Resolves when every promise that can settle without time passing has settled. */
function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
