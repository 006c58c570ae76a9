import type { Clock } from '../clock.js'

/** Milliseconds that a chore is late, or that the wall clock has gone ahead, before that counts as a pause of the process. */
const PAUSE = 1000

/**
 * Notices that the whole process stood still: a serverless function that was frozen, a virtual machine or a laptop that slept.
 * Meanwhile flows may have been dropped without a word, whatever the idle times say, for many a clock stands still as well.
 */
export class Pauses {
  /** When the last one was noticed, on the monotonic clock: what has rested since before has to prove that it still answers. */
  noticedAt = -Infinity
  readonly #clock: Clock
  /** How far the wall clock is ahead of the monotonic one. */
  #ahead: number
  #noticedDue = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
    this.#ahead = clock.date() - clock.now()
  }

  /**
   * @param due - when the next chore is due
   * @param idle - nothing was going on: time to read the wall clock, too
   */
  look(now: number, due: number, idle: boolean): void {
    // A chore that is late is late once, and may be put off again.
    if (now > due + PAUSE && due > this.#noticedDue) {
      this.#noticedDue = due
      this.noticedAt = now
    }
    if (!idle) return
    const ahead = this.#clock.date() - now
    if (ahead > this.#ahead + PAUSE) this.noticedAt = now
    this.#ahead = ahead
  }
}
