import type { Clock } from '../clock.js'

/** Milliseconds by which a housekeeping round is late, or the wall clock has jumped ahead, before a pause is assumed. */
const PAUSE = 1000

/**
 * Notices that the whole process stood still: a frozen serverless function, a suspended virtual machine or laptop. The network may
 * have dropped idle connections meanwhile. The idle times do not show this, because the monotonic clock may have stood still too.
 */
export class Pauses {
  /** The time at which the last pause was noticed, on the monotonic clock. Connections idle since before are validated. */
  noticedAt = -Infinity
  readonly #clock: Clock
  /** The difference between the wall clock and the monotonic clock in milliseconds. */
  #ahead: number
  #noticedDue = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
    this.#ahead = clock.date() - clock.now()
  }

  /**
   * @param due - the time at which the next housekeeping round is due
   * @param idle - whether the pool was idle: then there is time to read the wall clock too
   */
  look(now: number, due: number, idle: boolean): void {
    // One late round counts once, even if the timer gives it more time.
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
