/** Number of checkouts that earn one hedge. */
const CHECKOUTS_FOR_ONE = 10

/**
 * Limits the number of hedges: reads that are sent to a second host as well, because the first is unresponsive. Where every
 * host is slow under too much load, sending every read twice would add to the load.
 */
export class HedgeBudget {
  readonly #most: number
  #left: number
  #servedBefore = 0

  /** @param most - the largest number of saved hedges */
  constructor(most: number) {
    this.#most = most
    this.#left = most
  }

  /**
   * Whether a hedge is left.
   * @param served - number of all checkouts so far
   */
  left(served: number): boolean {
    this.#left = Math.min(this.#most, this.#left + (served - this.#servedBefore) / CHECKOUTS_FOR_ONE)
    this.#servedBefore = served
    return this.#left >= 1
  }

  take(): void {
    this.#left -= 1
  }
}
