import { backoff, urgentPause } from '../hosts/backoff.js'
import type { Host } from '../hosts/host.js'
import type { Random } from '../selectors/selector.js'
import { IntrusiveList } from './intrusive-list.js'
import type { OpeningAttempt } from './connection-opener.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** The weight of a new measurement in the smoothed duration of a handshake: 0 to 1. */
const HANDSHAKE_SMOOTHING = 0.3

/** Connections that may be accepted and then lost in a row. After more of them the pool opens none to the host for a while. */
const MOST_BREAKS = 2

/** The connections and handshakes of a pool to one host. */
export class HostPool<R extends Resource> {
  readonly host: Host
  /** Every connection that is not closed yet. */
  readonly all = new Set<PooledConnection<R>>()
  readonly attempts = new Set<OpeningAttempt<R>>()
  /** The idle connections; the newest is the connection used last. */
  readonly idle = new IntrusiveList<PooledConnection<R>>()
  /** The checked out connections. */
  readonly inUse = new IntrusiveList<PooledConnection<R>>()
  /** No connect begins before this time, because the host has refused a connection for lack of room … */
  #restUntil = 0
  /** … or before this earlier time, where callers wait and the host has no open connection. */
  #urgentFrom = 0
  /** Until this time other hosts are tried first, because this host refused the password, the database or TLS. */
  refusedUntil = 0
  /** Refusals for lack of room in a row. */
  #overloads = 0
  /** Connections in a row that the host accepted and that were lost before they were ready. */
  #breaks = 0
  /** A handshake took too long, and no handshake has succeeded since. */
  slow = false
  /** Checked out connections that the rebalancer has chosen to make room for another host. */
  readonly leaving = new Set<PooledConnection<R>>()
  /** The host counts as unresponsive if it gives no answer by this time; Infinity without suspicion. See UnresponsiveHosts. */
  answersBy = Infinity
  /** A probe was sent when the host was last suspected. */
  asked = false
  /** Smoothed duration of a handshake in milliseconds; undefined before the first success. */
  usualHandshake: number | undefined
  opened = 0
  closed = 0
  connectsFailed = 0
  served = 0

  constructor(host: Host) {
    this.host = host
  }

  /** The number of connections and handshakes: both count against the limits. */
  get total(): number {
    return this.all.size + this.attempts.size
  }

  get hasOverdueAttempt(): boolean {
    for (const attempt of this.attempts) if (attempt.overdue) return true
    return false
  }

  /** The time before which no connect may begin. */
  restUntil(callersWait: boolean): number {
    return callersWait && this.all.size === 0 ? Math.min(this.#urgentFrom, this.#restUntil) : this.#restUntil
  }

  /** The host has refused a connection for lack of room. */
  noteOverload(now: number, random: Random): void {
    this.#overloads += 1
    this.#restUntil = now + backoff(this.#overloads, random)
    this.#urgentFrom = now + urgentPause(random)
  }

  /** The host accepted a connection that was lost before it was ready. */
  noteBreak(now: number, random: Random): void {
    this.#breaks += 1
    if (this.#breaks > MOST_BREAKS) this.noteOverload(now, random)
  }

  noteHandshake(duration: number): void {
    this.opened += 1
    // A successful handshake shows that the host has room again.
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
