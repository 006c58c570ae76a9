import type { RetryCause } from '../channels/retry-cause.js'

/** The counters of statements in `status()`, since the pool was made. */
export interface StatementCounters {
  /** Statements that were sent again, and hedges: the sum of the two counters below. */
  readonly retriedReads: number
  /** Reads that were sent to a second host too, because the first host was unresponsive. */
  readonly hedges: number
  /**
   * Statements that were sent again, by cause. `lost`: the connection was lost. `notReady`: the server was outside its cluster.
   * `readOnly`: the server took no writes. `conflict`: another transaction came first.
   */
  readonly retries: Readonly<Record<RetryCause, number>>
  /** Statements that failed with ERR_HOSTPOOL_OUTCOME_UNKNOWN. */
  readonly unknownOutcomes: number
}

/** Counts hedges, retries and unknown outcomes. */
export class StatementCounts {
  #hedges = 0
  #unknownOutcomes = 0
  readonly #retries: Record<RetryCause, number> = { lost: 0, notReady: 0, readOnly: 0, conflict: 0 }

  noteHedge(): void {
    this.#hedges += 1
  }

  noteRetry(cause: RetryCause): void {
    this.#retries[cause] += 1
  }

  noteUnknownOutcome(): void {
    this.#unknownOutcomes += 1
  }

  snapshot(): StatementCounters {
    const retries = Object.freeze({ ...this.#retries })
    const { lost, notReady, readOnly, conflict } = retries
    return {
      retriedReads: lost + notReady + readOnly + conflict + this.#hedges,
      hedges: this.#hedges,
      retries,
      unknownOutcomes: this.#unknownOutcomes,
    }
  }
}
