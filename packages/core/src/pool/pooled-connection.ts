import type { Timer } from '../clock.js'
import type { Checkout } from './checkout.js'
import type { CloseReason } from './events.js'
import type { HostPool } from './host-pool.js'
import { ListElement } from './intrusive-list.js'
import type { Resource } from './resource.js'

/** Where a connection is in its life. Only the engine moves it. */
export const ConnectionState = {
  /** Waits for its next borrower. */
  idle: 'idle',
  /** Proves that it still answers, because it was idle for long. */
  validating: 'validating',
  /** In a borrower's hands. */
  inUse: 'inUse',
  /** Back, and being made as good as new. */
  cleaning: 'cleaning',
  /** Says goodbye. */
  closing: 'closing',
  closed: 'closed',
} as const

export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState]

/**
 * A connection and what the engine remembers of it. The object is its identity. The list that it is in has the connections of its
 * host that are in the same state; see HostPool.
 */
export class PooledConnection<R extends Resource> extends ListElement<PooledConnection<R>> {
  readonly resource: R
  readonly hostPool: HostPool<R>
  /** The host's generation it was opened in. */
  readonly generation: number
  readonly openedAt: number
  /** When its connect began. */
  readonly begunAt: number
  /** When it reaches its age; Infinity when it has no limit. */
  readonly expiresAt: number
  state: ConnectionState = ConnectionState.idle
  /** When it became idle, was asked whether it still answers, or began to be cleaned. A checkout has a beginning of its own. */
  stateSince: number
  /** The checkout that is out; undefined while no borrower has the connection. */
  checkout: Checkout<R> | undefined
  /** Set while it is checked out: close it on release, for this reason. */
  retire: CloseReason | undefined
  /** Bounds what is under way: a goodbye, a ping, a clean-up. */
  bound: Timer | undefined

  /** Its place among the idle ones; see IdleConnections. */
  idleIndex = -1

  constructor(resource: R, hostPool: HostPool<R>, openedAt: number, begunAt: number, expiresAt: number) {
    super()
    this.resource = resource
    this.hostPool = hostPool
    this.generation = hostPool.host.generation
    this.openedAt = openedAt
    this.begunAt = begunAt
    this.expiresAt = expiresAt
    this.stateSince = openedAt
  }

  /** Whether it rests among the idle ones. */
  get isIdle(): boolean {
    return this.idleIndex >= 0
  }
}
