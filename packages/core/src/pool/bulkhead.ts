import { type Access, type Serves, servesOf } from '../sql/access.js'
import type { Waiting } from './demand.js'
import type { HostPools } from './host-pools.js'
import type { Resource } from './resource.js'

/** Milliseconds for which a kind of work keeps its reserve after its last request: well below the usual `acquireTimeout`. */
const REMEMBERED = 5000
/** A kind of work stalls when its checkouts last, on average, this many times as long as usual … */
const STALL_FACTOR = 3
/** … and this many milliseconds longer. */
const STALL_MARGIN = 20
/** The part of the limit that a stalled kind of work leaves to the other kind … */
const STALLED_RESERVE = 1 / 4
/** … and the part while both kinds stall, or while all requests that a stall has held up arrive at once. */
const HARD_RESERVE = 1 / 2
/** Milliseconds: the requests held up count as arriving for as long as the stall lasted, at most for this time. */
const AFTERMATH = 1000
/** Smallest `connectionLimit` with a reserve: in a smaller pool, transactions that need a second connection would lack it. */
const STALLED_RESERVE_FROM = 4
/** The part that each kind always leaves to the other … */
const STANDING_RESERVE = 1 / 16
/** … in a pool of at least this size. */
const STANDING_RESERVE_FROM = 8
/** Weight of the newest checkout in the smoothed time of a checkout. */
const SMOOTHING = 0.1

/** Milliseconds for which the highest number of checkouts at once is remembered at least; at most twice as long. */
const PEAK_REMEMBERED = 30_000

/** The numbers of one kind of work: reads, or writes. */
class Kind {
  /** Checkouts of this kind. */
  inUse = 0
  /** Sum of the times at which these checkouts began: gives their average age without a loop over them. */
  lentAtSum = 0
  /** Smoothed duration of a checkout in milliseconds. */
  usual = 0
  askedAt = -Infinity
  /** The end of the time after a stall in which its held-up requests arrive. */
  recoversUntil = -Infinity
  /** The most checkouts at once since `#peakSince`; `#peakBefore` is the same for the period before. */
  #peak = 0
  #peakBefore = 0
  #peakSince = 0

  notePeak(now: number): void {
    const age = now - this.#peakSince
    if (age > PEAK_REMEMBERED) {
      this.#peakBefore = age > 2 * PEAK_REMEMBERED ? 0 : this.#peak
      this.#peak = this.inUse
      this.#peakSince = now
    } else if (this.inUse > this.#peak) this.#peak = this.inUse
  }

  get peak(): number {
    return Math.max(this.#peak, this.#peakBefore)
  }
}

/**
 * Keeps reads, or writes, from taking every connection when they stall. When a Galera node is lost, the other nodes hold up all
 * writes for seconds, while reads go on. Without a limit the waiting writes would soon hold every connection, and reads would wait
 * behind them.
 */
export class Bulkhead<R extends Resource> {
  readonly #limit: number
  readonly #hostPools: HostPools<R>
  /** Checkouts on unresponsive hosts. */
  #aside = 0
  readonly #kinds: Readonly<Record<Access, Kind>> = { read: new Kind(), write: new Kind() }

  constructor(limit: number, hostPools: HostPools<R>) {
    this.#limit = limit
    this.#hostPools = hostPools
  }

  inUse(use: Access, lentAt: number): void {
    const kind = this.#kinds[use]
    kind.inUse += 1
    kind.lentAtSum += lentAt
    kind.notePeak(lentAt)
  }

  /** Whether there was a request for this kind of work within the last 30 seconds. */
  askedLately(access: Access, now: number): boolean {
    return now - this.#kinds[access].askedAt < PEAK_REMEMBERED
  }

  /** The most writes that had connections at the same time within the last 30 to 60 seconds. */
  writesAtOnce(now: number): number {
    const { write } = this.#kinds
    write.notePeak(now)
    return write.peak
  }

  returned(use: Access, lentAt: number, now: number): void {
    const kind = this.#kinds[use]
    if (stalls(kind, now)) {
      kind.recoversUntil = Math.max(kind.recoversUntil, now + Math.min(AFTERMATH, ageOf(kind, now)))
    }
    kind.inUse -= 1
    kind.lentAtSum -= lentAt
    // The duration is capped, so that one long stall does not change the usual duration much.
    const held = Math.min(now - lentAt, kind.usual * STALL_FACTOR + STALL_MARGIN)
    kind.usual += SMOOTHING * (held - kind.usual)
  }

  /** Sets a checkout on an unresponsive host aside: the checkout counts as neither a read nor a write until `takeBack`. */
  setAside(use: Access, lentAt: number): void {
    const kind = this.#kinds[use]
    kind.inUse -= 1
    kind.lentAtSum -= lentAt
    this.#aside += 1
  }

  /** Counts a checkout for its kind of work again, because its host has answered. */
  takeBack(use: Access, lentAt: number): void {
    this.#aside -= 1
    this.inUse(use, lentAt)
  }

  /** Ends a checkout that was set aside. */
  returnedAside(): void {
    this.#aside -= 1
  }

  asked(access: Access, now: number): void {
    this.#kinds[access].askedAt = now
  }

  /** How many more connections this kind of work may have now. */
  room(access: Access, now: number): number {
    const limit = this.#usable
    return limit - this.#reserve(access, limit, now) - this.#kinds[access].inUse
  }

  /** The access for which a caller with this need may have a connection now. */
  free(access: Access | undefined, now: number): Serves {
    const limit = this.#usable
    return servesOf(
      access !== 'write' && this.#isWithin(limit, 'read', now),
      access !== 'read' && this.#isWithin(limit, 'write', now),
    )
  }

  /** Whether this kind of work may have one more connection now. */
  allows(access: Access, now: number): boolean {
    return this.#isWithin(this.#usable, access, now)
  }

  #isWithin(limit: number, access: Access, now: number): boolean {
    const left = limit - this.#kinds[access].inUse
    // Mostly more connections are left than the largest reserve, so that the size of the reserve does not matter.
    return left > limit * HARD_RESERVE + 1 || left > this.#reserve(access, limit, now)
  }

  /** The part of a host's service that the bulkhead allows now. */
  narrow(serves: Serves, now: number): Serves {
    const limit = this.#usable
    return servesOf(
      serves.read && this.#isWithin(limit, 'read', now),
      serves.write && this.#isWithin(limit, 'write', now),
    )
  }

  /** The numbers of waiters that may have a connection now. */
  admit(waiting: Waiting, now: number): Waiting {
    const read = Math.max(0, this.room('read', now))
    const write = Math.max(0, this.room('write', now))
    return {
      any: Math.min(waiting.any, Math.max(read, write)),
      read: Math.min(waiting.read, read),
      write: Math.min(waiting.write, write),
    }
  }

  /** Connections that a borrower can have and use. */
  get #usable(): number {
    const { anyUnresponsive } = this.#hostPools
    return this.#limit - this.#aside - (anyUnresponsive ? this.#hostPools.unusable : 0)
  }

  /** The connections that this kind of work leaves to the other kind: 0 if the other kind had no request lately. */
  #reserve(access: Access, limit: number, now: number): number {
    const other = this.#kinds[access === 'read' ? 'write' : 'read']
    if (this.#limit < STALLED_RESERVE_FROM || limit < 2) return 0
    if (now - other.askedAt > REMEMBERED) return 0
    const kind = this.#kinds[access]
    const recovers = now < kind.recoversUntil
    if (recovers || stalls(kind, now)) {
      return Math.ceil(limit * (recovers || stalls(other, now) ? HARD_RESERVE : STALLED_RESERVE))
    }
    return limit < STANDING_RESERVE_FROM ? 0 : Math.max(1, Math.floor(limit * STANDING_RESERVE))
  }
}

function stalls(kind: Kind, now: number): boolean {
  return ageOf(kind, now) > kind.usual * STALL_FACTOR + STALL_MARGIN
}

/** The average age of the checkouts of a kind in milliseconds. */
function ageOf({ inUse, lentAtSum }: Kind, now: number): number {
  return inUse === 0 ? 0 : now - lentAtSum / inUse
}
