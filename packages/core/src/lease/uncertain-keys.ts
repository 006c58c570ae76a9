import type { SessionCheckout } from './lease-port.js'
import type { ReturnedKeys } from './returned-keys.js'

/** Of longer lives not all is remembered. */
const MOST_KEYS = 200

/**
 * Keys that a lease may have generated where an earlier borrower's key may be the last one still: LAST_INSERT_ID() answers the
 * one or the other.
 */
export class UncertainKeys {
  /** Where the statements ran. */
  readonly checkout: SessionCheckout
  readonly #inserted = new Set<string>()
  readonly #either = new Set<string>()
  /** All keys that the lease can have generated are known. */
  #complete = true

  constructor(checkout: SessionCheckout) {
    this.checkout = checkout
  }

  /** @param keys - of one more statement; undefined when not all of its keys are known */
  add(keys: ReturnedKeys | undefined): void {
    if (keys === undefined || this.#inserted.size + this.#either.size > MOST_KEYS) this.#complete = false
    for (const key of keys?.inserted ?? []) this.#inserted.add(key)
    for (const key of keys?.either ?? []) this.#either.add(key)
  }

  /** Whether the key that the session answers is the lease's own; undefined where nothing tells. */
  isOwn(key: string): boolean | undefined {
    if (this.#inserted.has(key)) return true
    return this.#complete && !this.#either.has(key) ? false : undefined
  }
}
