import { type Access, type Serves, servesOf } from '../sql/access.js'
import type { Waiting } from './demand.js'
import type { HostPools } from './host-pools.js'
import type { Resource } from './resource.js'

/** How long after its last request a kind of work has connections kept free for it: well below the usual `acquireTimeout`. */
const REMEMBERED = 5000
/** A kind of work stalls when its connections are held on average for so many times as long as they usually are … */
const STALL_FACTOR = 3
/** … and this many milliseconds longer. */
const STALL_MARGIN = 20
/** The part of the limit that a kind of work which stalls leaves to the other … */
const STALLED_RESERVE = 1 / 4
/** … and the part while much of what the other has may be of no use to it: both stall, or all that was held up comes at once. */
const HARD_RESERVE = 1 / 2
/** The latter is so for as long after a stall as it lasted, and no longer than this. */
const AFTERMATH = 1000
/** Keeping one of two or three would take too much from a transaction that needs a second connection, to guard against little. */
const STALLED_RESERVE_FROM = 4
/** The part that either always leaves to the other in a pool that is large enough not to feel it. */
const STANDING_RESERVE = 1 / 16
const STANDING_RESERVE_FROM = 8
/** How fast the usual time of a checkout follows new ones. */
const SMOOTHING = 0.1

/** How long the most checkouts at once are remembered, and up to twice as long. */
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
 * Keeps one kind of work from taking every connection when it stalls. After a Galera node is lost the others hold up all
 * writes for seconds while reads go on: without a limit the writes that wait would soon hold every connection, and reads would
 * wait for a free one.
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

  /** A checkout that nobody can count on: its host is unresponsive. Until it is taken back or returned it belongs to no kind of work. */
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
    return servesOf(serves.read && this.allows('read', now), serves.write && this.allows('write', now))
  }

  /** Those of the waiting who may have a connection now. */
  admit(waiting: Waiting, now: number): Waiting {
    const read = Math.max(0, this.room('read', now))
    const write = Math.max(0, this.room('write', now))
    return {
      any: Math.min(waiting.any, Math.max(read, write)),
      read: Math.min(waiting.read, read),
      write: Math.min(waiting.write, write),
    }
  }

  /** Connections that somebody can have and use. */
  get #usable(): number {
    return this.#limit - this.#aside - this.#hostPools.unusable
  }

  /** What this kind of work leaves to the other, if anybody has asked for the other lately. */
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
