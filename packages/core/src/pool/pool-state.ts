import type { Access } from '../sql/access.js'
import type { PoolSnapshot } from './acquire-errors.js'
import { Bulkhead } from './bulkhead.js'
import { Checkouts } from './checkouts.js'
import type { OpeningAttempt } from './connection-opener.js'
import { Connections } from './connections.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { HostPool } from './host-pool.js'
import { HostPools } from './host-pools.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import type { EngineStatus } from './status.js'
import { UnresponsiveHosts } from './unresponsive-hosts.js'
import { WaitQueue } from './wait-queue.js'

/** The functions of the engine that its parts call. */
export interface EngineActions<R extends Resource> {
  /** Called after any change that may allow the engine to serve a waiter or to open a connection: the engine does so now. */
  changed(): void
  /** A connection was opened. */
  opened(hostPool: HostPool<R>, resource: R, duration: number, startedAt: number): void
  /** A validated or cleaned connection can be checked out or stay idle. */
  available(connection: PooledConnection<R>): void
  /** A connection is closed, and another connection may be opened in its place. */
  closed(connection: PooledConnection<R>): void
  /** A connection broke, or gave no answer to its validation or clean-up. */
  lost(connection: PooledConnection<R>, error: Error): void
  /** Takes an idle connection for this access, and checks it out or validates it. Returns false when there is none. */
  useIdle(access: Access | undefined, now: number): boolean
}

/** The state that all parts of the engine share. Each part gets the whole object. */
export class PoolState<R extends Resource> {
  readonly options: EngineOptions
  readonly env: EngineEnvironment<R>
  readonly actions: EngineActions<R>
  readonly hostPools = new HostPools<R>()
  readonly bulkhead: Bulkhead<R>
  readonly connections: Connections<R>
  readonly waitQueue: WaitQueue<R>
  readonly unresponsiveHosts: UnresponsiveHosts<R>
  readonly checkouts: Checkouts<R>
  /** Handshakes under way. */
  readonly attempts = new Set<OpeningAttempt<R>>()
  phase: EngineStatus['state'] = 'open'
  /** Whether `end` has not been called yet. */
  isOpen = true
  /** The error of the last connect; undefined if the last connect succeeded. */
  lastConnectError: Error | undefined

  /** @param actions - functions of the engine; the parts do not call them from their constructors */
  constructor(options: EngineOptions, env: EngineEnvironment<R>, actions: EngineActions<R>) {
    this.options = options
    this.env = env
    this.actions = actions
    this.bulkhead = new Bulkhead(options.connectionLimit, this.hostPools)
    this.connections = new Connections(this)
    this.waitQueue = new WaitQueue(this)
    this.unresponsiveHosts = new UnresponsiveHosts(this)
    this.checkouts = new Checkouts(this)
  }

  /** Changes the phase of the pool to its end. */
  enter(phase: 'ending' | 'ended'): void {
    this.phase = phase
    this.isOpen = false
  }

  /** The number of connections and handshakes: both count against `connectionLimit`. */
  get total(): number {
    return this.connections.size + this.attempts.size
  }

  /** The numbers of the pool for an error message. */
  snapshot(): PoolSnapshot {
    return {
      connectionLimit: this.options.connectionLimit,
      inUse: this.connections.inUse,
      idle: this.connections.idle.size,
      connecting: this.attempts.size,
      waiting: this.waitQueue.size,
      hosts: this.hostPools.hosts(),
    }
  }
}
