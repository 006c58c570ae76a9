import type { HostOrigin } from '../hosts/host.js'
import type { HostState } from '../selectors/host-state.js'
import type { Serves } from '../sql/access.js'
import type { CloseReason } from './events.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import type { Resource } from './resource.js'
import type { StatementCounters } from './statement-counts.js'

/** The status of one host. */
export interface HostStatus {
  /** `name:port`. */
  readonly name: string
  /** What the pool knows of the host now. */
  readonly state: HostState
  /** The reason for this state, in words; empty for a host that is up. */
  readonly reason: string
  /** The time of the last change of state (a `Date.now()` time). */
  readonly since: number
  /** `configured` by the options or `hosts.add`, `discovered` by discovery. */
  readonly origin: HostOrigin
  /** The zone of the host; undefined where the configuration names none. */
  readonly zone: string | undefined
  /** The configured weight, lowered while the host is in slow start. */
  readonly weight: number
  /** Whether the host accepts writes. True until the pool learns otherwise. */
  readonly writable: boolean
  /** Whether the host gets reads and writes now, compared with the other hosts. */
  readonly serves: Readonly<Serves>
  /** Connections that are checked out. */
  readonly inUse: number
  /** Connections at rest. */
  readonly idle: number
  /** Handshakes under way. */
  readonly connecting: number
  /** Raised each time the pool gives up every connection to this host. */
  readonly generation: number
  /** Smoothed time of a statement in milliseconds; undefined before the first measurement. */
  readonly latency: number | undefined
  /** The counters since the host came into the pool. */
  readonly counters: {
    /** Connections that were opened. */
    readonly opened: number
    /** Connections that were closed. */
    readonly closed: number
    /** Connects and logins that failed. */
    readonly connectsFailed: number
    /** Checkouts of connections to this host. */
    readonly served: number
  }
}

/** The status of the engine. */
export interface EngineStatus {
  /** The option `poolName`. */
  readonly poolName: string
  /** `ending` from the call of `end()` until the last connection is closed. */
  readonly state: 'open' | 'ending' | 'ended'
  /** The option `connectionLimit`. */
  readonly connectionLimit: number
  /** All connections and handshakes, of every host and in every state. */
  readonly total: number
  /** Connections that are checked out. */
  readonly inUse: number
  /** Connections at rest. */
  readonly idle: number
  /** Handshakes under way. */
  readonly connecting: number
  /** Callers that wait for a connection. */
  readonly waiting: number
  /** The hosts, in the order in which they came into the pool. */
  readonly hosts: readonly HostStatus[]
  /** The counters since the pool was made. */
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
  /** Callers that were given ERR_HOSTPOOL_ACQUIRE_TIMEOUT. */
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
    serves: Object.freeze({ ...host.serves }),
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
