import { checkDecoding } from '../config/call-options.js'
import type { Decoding } from '../sql/decoding.js'

/**
 * A borrower's decoding completed with the pool's. The same object in gives the same object out, because the driver compares
 * decodings by identity: a borrower costs nothing when it decodes like the last one on its connection.
 */
export class Decodings {
  readonly #pool: Decoding
  readonly #completed = new WeakMap<Decoding, Decoding>()

  constructor(pool: Decoding) {
    this.#pool = pool
  }

  /** @throws ERR_HOSTPOOL_UNSUPPORTED where the borrower's own has faults */
  for(given: Decoding | undefined): Decoding {
    if (given === undefined || given === this.#pool) return this.#pool
    const known = this.#completed.get(given)
    if (known !== undefined) return known
    checkDecoding(given)
    // An option that is there and undefined was not set: mysql2 would take it for a wish, and read it in its own way.
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const completed = Object.freeze({ ...this.#pool, ...set })
    this.#completed.set(given, completed)
    // What was handed out may come back, from a lease to its statements.
    this.#completed.set(completed, completed)
    return completed
  }
}
