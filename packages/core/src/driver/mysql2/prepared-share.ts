/** How long the server's limit, once met, is taken to be near. */
const REMEMBERED_FOR = 300_000

/** One connection's prepared statements, as their share sees them. */
export interface PreparedHolder {
  readonly size: number
  keepAtMost(limit: number): void
}

/**
 * How many statements the connections of one pool keep prepared on one server. The server's limit
 * (`max_prepared_stmt_count`) is for all its clients together: when it is met, every connection here gives half of what it has
 * back at once, so that there is room for others, and keeps no more than that for a while.
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

  /** The server has no room for one more. */
  refused(): void {
    let kept = 0
    for (const holder of this.#holders) kept += holder.size
    this.#refusedAt = this.#now()
    this.#limit = Math.min(this.#limit, Math.floor(kept / 2 / Math.max(1, this.#holders.size)))
    for (const holder of this.#holders) holder.keepAtMost(this.#limit)
  }
}
