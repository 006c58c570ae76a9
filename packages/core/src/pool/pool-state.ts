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

/** What the parts of the engine leave to the engine. */
export interface EngineActions<R extends Resource> {
  /** Something has changed that may have made something possible: the engine does it now. */
  changed(): void
  /** A connection was opened. */
  opened(hostPool: HostPool<R>, resource: R, duration: number, startedAt: number): void
  /** A connection has no borrower, and can be checked out again, or rest. */
  available(connection: PooledConnection<R>): void
  /** A connection is gone and has left its place to another. */
  closed(connection: PooledConnection<R>): void
  /** A connection broke, or gave no answer when asked. */
  lost(connection: PooledConnection<R>, error: Error): void
  /** Takes an idle connection that serves so, to check it out or to see whether it still answers; false when there is none. */
  useIdle(access: Access | undefined, now: number): boolean
}

/** What all parts of a pool's engine share. Each part gets the whole, and keeps its own books in it. */
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
  /** Why the last connect failed; undefined once one has succeeded since. */
  lastConnectError: Error | undefined

  /** @param actions - the engine's, which the parts call and never while they are made */
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

  /** The pool ends, or has ended. */
  enter(phase: 'ending' | 'ended'): void {
    this.phase = phase
    this.isOpen = false
  }

  /** Everything that counts against `connectionLimit`. */
  get total(): number {
    return this.connections.size + this.attempts.size
  }

  /** What the pool is doing, for a message. */
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
