import type { HostOrigin } from '../hosts/host.js'
import type { HostState } from '../selectors/host-state.js'
import type { CloseReason } from './events.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import type { Resource } from './resource.js'
import type { StatementCounters } from './statement-counts.js'

/** The status of one host. */
export interface HostStatus {
  /** `name:port`. */
  readonly name: string
  readonly state: HostState
  /** The reason for this state, in words; empty for a host that is up. */
  readonly reason: string
  /** The time of the last change of state (a `Date.now()` time). */
  readonly since: number
  /** `configured` by the options or `hosts.add`, `discovered` by discovery. */
  readonly origin: HostOrigin
  readonly zone: string | undefined
  readonly weight: number
  /** Whether the host accepts writes. True until the pool learns otherwise. */
  readonly writable: boolean
  /** Connections that are checked out. */
  readonly inUse: number
  readonly idle: number
  /** Handshakes under way. */
  readonly connecting: number
  /** Raised each time the pool gives up every connection to this host. */
  readonly generation: number
  /** Smoothed time of a statement in milliseconds; undefined before the first measurement. */
  readonly latency: number | undefined
  readonly counters: {
    readonly opened: number
    readonly closed: number
    readonly connectsFailed: number
    /** Checkouts of connections to this host. */
    readonly served: number
  }
}

/** The status of the engine. */
export interface EngineStatus {
  readonly poolName: string
  readonly state: 'open' | 'ending' | 'ended'
  readonly connectionLimit: number
  /** All connections and handshakes, of every host and in every state. */
  readonly total: number
  readonly inUse: number
  readonly idle: number
  readonly connecting: number
  /** Callers that wait for a connection. */
  readonly waiting: number
  readonly hosts: readonly HostStatus[]
  readonly counters: EngineCounters
}

/** An immutable snapshot of the pool. */
export interface PoolStatus extends EngineStatus {
  /** The counters since the pool was made, over all hosts, removed hosts included. */
  readonly counters: EngineCounters & StatementCounters
}

/** The counters of the engine. */
export interface EngineCounters {
  /** Checkouts so far. */
  readonly served: number
  readonly acquireTimeouts: number
  /** Callers that had to wait for a connection and have ended their wait, with a connection or an error … */
  readonly waits: number
  /** … and the sum of their waits in milliseconds. */
  readonly waited: number
  /** Closed connections by reason: the `reason` of the event `connectionClosed`. */
  readonly closes: Readonly<Record<CloseReason, number>>
  /** Requests that were refused because their checkout had ended before. Any number but 0 is a bug of this package. */
  readonly staleCheckouts: number
}

export function takeStatus<R extends Resource>(pool: PoolState<R>): EngineStatus {
  const { options, phase, waitQueue, checkouts, connections } = pool
  const hostPools = pool.hostPools.all
  return Object.freeze({
    poolName: options.poolName,
    state: phase,
    connectionLimit: options.connectionLimit,
    total: sum(hostPools, (hostPool) => hostPool.total),
    inUse: sum(hostPools, (hostPool) => hostPool.inUse.size),
    idle: sum(hostPools, (hostPool) => hostPool.idle.size),
    connecting: sum(hostPools, (hostPool) => hostPool.attempts.size),
    waiting: waitQueue.size,
    hosts: Object.freeze(hostPools.map((hostPool) => hostStatus(hostPool, pool))),
    counters: Object.freeze({
      served: checkouts.served,
      acquireTimeouts: waitQueue.timeouts,
      waits: waitQueue.waits,
      waited: waitQueue.waited,
      closes: connections.closes,
      staleCheckouts: checkouts.stale,
    }),
  })
}

function hostStatus<R extends Resource>(hostPool: HostPool<R>, { env, options }: PoolState<R>): HostStatus {
  const { host } = hostPool
  return Object.freeze({
    name: host.name,
    state: host.state,
    reason: host.condition.reason,
    since: host.since,
    origin: host.origin,
    zone: host.config.zone,
    weight: host.weightAt(env.clock.now(), options.health.slowStart),
    writable: host.condition.writable,
    inUse: hostPool.inUse.size,
    idle: hostPool.idle.size,
    connecting: hostPool.attempts.size,
    generation: host.generation,
    latency: host.latency,
    counters: Object.freeze({
      opened: hostPool.opened,
      closed: hostPool.closed,
      connectsFailed: hostPool.connectsFailed,
      served: hostPool.served,
    }),
  })
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
