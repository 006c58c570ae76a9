// Imported, because Node looks up the global `performance` at each use: reading the clock then takes half as long again.
import { performance } from 'node:perf_hooks'

import { inOwnContext } from './call-context.js'

/** A timer that can be cancelled. Cancelling a timer that has run does nothing. */
export interface Timer {
  cancel(): void
}

/** Time, as the engine sees it. It comes from outside, so that tests run on virtual time. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number
  /** Wall-clock time in milliseconds since 1970, for display only. */
  date(): number
  /** Runs a function once after the given milliseconds. The timer keeps the process alive. */
  after(milliseconds: number, run: () => void): Timer
  /** Runs a function once after the given milliseconds. The timer does not keep the process alive. */
  afterIdly(milliseconds: number, run: () => void): Timer
  /**
   * Runs a function once when the clock reaches `due`: one timer that serves many deadlines. The timer keeps the process alive.
   * The function gets a moment `reached`: deadlines up to `reached` are over. Later deadlines are not over, even if the clock is
   * past them: no time has been given back for them yet.
   * @param wait - milliseconds from setting the deadlines to `due`: no more time than this is given back after a pause of the
   * process
   */
  at(due: number, wait: number, run: (reached: number) => void): Timer
}

/** Milliseconds that a timer may be late. A longer delay counts as a pause of this process. */
const LAG_TOLERANCE = 50

/**
 * A timer that is fair to the servers. Answers that have already arrived are read before an expired timer runs. If the process
 * was blocked or suspended, the timer gives the lost time back, once. Otherwise every pause of the process would look like an
 * outage of all servers.
 */
class SystemTimer implements Timer {
  readonly #run: (reached: number) => void
  readonly #wait: number
  readonly #keepsAlive: boolean
  #due: number
  /** The time at which the timer expired first; undefined before. */
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
    // The event loop reads sockets between timers and immediates. The immediate is never unref'd, even for a timer that is:
    // an event loop with only an unref'd immediate would sleep until another event. The immediate keeps the process alive for
    // one turn of the loop at most.
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
