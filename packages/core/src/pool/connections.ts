import { inOwnContext } from '../call-context.js'
import { HostState } from '../selectors/host-state.js'
import type { Checkout } from './checkout.js'
import { CloseCounts } from './close-counts.js'
import type { CloseReason } from './events.js'
import type { HostPool } from './host-pool.js'
import { IdleConnections } from './idle-connections.js'
import type { PoolState } from './pool-state.js'
import { ConnectionState, PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Milliseconds that the orderly close of a connection (COM_QUIT) may take. */
const CLOSE_TIMEOUT = 1000
/** The part of `maxLifetime` that is taken off at random, so that connections opened together do not end together. */
const LIFETIME_JITTER = 0.25

/** Every open connection of a pool, and the changes of its state. The engine decides which caller gets a connection. */
export class Connections<R extends Resource> {
  readonly idle = new IdleConnections<R>()
  readonly #state: PoolState<R>
  readonly #readying = new Set<PooledConnection<R>>()
  /** The closed connections so far, by close reason. */
  readonly #closes = new CloseCounts()
  #size = 0
  #inUse = 0

  constructor(state: PoolState<R>) {
    this.#state = state
  }

  /** The number of all connections that are not closed yet, in any state. */
  get size(): number {
    return this.#size
  }

  get inUse(): number {
    return this.#inUse
  }

  /** The numbers of connections closed so far, by close reason. */
  get closes(): Readonly<Record<CloseReason, number>> {
    return this.#closes.snapshot()
  }

  /** The connections that are being validated or cleaned: they are likely to be available soon. */
  get readying(): ReadonlySet<PooledConnection<R>> {
    return this.#readying
  }

  /** Adds a connection that was just opened. */
  adopt(hostPool: HostPool<R>, resource: R, duration: number): PooledConnection<R> {
    const now = this.#state.env.clock.now()
    const { maxLifetime } = this.#state.options
    const expiresAt =
      maxLifetime === 0 ? Infinity : now + maxLifetime * (1 - LIFETIME_JITTER * this.#state.env.random())
    const connection = new PooledConnection(resource, hostPool, now, now - duration, expiresAt)
    resource.unref()
    resource.onLost = (error) => this.#lost(connection, error)
    hostPool.all.add(connection)
    this.#size += 1
    this.#state.env.emitter.emit('connectionOpened', { host: hostPool.host.name, duration })
    return connection
  }

  checkOut(checkout: Checkout<R>): void {
    const { connection } = checkout
    connection.state = ConnectionState.inUse
    connection.checkout = checkout
    connection.hostPool.inUse.add(connection)
    connection.hostPool.served += 1
    this.#inUse += 1
  }

  /** Ends the checkout of a connection. The caller decides next what happens to the connection. */
  checkIn(connection: PooledConnection<R>): void {
    connection.checkout = undefined
    connection.hostPool.inUse.remove(connection)
    this.#inUse -= 1
    if (connection.hostPool.leaving.size > 0) this.#takePlaceOfLeaving(connection)
  }

  rest(connection: PooledConnection<R>, now: number): void {
    connection.state = ConnectionState.idle
    connection.stateSince = now
    this.idle.add(connection)
  }

  /** Pings a connection. The connection becomes available if it answers, and is closed if not. */
  validate(connection: PooledConnection<R>): void {
    connection.state = ConnectionState.validating
    this.#state.unresponsiveHosts.start()
    this.#bounded(connection, 'validation failed', (done) => connection.resource.validate(done))
  }

  /** Cleans the session of a connection. The connection becomes available afterwards, or is closed if that fails. */
  clean(connection: PooledConnection<R>): void {
    connection.state = ConnectionState.cleaning
    this.#bounded(connection, 'clean-up failed', (done) => connection.resource.clean(done))
  }

  /** Closes a connection in an orderly way, and by force after a time limit. */
  close(connection: PooledConnection<R>, reason: CloseReason): void {
    if (!connection.resource.alive) {
      this.drop(connection, reason)
      return
    }
    connection.state = ConnectionState.closing
    connection.resource.onLost = undefined
    connection.bound = this.#state.env.clock.afterIdly(this.#closeTimeoutOf(connection), () =>
      this.drop(connection, reason),
    )
    inOwnContext(() => connection.resource.close(() => this.#closed(connection, reason)), undefined)
  }

  /** On a host that is down, the time limit of the close is shortened by the time for which an answer has been due already. */
  #closeTimeoutOf({ hostPool, resource }: PooledConnection<R>): number {
    const { host } = hostPool
    if (host.state !== HostState.down || resource.askedAt === Infinity) return CLOSE_TIMEOUT
    return Math.max(0, CLOSE_TIMEOUT - (this.#state.env.clock.now() - Math.max(resource.askedAt, host.downAt)))
  }

  /** Closes a connection at once, by force. */
  drop(connection: PooledConnection<R>, reason: CloseReason): void {
    if (connection.isIdle) this.idle.remove(connection)
    connection.resource.onLost = undefined
    connection.resource.destroy()
    this.#closed(connection, reason)
  }

  /** Closes a connection: at once if it is idle, otherwise on release. */
  retire(connection: PooledConnection<R>, reason: CloseReason): void {
    if (connection.isIdle) {
      this.idle.remove(connection)
      this.close(connection, reason)
      return
    }
    const { leaving } = connection.hostPool
    if (reason !== 'rebalanced') leaving.delete(connection)
    else if (connection.retire === undefined) leaving.add(connection)
    // Any other reason replaces `rebalanced`: any connection of the host may leave for the rebalancer in place of this one.
    if (connection.retire === undefined || connection.retire === 'rebalanced') connection.retire = reason
  }

  /**
   * Lets a released connection leave for the rebalancer in place of the chosen one, whose borrower may keep it for hours.
   */
  #takePlaceOfLeaving(connection: PooledConnection<R>): void {
    const { leaving } = connection.hostPool
    if (leaving.delete(connection) || connection.retire !== undefined) return
    for (const chosen of leaving) {
      leaving.delete(chosen)
      chosen.retire = undefined
      connection.retire = 'rebalanced'
      return
    }
  }

  closeIdle(hostPool: HostPool<R>, reason: CloseReason): void {
    while (hostPool.idle.newest !== undefined) this.retire(hostPool.idle.newest, reason)
  }

  #bounded(
    connection: PooledConnection<R>,
    failure: CloseReason,
    run: (done: (error: Error | null) => void) => void,
  ): void {
    connection.stateSince = this.#state.env.clock.now()
    this.#readying.add(connection)
    let settled = false
    let unresponsive = false
    let atWork = false
    const settle = (error: Error | null): void => {
      if (settled) return
      settled = true
      connection.bound?.cancel()
      this.#readying.delete(connection)
      if (error === null && connection.resource.alive) {
        connection.hostPool.host.lastResponseAt = this.#state.env.clock.now()
        this.#state.actions.available(connection)
        return
      }
      // A failed clean-up on a connection that still answers says nothing about the host.
      const lost = (unresponsive && !atWork) || !connection.resource.alive || failure === 'validation failed'
      if (lost) this.#state.actions.lost(connection, error ?? new Error('The connection was lost'))
      this.drop(connection, failure)
    }
    const { validationTimeout } = this.#state.options
    connection.bound = this.#state.env.clock.after(validationTimeout, () => {
      unresponsive = true
      atWork = connection.resource.applicationAtWork === true
      settle(new Error(`no answer within ${validationTimeout} ms`))
    })
    inOwnContext(run, undefined, settle)
  }

  #lost(connection: PooledConnection<R>, error: Error): void {
    // The validation or the clean-up of a connection reports the loss itself. A checked out connection stays with its borrower.
    if (connection.isIdle) {
      this.idle.remove(connection)
      // The state changes first, because `lost` goes through the idle connections.
      connection.state = ConnectionState.closing
      this.#state.actions.lost(connection, error)
      this.drop(connection, 'broken')
    } else if (connection.state === ConnectionState.inUse) {
      this.#state.actions.lost(connection, error)
    }
  }

  #closed(connection: PooledConnection<R>, reason: CloseReason): void {
    if (connection.state === ConnectionState.closed) return
    connection.state = ConnectionState.closed
    // A connection closed by force may still have the timer of a validation, a clean-up or an orderly close.
    connection.bound?.cancel()
    const { hostPool } = connection
    hostPool.all.delete(connection)
    hostPool.closed += 1
    this.#closes.note(reason)
    this.#size -= 1
    this.#state.env.emitter.emit('connectionClosed', {
      host: hostPool.host.name,
      reason,
      age: this.#state.env.clock.now() - connection.openedAt,
    })
    this.#state.actions.closed(connection)
  }
}
