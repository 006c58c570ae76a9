import type { SessionCheckout } from './lease-port.js'
import type { ReturnedKeys } from './returned-keys.js'

/** The largest number of remembered keys. */
const MOST_KEYS = 200

/**
 * Keys that a lease may have generated while an earlier borrower's key may still be the last one of the session.
 * LAST_INSERT_ID() returns the one or the other.
 */
export class UncertainKeys {
  /** The connection that the statements ran on. */
  readonly checkout: SessionCheckout
  readonly #inserted = new Set<string>()
  readonly #either = new Set<string>()
  /** All keys that the lease can have generated are known. */
  #complete = true

  constructor(checkout: SessionCheckout) {
    this.checkout = checkout
  }

  /** @param keys - the keys of one more statement; undefined where some of them are unknown */
  add(keys: ReturnedKeys | undefined): void {
    if (keys === undefined || this.#inserted.size + this.#either.size > MOST_KEYS) this.#complete = false
    for (const key of keys?.inserted ?? []) this.#inserted.add(key)
    for (const key of keys?.either ?? []) this.#either.add(key)
  }

  /** Whether the session's key is the lease's own; undefined where nothing tells. */
  isOwn(key: string): boolean | undefined {
    if (this.#inserted.has(key)) return true
    return this.#complete && !this.#either.has(key) ? false : undefined
  }
}
