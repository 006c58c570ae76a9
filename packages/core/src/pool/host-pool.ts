import { backoff, urgentPause } from '../hosts/backoff.js'
import type { Host } from '../hosts/host.js'
import type { Random } from '../selectors/selector.js'
import { IntrusiveList } from './intrusive-list.js'
import type { OpeningAttempt } from './connection-opener.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** How fast the usual duration of a handshake follows new measurements. */
const HANDSHAKE_SMOOTHING = 0.3

/** Connections that are let in and lost, one after the other, before the host is left alone for a while. */
const MOST_BREAKS = 2

/** What a pool has open to one host. */
export class HostPool<R extends Resource> {
  readonly host: Host
  /** Every connection that is not closed yet. */
  readonly all = new Set<PooledConnection<R>>()
  readonly attempts = new Set<OpeningAttempt<R>>()
  /** The idle ones; the newest is the one used last. */
  readonly idle = new IntrusiveList<PooledConnection<R>>()
  /** Those in borrowers' hands. */
  readonly inUse = new IntrusiveList<PooledConnection<R>>()
  /** No connect before this time: the host said that it has no room for more … */
  #restUntil = 0
  /** … or, where callers wait and nothing is open to it, before this one: room may appear at any time, and they have nothing. */
  #urgentFrom = 0
  /** Until this time other hosts are tried first: this one refused the password, the database or TLS. */
  refusedUntil = 0
  /** Refusals for want of room in a row. */
  #overloads = 0
  /** Connections in a row that were let in and lost before they were ready. */
  #breaks = 0
  /** A handshake took too long, and none has succeeded since. */
  slow = false
  /** Connections in borrowers' hands that are to make room for another host. */
  readonly leaving = new Set<PooledConnection<R>>()
  /** Until when it has to give some answer before it counts as unresponsive; Infinity while it is not suspected. See UnresponsiveHosts. */
  answersBy = Infinity
  /** A probe was sent when it was last suspected. */
  asked = false
  /** Smoothed duration of a handshake; undefined until one succeeded. */
  usualHandshake: number | undefined
  opened = 0
  closed = 0
  connectsFailed = 0
  served = 0

  constructor(host: Host) {
    this.host = host
  }

  /** Connections and handshakes: what counts against the limits. */
  get total(): number {
    return this.all.size + this.attempts.size
  }

  get hasOverdueAttempt(): boolean {
    for (const attempt of this.attempts) if (attempt.overdue) return true
    return false
  }

  /** When the next connect may begin. */
  restUntil(callersWait: boolean): number {
    return callersWait && this.all.size === 0 ? Math.min(this.#urgentFrom, this.#restUntil) : this.#restUntil
  }

  /** The host has refused a connection for want of room. */
  noteOverload(now: number, random: Random): void {
    this.#overloads += 1
    this.#restUntil = now + backoff(this.#overloads, random)
    this.#urgentFrom = now + urgentPause(random)
  }

  /** A connection was let in and lost before it was ready. */
  noteBreak(now: number, random: Random): void {
    this.#breaks += 1
    if (this.#breaks > MOST_BREAKS) this.noteOverload(now, random)
  }

  noteHandshake(duration: number): void {
    this.opened += 1
    // There is room now, whatever it said before.
    this.#overloads = 0
    this.#breaks = 0
    this.#restUntil = 0
    this.slow = false
    this.usualHandshake =
      this.usualHandshake === undefined
        ? duration
        : this.usualHandshake + HANDSHAKE_SMOOTHING * (duration - this.usualHandshake)
  }
}
