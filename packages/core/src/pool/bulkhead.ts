import { type Access, type Serves, servesOf } from '../sql/access.js'
import type { Waiting } from './demand.js'
import type { HostPools } from './host-pools.js'
import type { Resource } from './resource.js'

/** Milliseconds after its last request for which a kind of work keeps its reserve: well below the usual `acquireTimeout`. */
const REMEMBERED = 5000
/** A kind of work stalls when its checkouts last, on average, this many times as long as usual … */
const STALL_FACTOR = 3
/** … and this many milliseconds longer. */
const STALL_MARGIN = 20
/** The part of the limit that a stalled kind of work leaves to the other kind … */
const STALLED_RESERVE = 1 / 4
/** … and the part while both kinds stall, or while everything that a stall has held up comes at once. */
const HARD_RESERVE = 1 / 2
/** Milliseconds: the second case lasts as long as the stall did, and no longer than this. */
const AFTERMATH = 1000
/** In a smaller pool one reserved connection would be missed by transactions that need a second one. */
const STALLED_RESERVE_FROM = 4
/** The part that each kind always leaves to the other … */
const STANDING_RESERVE = 1 / 16
/** … in a pool of at least this size. */
const STANDING_RESERVE_FROM = 8
/** Weight of the newest checkout in the smoothed time of a checkout. */
const SMOOTHING = 0.1

/** Milliseconds for which the highest number of checkouts at once is remembered at least; at most twice as long. */
const PEAK_REMEMBERED = 30_000

/** What is known of the reads, or of the writes. */
class Kind {
  /** Connections in the hands of such borrowers. */
  inUse = 0
  /** When they were checked out, added up: the average age of all checkouts without looking at each. */
  lentAtSum = 0
  /** Smoothed time of a checkout. */
  usual = 0
  askedAt = -Infinity
  /** Until when a stall is felt whose checkouts have begun to end. */
  recoversUntil = -Infinity
  /** The most checkouts at once since `#peakSince`, and in the time of the same length before. */
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

  /** Whether this kind of work was asked for lately. */
  askedLately(access: Access, now: number): boolean {
    return now - this.#kinds[access].askedAt < PEAK_REMEMBERED
  }

  /** The most writes that had connections at once lately. */
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
    // One long stall must not pass for the usual thing.
    const held = Math.min(now - lentAt, kind.usual * STALL_FACTOR + STALL_MARGIN)
    kind.usual += SMOOTHING * (held - kind.usual)
  }

  /** A checkout on an unresponsive host. Until it is taken back or returned it belongs to no kind of work. */
  setAside(use: Access, lentAt: number): void {
    const kind = this.#kinds[use]
    kind.inUse -= 1
    kind.lentAtSum -= lentAt
    this.#aside += 1
  }

  /** The host has been heard of again. */
  takeBack(use: Access, lentAt: number): void {
    this.#aside -= 1
    this.inUse(use, lentAt)
  }

  /** A checkout that was set aside has ended. */
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

  /** What a borrower with this need may be given now. */
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
    // Mostly there is more than is ever left to the other kind, and no need to look at how that is doing.
    return left > Math.ceil(limit * HARD_RESERVE) || left > this.#reserve(access, limit, now)
  }

  /** What a host that serves so may be used for now. */
  narrow(serves: Serves, now: number): Serves {
    const limit = this.#usable
    return servesOf(
      serves.read && this.#isWithin(limit, 'read', now),
      serves.write && this.#isWithin(limit, 'write', now),
    )
  }

  /** How many of the waiters may have a connection now. */
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
    return this.#limit - this.#aside - this.#hostPools.unusable
  }

  /** What this kind of work leaves to the other, if the other was asked for lately. */
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

/** How long its connections have been held, on average. */
function ageOf({ inUse, lentAtSum }: Kind, now: number): number {
  return inUse === 0 ? 0 : now - lentAtSum / inUse
}
