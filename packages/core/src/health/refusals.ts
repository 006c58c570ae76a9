/** How a host is treated whose statements are refused while it calls itself well. */
export interface RefusalRules {
  /** So many are put up with; they may be about what has passed. */
  readonly free: number
  /** Milliseconds for which the next one is believed; each after it counts for four times as long … */
  readonly first: number
  /** … up to so many. */
  readonly longest: number
}

/** Milliseconds without a refusal after which the count begins anew. */
const FORGOTTEN = 10_000

/**
 * Refusals that no variable of the server explains. What is refused again and again is not to be had there, whatever the server
 * says of itself; only time takes that back, for nothing but another statement could tell.
 */
export class Refusals {
  readonly #rules: RefusalRules
  #count = 0
  /** When the last was noted, and for how long it was believed. */
  #notedAt = -Infinity
  #held = 0

  constructor(rules: RefusalRules) {
    this.#rules = rules
  }

  note(now: number): void {
    // Those that were under way tell nothing new.
    if (this.holds(now)) return
    const { free, first, longest } = this.#rules
    if (now - this.#notedAt > this.#held * 2 + FORGOTTEN) this.#count = 0
    this.#count += 1
    this.#notedAt = now
    this.#held = this.#count > free ? Math.min(longest, first * 4 ** (this.#count - free - 1)) : 0
  }

  /** Whether they are believed now. */
  holds(now: number): boolean {
    return now < this.#notedAt + this.#held
  }
}
