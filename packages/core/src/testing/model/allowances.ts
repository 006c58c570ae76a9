import type { Access, Serves } from '../../sql/access.js'
import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import type { Caller } from './caller.js'

/** A kind of work that was not asked for in so many milliseconds has nothing kept free for it … */
const FORGOTTEN = 5000
/** … and once the pool has looked again, the other kind has it. */
const LOOKED_AGAIN = 6100
/** A stall is felt for as long after it as it lasted, and no longer than this … */
const AFTERMATH = 1000
/** … or until the pool has looked again. */
const LOOKED = 100
/** Sums of fractions are not exact: this close to the point where work begins to stall either is right. */
const ROUNDING = 1e-6

/** What is known of the reads, or of the writes. */
class Kind {
  askedAt = -Infinity
  /** Smoothed time of a checkout. */
  usual = 0
  /** Until when a stall is surely felt that is over, and until when it may be. */
  recoversUntil = -Infinity
  mayRecoverUntil = -Infinity

  get stallsFrom(): number {
    return 3 * this.usual + 20
  }
}

/**
 * The shares of reads and writes, worked out anew from the checkouts each time: what is kept from a kind of work is a quarter of the
 * limit while it stalls, half of it while both kinds do and when its stall ends, else a sixteenth of a large one, and nothing
 * when the other kind is not asked for. Checkouts on an unresponsive host count for no kind.
 */
export class Allowances {
  readonly #limit: number
  readonly #now: () => number
  readonly #callers: Iterable<Caller>
  readonly #unusable: () => number
  readonly #kinds: Readonly<Record<Access, Kind>> = { read: new Kind(), write: new Kind() }

  /** @param unusable - how many connections of unresponsive hosts have no borrower */
  constructor(limit: number, now: () => number, callers: Iterable<Caller>, unusable: () => number) {
    this.#limit = limit
    this.#unusable = unusable
    this.#now = now
    this.#callers = callers
  }

  asked(access: Access): void {
    this.#kinds[access].askedAt = this.#now()
  }

  /** A checkout is about to end, or to turn to another kind of work. */
  ended(use: Access | undefined, { aside, since }: Checkout<FakeConnection>): void {
    if (use === undefined || aside) return
    const kind = this.#kinds[use]
    const { average } = this.#checkouts(use)
    const until = this.#now() + Math.min(AFTERMATH, average)
    if (average > kind.stallsFrom + ROUNDING) kind.recoversUntil = Math.max(kind.recoversUntil, until - ROUNDING)
    if (average > kind.stallsFrom - ROUNDING) kind.mayRecoverUntil = Math.max(kind.mayRecoverUntil, until + LOOKED)
    kind.usual += 0.1 * (Math.min(this.#now() - since, kind.stallsFrom) - kind.usual)
  }

  /** What a host that serves so has to be used for. */
  narrow(serves: Serves): Serves {
    return { read: serves.read && this.#leastRoom('read') > 0, write: serves.write && this.#leastRoom('write') > 0 }
  }

  /** Whether this must be allowed, or must not be; undefined where either is right. */
  allows(access: Access): boolean | undefined {
    if (this.#room(access, FORGOTTEN, 'least') > 0) return true
    return this.#room(access, FORGOTTEN, 'most') > 0 ? undefined : false
  }

  /** The waiters, without those that may be kept waiting for the sake of the other kind. */
  admitted(waiting: readonly Caller[]): readonly Caller[] {
    const left = { read: this.#leastRoom('read'), write: this.#leastRoom('write'), any: 0 }
    left.any = Math.max(left.read, left.write)
    return waiting.filter(({ access }) => (left[access ?? 'any'] -= 1) >= 0)
  }

  #leastRoom(access: Access): number {
    return this.#room(access, LOOKED_AGAIN, 'least')
  }

  /** @param bound - the least that this kind of work must be given, or the most that it may */
  #room(access: Access, remembered: number, bound: 'least' | 'most'): number {
    const { inUse, aside } = this.#checkouts(access)
    const limit = this.#limit - this.#unusable() - aside
    return limit - this.#reserve(access, limit, this.#kept(access, bound), remembered) - inUse
  }

  /**
   * The part of the limit that is kept from a kind of work that stalls, or has just stalled. Where either would be right: for
   * the least that it must be given, the most that may be kept; for the most that it may be given, the least.
   */
  #kept(access: Access, bound: 'least' | 'most'): number | undefined {
    const [slack, until] =
      bound === 'least' ? [-ROUNDING, 'mayRecoverUntil' as const] : [ROUNDING, 'recoversUntil' as const]
    const stalls = (of: Access) => this.#checkouts(of).average > this.#kinds[of].stallsFrom + slack
    if (this.#now() < this.#kinds[access][until]) return 1 / 2
    if (!stalls(access)) return undefined
    return stalls(access === 'read' ? 'write' : 'read') ? 1 / 2 : 1 / 4
  }

  #checkouts(access: Access): { readonly inUse: number; readonly average: number; readonly aside: number } {
    let aside = 0
    let inUse = 0
    let ages = 0
    for (const { checkout, use } of this.#callers) {
      if (checkout?.aside === true) aside += 1
      else if (checkout !== undefined && use === access) {
        inUse += 1
        ages += this.#now() - checkout.since
      }
    }
    return { inUse, average: inUse === 0 ? 0 : ages / inUse, aside }
  }

  #reserve(access: Access, limit: number, kept: number | undefined, remembered: number): number {
    const { askedAt } = this.#kinds[access === 'read' ? 'write' : 'read']
    if (this.#limit < 4 || limit < 2 || this.#now() - askedAt > remembered) return 0
    if (kept !== undefined) return Math.ceil(limit * kept)
    return limit < 8 ? 0 : Math.max(1, Math.floor(limit / 16))
  }
}
