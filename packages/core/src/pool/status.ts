import type { HostState } from '../hosts/host-state.js'

/** How one host stands. */
export interface HostStatus {
  /** `name:port`. */
  readonly name: string
  readonly state: HostState
  /** Why it is in this state, in words; empty for a host that is simply up. */
  readonly reason: string
  /** When it came into this state (a `Date.now()` time). */
  readonly since: number
  readonly zone: string | undefined
  readonly weight: number
  /** Whether it accepts writes, as far as is known. */
  readonly writable: boolean
  /** Connections in borrowers' hands. */
  readonly inUse: number
  readonly idle: number
  /** Handshakes under way. */
  readonly connecting: number
  /** Raised each time everything open to this host is given up. */
  readonly generation: number
  /** Smoothed time of a statement in milliseconds. */
  readonly latency: number | undefined
  readonly counters: {
    readonly opened: number
    readonly closed: number
    readonly connectsFailed: number
    /** Checkouts served by this host. */
    readonly served: number
  }
}

/** An immutable picture of the pool at one moment. */
export interface PoolStatus {
  readonly poolName: string
  readonly state: 'open' | 'ending' | 'ended'
  readonly connectionLimit: number
  /** All connections, of every host and kind. */
  readonly total: number
  readonly inUse: number
  readonly idle: number
  readonly connecting: number
  /** Callers waiting for a connection. */
  readonly waiting: number
  readonly hosts: readonly HostStatus[]
  readonly counters: {
    readonly served: number
    readonly acquireTimeouts: number
    readonly retriedReads: number
  }
}
