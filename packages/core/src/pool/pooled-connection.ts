import type { Timer } from '../clock.js'
import type { Checkout } from './checkout.js'
import type { CloseReason } from './events.js'
import type { HostPool } from './host-pool.js'
import { ListElement } from './intrusive-list.js'
import type { Resource } from './resource.js'

/** The states of a connection. Only the engine changes the state. */
export const ConnectionState = {
  /** No borrower has the connection. */
  idle: 'idle',
  /** The pool pings the connection, because it was idle for long. */
  validating: 'validating',
  /** A borrower has the connection. */
  inUse: 'inUse',
  /** The pool cleans the session after a release. */
  cleaning: 'cleaning',
  /** The pool closes the connection in an orderly way. */
  closing: 'closing',
  closed: 'closed',
} as const

export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState]

/**
 * A connection, and the engine's data about it. Idle and checked out connections are in a list of their host; see HostPool.
 */
export class PooledConnection<R extends Resource> extends ListElement<PooledConnection<R>> {
  readonly resource: R
  readonly hostPool: HostPool<R>
  /** The generation of the host at the time when the connection was opened. */
  readonly generation: number
  readonly openedAt: number
  /** The time at which the connect began. */
  readonly begunAt: number
  /** The time at which the connection reaches its `maxLifetime`; Infinity without a limit. */
  readonly expiresAt: number
  state: ConnectionState = ConnectionState.idle
  /** The start of the idle time, of the validation or of the clean-up. The start of a checkout is `Checkout.since`. */
  stateSince: number
  /** The present checkout; undefined while no borrower has the connection. */
  checkout: Checkout<R> | undefined
  /** The reason to close the connection when its checkout, validation or clean-up ends; undefined if there is none. */
  retire: CloseReason | undefined
  /** The time limit of the validation, the clean-up or the orderly close under way. */
  bound: Timer | undefined

  /** The index among the idle connections; -1 if the connection is not idle. See IdleConnections. */
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

  get isIdle(): boolean {
    return this.idleIndex >= 0
  }
}
