/** Milliseconds for which the server's limit counts as near after it was met. */
const REMEMBERED_FOR = 300_000

/** The prepared statements of one connection, as their share sees them. */
export interface PreparedHolder {
  readonly size: number
  keepAtMost(limit: number): void
}

/**
 * Limits how many statements the connections of one pool keep prepared on one server. The server's limit
 * (`max_prepared_stmt_count`) holds for all its clients together. When the limit is met, every connection here closes half of
 * its statements at once, so that other clients have room, and keeps no more than the rest for a while.
 */
export class PreparedShare {
  readonly #most: number
  readonly #now: () => number
  readonly #holders = new Set<PreparedHolder>()
  #limit: number
  #refusedAt = -Infinity

  /** @param most - `maxPreparedStatements` */
  constructor(most: number, now: () => number) {
    this.#most = most
    this.#limit = most
    this.#now = now
  }

  /** How many statements each connection may keep now. */
  get limit(): number {
    if (this.#limit < this.#most && this.#now() - this.#refusedAt > REMEMBERED_FOR) this.#limit = this.#most
    return this.#limit
  }

  add(holder: PreparedHolder): void {
    this.#holders.add(holder)
  }

  remove(holder: PreparedHolder): void {
    this.#holders.delete(holder)
  }

  /** Notes that the server has no room for one more statement. */
  refused(): void {
    let kept = 0
    for (const holder of this.#holders) kept += holder.size
    this.#refusedAt = this.#now()
    this.#limit = Math.min(this.#limit, Math.floor(kept / 2 / Math.max(1, this.#holders.size)))
    for (const holder of this.#holders) holder.keepAtMost(this.#limit)
  }
}
