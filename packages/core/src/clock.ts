// The global of this name is looked up anew at each use, which costs half as much again as reading the clock does.
import { performance } from 'node:perf_hooks'

import { inOwnContext } from './call-context.js'

/** A timer that can be called off; calling off a timer that has run does nothing. */
export interface Timer {
  cancel(): void
}

/** Time, as the engine sees it. It comes from outside, so that tests run on virtual time. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number
  /** Wall-clock time, only for showing to people. */
  date(): number
  /** Runs a function once after so many milliseconds; the process stays alive for it. */
  after(milliseconds: number, run: () => void): Timer
  /** The same for chores: the process does not stay alive for it. */
  afterIdly(milliseconds: number, run: () => void): Timer
  /**
   * Runs a function once when the clock shows so much, for one timer that stands for many deadlines; the process stays alive
   * for it. The function is told up to when deadlines are over; a later one has not had its share of any leniency yet.
   * @param wait - how long those deadlines were away when they were set: the most that is given back after a pause
   */
  at(due: number, wait: number, run: (reached: number) => void): Timer
}

/** How late a timer may run before the delay counts as this process's own pause. */
const LAG_TOLERANCE = 50

/**
 * A timer that is fair to the network: when it expires, answers that have already arrived are read first, and when the
 * process itself was blocked or suspended the time it lost is given back once. Otherwise every pause of the process would
 * look like an outage of all its servers.
 */
class SystemTimer implements Timer {
  readonly #run: (reached: number) => void
  readonly #wait: number
  readonly #keepsAlive: boolean
  #due: number
  /** When it expired for the first time. */
  #reached: number | undefined
  #timeout: NodeJS.Timeout
  #immediate: NodeJS.Immediate | undefined

  constructor(due: number, wait: number, run: (reached: number) => void, keepsAlive: boolean) {
    this.#run = run
    this.#wait = wait
    this.#keepsAlive = keepsAlive
    this.#due = due
    this.#timeout = this.#arm(due - performance.now())
  }

  cancel(): void {
    clearTimeout(this.#timeout)
    if (this.#immediate !== undefined) clearImmediate(this.#immediate)
  }

  #arm(milliseconds: number): NodeJS.Timeout {
    const timeout = inOwnContext(setTimeout, undefined, () => this.#expire(), milliseconds)
    if (!this.#keepsAlive) timeout.unref()
    return timeout
  }

  #expire(): void {
    const now = performance.now()
    const late = now - this.#due
    if (late > LAG_TOLERANCE && this.#reached === undefined) {
      this.#reached = now
      const extension = Math.min(late, this.#wait)
      this.#due = now + extension
      this.#timeout = this.#arm(extension)
      return
    }
    // The timers of the process may run a fraction of a millisecond early.
    this.#reached ??= Math.max(now, this.#due)
    // The event loop reads sockets between its timers and its immediates. It is not unref'd, also where the timer is: the loop would
    // sleep until something else wakes it, and this turn is the last that it keeps the process alive for.
    this.#immediate = setImmediate(this.#run, this.#reached)
  }
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after: (milliseconds, run) => new SystemTimer(performance.now() + milliseconds, milliseconds, run, true),
  afterIdly: (milliseconds, run) => new SystemTimer(performance.now() + milliseconds, milliseconds, run, false),
  at: (due, wait, run) => new SystemTimer(due, wait, run, true),
}
