/** The rules for a host that refuses statements while it reports itself as healthy. */
export interface RefusalRules {
  /** The number of refusals without a consequence: they may be about a state that has ended. */
  readonly free: number
  /** Milliseconds for which the next refusal counts. Each further one counts four times as long … */
  readonly first: number
  /** … up to this many milliseconds. */
  readonly longest: number
}

/** Milliseconds without a refusal after which the count starts again from 0; twice the duration of the last refusal is added. */
const FORGOTTEN = 10_000

/**
 * Refusals that no variable of the server explains. A server that refuses again and again is not used, whatever its own answers
 * are. Only time ends this, because nothing but another statement could show that the server works again.
 */
export class Refusals {
  readonly #rules: RefusalRules
  #count = 0
  /** The time of the last refusal, and the milliseconds for which it counts. */
  #notedAt = -Infinity
  #held = 0

  constructor(rules: RefusalRules) {
    this.#rules = rules
  }

  note(now: number): void {
    // Statements that were under way at the first refusal tell nothing new.
    if (this.holds(now)) return
    const { free, first, longest } = this.#rules
    if (now - this.#notedAt > this.#held * 2 + FORGOTTEN) this.#count = 0
    this.#count += 1
    this.#notedAt = now
    this.#held = this.#count > free ? Math.min(longest, first * 4 ** (this.#count - free - 1)) : 0
  }

  /** Whether the refusals count now. */
  holds(now: number): boolean {
    return now < this.#notedAt + this.#held
  }
}
