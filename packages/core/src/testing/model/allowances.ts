import type { Access, Serves } from '../../sql/access.js'
import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import type { Caller } from './caller.js'

/** Milliseconds without a request after which no connections are reserved for a kind of work. */
const FORGOTTEN = 5000
/** Milliseconds after which the pool has noticed that, and the other kind of work has surely got the reserve. */
const LOOKED_AGAIN = 6100
/** The most milliseconds for which a stall counts after its end. A shorter stall counts for as long as it lasted. */
const AFTERMATH = 1000
/** Milliseconds within which the pool notices the end of that time. */
const LOOKED = 100
/** Sums of fractions are not exact. So close to the point where work begins to stall, both answers are right. */
const ROUNDING = 1e-6

/** The facts of the reads, or of the writes. */
class Kind {
  askedAt = -Infinity
  /** The smoothed time of a checkout, in milliseconds. */
  usual = 0
  /** The time until which a stall that is over surely counts, and the time until which it may count. */
  recoversUntil = -Infinity
  mayRecoverUntil = -Infinity

  get stallsFrom(): number {
    return 3 * this.usual + 20
  }
}

/**
 * The limits of the bulkhead for reads and writes, computed anew from the checkouts each time. The part of `connectionLimit` that
 * a kind of work must leave to the other is: a quarter while this kind stalls; half while both kinds stall, and when the stall of
 * this kind ends; else a sixteenth of a large limit; and nothing when the other kind is not asked for. Checkouts on an
 * unresponsive host count for no kind.
 */
export class Allowances {
  readonly #limit: number
  readonly #now: () => number
  readonly #callers: Iterable<Caller>
  readonly #unusable: () => number
  readonly #kinds: Readonly<Record<Access, Kind>> = { read: new Kind(), write: new Kind() }

  /** @param unusable - counts the connections of unresponsive hosts that have no borrower */
  constructor(limit: number, now: () => number, callers: Iterable<Caller>, unusable: () => number) {
    this.#limit = limit
    this.#unusable = unusable
    this.#now = now
    this.#callers = callers
  }

  asked(access: Access): void {
    this.#kinds[access].askedAt = this.#now()
  }

  /** Called before a checkout ends, or turns to another kind of work. */
  ended(use: Access | undefined, { aside, since }: Checkout<FakeConnection>): void {
    if (use === undefined || aside) return
    const kind = this.#kinds[use]
    const { average } = this.#checkouts(use)
    const until = this.#now() + Math.min(AFTERMATH, average)
    if (average > kind.stallsFrom + ROUNDING) kind.recoversUntil = Math.max(kind.recoversUntil, until - ROUNDING)
    if (average > kind.stallsFrom - ROUNDING) kind.mayRecoverUntil = Math.max(kind.mayRecoverUntil, until + LOOKED)
    kind.usual += 0.1 * (Math.min(this.#now() - since, kind.stallsFrom) - kind.usual)
  }

  /** The kinds of work for which the pool must use a host that serves these. */
  narrow(serves: Serves): Serves {
    return { read: serves.read && this.#leastRoom('read') > 0, write: serves.write && this.#leastRoom('write') > 0 }
  }

  /** Whether the pool must allow one more checkout for this, or must not; undefined where both answers are right. */
  allows(access: Access): boolean | undefined {
    if (this.#room(access, FORGOTTEN, 'least') > 0) return true
    return this.#room(access, FORGOTTEN, 'most') > 0 ? undefined : false
  }

  /** The waiters, without those that the bulkhead may keep waiting. */
  admitted(waiting: readonly Caller[]): readonly Caller[] {
    const left = { read: this.#leastRoom('read'), write: this.#leastRoom('write'), any: 0 }
    left.any = Math.max(left.read, left.write)
    return waiting.filter(({ access }) => (left[access ?? 'any'] -= 1) >= 0)
  }

  #leastRoom(access: Access): number {
    return this.#room(access, LOOKED_AGAIN, 'least')
  }

  /** @param bound - the least number of connections that this kind of work must get, or the most that it may get */
  #room(access: Access, remembered: number, bound: 'least' | 'most'): number {
    const { inUse, aside } = this.#checkouts(access)
    const limit = this.#limit - this.#unusable() - aside
    return limit - this.#reserve(access, limit, this.#kept(access, bound), remembered) - inUse
  }

  /**
   * The part of the limit that is reserved from a kind of work that stalls, or has just stalled. Where several answers are right:
   * the largest reserve for `least`, and the smallest for `most`.
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
