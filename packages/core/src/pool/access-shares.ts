import type { Clock } from '../clock.js'
import type { Access, Serves } from '../hosts/access.js'
import type { Waiting } from './demand.js'

/** How long after its last request a kind of work has connections kept free for it: well below the usual `acquireTimeout`. */
const REMEMBERED = 5000
/** A kind of work stalls when its connections are held on average for so many times as long as they usually are … */
const STALL_FACTOR = 3
/** … and this many milliseconds longer. */
const STALL_MARGIN = 20
/** The part of the limit that a kind of work which stalls leaves to the other. */
const STALLED_RESERVE = 1 / 4
/** Keeping one of two or three would take too much from a transaction that needs a second connection, to guard against little. */
const STALLED_RESERVE_FROM = 4
/** The part that either always leaves to the other in a pool that is large enough not to feel it. */
const STANDING_RESERVE = 1 / 16
const STANDING_RESERVE_FROM = 8
/** How fast the usual time of a loan follows new ones. */
const SMOOTHING = 0.1

/** What is known of the reads, or of the writes. */
class Kind {
  /** Connections in the hands of such borrowers. */
  inUse = 0
  /** When they were lent, added up: the average age of all loans without looking at each. */
  lentAtSum = 0
  /** Smoothed time of a loan. */
  usual = 0
  askedAt = -Infinity
}

/**
 * Keeps one kind of work from taking every connection when it stalls. After a Galera node is lost the others hold up all
 * writes for seconds while reads go on: without a limit the writes that wait would soon hold every connection, and reads would
 * wait for a free one.
 */
export class AccessShares {
  readonly #limit: number
  readonly #clock: Clock
  readonly #unusable: () => number
  /** Loans on silent hosts. */
  #aside = 0
  readonly #kinds: Readonly<Record<Access, Kind>> = { read: new Kind(), write: new Kind() }

  /** @param unusable - tells how many connections nobody has and nobody can use */
  constructor(limit: number, clock: Clock, unusable: () => number) {
    this.#limit = limit
    this.#unusable = unusable
    this.#clock = clock
  }

  lent(use: Access, lentAt: number): void {
    const kind = this.#kinds[use]
    kind.inUse += 1
    kind.lentAtSum += lentAt
  }

  returned(use: Access, lentAt: number): void {
    const kind = this.#kinds[use]
    kind.inUse -= 1
    kind.lentAtSum -= lentAt
    // One long stall must not pass for the usual thing.
    const held = Math.min(this.#clock.now() - lentAt, kind.usual * STALL_FACTOR + STALL_MARGIN)
    kind.usual += SMOOTHING * (held - kind.usual)
  }

  /** A loan that nobody can count on: its host is silent. Until it is taken back or returned it belongs to no kind of work. */
  setAside(use: Access, lentAt: number): void {
    const kind = this.#kinds[use]
    kind.inUse -= 1
    kind.lentAtSum -= lentAt
    this.#aside += 1
  }

  /** The host has been heard of again. */
  takeBack(use: Access, lentAt: number): void {
    this.#aside -= 1
    this.lent(use, lentAt)
  }

  /** A loan that was set aside has ended. */
  returnedAside(): void {
    this.#aside -= 1
  }

  asked(access: Access): void {
    this.#kinds[access].askedAt = this.#clock.now()
  }

  /** How many more connections this kind of work may have now. */
  room(access: Access): number {
    const limit = this.#limit - this.#aside - this.#unusable()
    return limit - this.#reserve(access, limit) - this.#kinds[access].inUse
  }

  allows(access: Access | undefined): boolean {
    if (access === undefined) return this.room('read') > 0 || this.room('write') > 0
    return this.room(access) > 0
  }

  /** Whether a host that serves so may be used for this now. */
  admits(serves: Serves, access: Access | undefined): boolean {
    if (access !== 'write' && serves.read && this.allows('read')) return true
    return access !== 'read' && serves.write && this.allows('write')
  }

  /** What a host that serves so may be used for now. */
  narrow(serves: Serves): Serves {
    return { read: serves.read && this.allows('read'), write: serves.write && this.allows('write') }
  }

  /** Those of the waiting who may have a connection now. */
  admit(waiting: Waiting): Waiting {
    const read = Math.max(0, this.room('read'))
    const write = Math.max(0, this.room('write'))
    return {
      any: Math.min(waiting.any, Math.max(read, write)),
      read: Math.min(waiting.read, read),
      write: Math.min(waiting.write, write),
    }
  }

  /** What this kind of work leaves to the other, if anybody has asked for the other lately. */
  #reserve(access: Access, limit: number): number {
    const other = this.#kinds[access === 'read' ? 'write' : 'read']
    if (this.#limit < STALLED_RESERVE_FROM || limit < 2) return 0
    if (this.#clock.now() - other.askedAt > REMEMBERED) return 0
    if (this.#stalls(this.#kinds[access])) return Math.ceil(limit * STALLED_RESERVE)
    return limit < STANDING_RESERVE_FROM ? 0 : Math.max(1, Math.floor(limit * STANDING_RESERVE))
  }

  #stalls({ inUse, lentAtSum, usual }: Kind): boolean {
    if (inUse === 0) return false
    return this.#clock.now() - lentAtSum / inUse > usual * STALL_FACTOR + STALL_MARGIN
  }
}
