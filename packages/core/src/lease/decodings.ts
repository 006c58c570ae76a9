import { checkDecoding } from '../config/call-options.js'
import type { Decoding } from '../sql/decoding.js'

/**
 * Completes a borrower's decoding with the pool's. The same input object always gives the same output object, because the
 * driver compares decodings by identity: a borrower with the decoding of the connection's last borrower costs nothing.
 */
export class Decodings {
  readonly #pool: Decoding
  readonly #completed = new WeakMap<Decoding, Decoding>()

  constructor(pool: Decoding) {
    this.#pool = pool
  }

  /** @throws ERR_HOSTPOOL_UNSUPPORTED where the borrower's decoding is invalid */
  for(given: Decoding | undefined): Decoding {
    if (given === undefined || given === this.#pool) return this.#pool
    const known = this.#completed.get(given)
    if (known !== undefined) return known
    checkDecoding(given)
    // An option with the value undefined is not set. mysql2 would take its presence for a setting, and apply a meaning of its
    // own.
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const completed = Object.freeze({ ...this.#pool, ...set })
    this.#completed.set(given, completed)
    // A completed decoding may come back as an argument: a lease hands its own to its statements.
    this.#completed.set(completed, completed)
    return completed
  }
}
