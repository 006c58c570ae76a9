/** One hedge is earned by so many checkouts. */
const CHECKOUTS_FOR_ONE = 10

/**
 * Limits hedges: reads that are asked of a second host, because the first is unresponsive. When every host is slow under too much
 * load, asking everything twice would make it worse.
 */
export class HedgeBudget {
  readonly #most: number
  #left: number
  #servedBefore = 0

  /** @param most - hedges that can be saved up */
  constructor(most: number) {
    this.#most = most
    this.#left = most
  }

  /** @param served - all checkouts so far */
  left(served: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (served - this.#servedBefore) / CHECKOUTS_FOR_ONE)
    this.#servedBefore = served
    return this.#left >= 1
  }

  take(): void {
    this.#left -= 1
  }
}
