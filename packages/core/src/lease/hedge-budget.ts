/** The part of all checkouts that may be asked twice. */
const PART = 1 / 10

/**
 * Bounds how many statements are asked of a second host while the first still owes its answer: when every host is slow because
 * there is too much to do, asking everything twice would make it worse.
 */
export class HedgeBudget {
  readonly #most: number
  #left: number
  #servedBefore = 0

  /** @param most - as many as may be asked twice at once after a while without any */
  constructor(most: number) {
    this.#most = most
    this.#left = most
  }

  /** @param served - all checkouts so far */
  left(served: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (served - this.#servedBefore) * PART)
    this.#servedBefore = served
    return this.#left >= 1
  }

  take(): void {
    this.#left -= 1
  }
}
