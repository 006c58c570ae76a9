import type { Clock, Timer } from '../clock.js'

/**
 * A clock that counts the pending timers that were made through it, so that a pool's timers are told apart from those of servers.
 */
export class CountingClock implements Clock {
  readonly #clock: Clock
  #pending = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get pending(): number {
    return this.#pending
  }

  now(): number {
    return this.#clock.now()
  }

  date(): number {
    return this.#clock.date()
  }

  after(milliseconds: number, run: () => void): Timer {
    return this.#counted((count) => this.#clock.after(milliseconds, () => count(run)))
  }

  afterIdly(milliseconds: number, run: () => void): Timer {
    return this.#counted((count) => this.#clock.afterIdly(milliseconds, () => count(run)))
  }

  at(due: number, wait: number, run: (reached: number) => void): Timer {
    return this.#counted((count) => this.#clock.at(due, wait, (reached) => count(() => run(reached))))
  }

  #counted(start: (count: (run: () => void) => void) => Timer): Timer {
    let over = false
    const end = (): boolean => {
      if (over) return false
      over = true
      this.#pending -= 1
      return true
    }
    this.#pending += 1
    const timer = start((run) => {
      end()
      run()
    })
    return {
      cancel: () => {
        if (end()) timer.cancel()
      },
    }
  }
}
