import type { Clock, Timer } from '../clock.js'

/** A clock that knows how many of the timers made through it are still to run: whose timers they are can be told apart. */
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
    return this.#counted(run, (counted) => this.#clock.after(milliseconds, counted))
  }

  afterIdly(milliseconds: number, run: () => void): Timer {
    return this.#counted(run, (counted) => this.#clock.afterIdly(milliseconds, counted))
  }

  #counted(run: () => void, start: (counted: () => void) => Timer): Timer {
    let over = false
    const end = (): boolean => {
      if (over) return false
      over = true
      this.#pending -= 1
      return true
    }
    this.#pending += 1
    const timer = start(() => {
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
