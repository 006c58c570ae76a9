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

/** How long a polite goodbye may take. */
const CLOSE_TIMEOUT = 1000
/** The part of `maxLifetime` that is taken off at random, so that connections opened together do not end together. */
const LIFETIME_JITTER = 0.25

/** Every open connection of a pool, and what becomes of each. Which caller gets one is the engine's business. */
export class Connections<R extends Resource> {
  readonly idle = new IdleConnections<R>()
  readonly #state: PoolState<R>
  readonly #readying = new Set<PooledConnection<R>>()
  /** Connections closed so far, by why. */
  readonly #closes = new CloseCounts()
  #size = 0
  #inUse = 0

  constructor(state: PoolState<R>) {
    this.#state = state
  }

  /** All that are not closed yet, whatever they are doing. */
  get size(): number {
    return this.#size
  }

  get inUse(): number {
    return this.#inUse
  }

  /** How many were closed so far, by why. */
  get closes(): Readonly<Record<CloseReason, number>> {
    return this.#closes.snapshot()
  }

  /** Those that will soon be available, if all is well: asked whether they still answer, or being cleaned. */
  get readying(): ReadonlySet<PooledConnection<R>> {
    return this.#readying
  }

  /** Takes in a connection that was just opened. */
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

  /** The end of a checkout; what becomes of the connection is said next. */
  checkIn(connection: PooledConnection<R>): void {
    connection.checkout = undefined
    connection.hostPool.inUse.remove(connection)
    this.#inUse -= 1
    this.#takePlaceOfLeaving(connection)
  }

  rest(connection: PooledConnection<R>, now: number): void {
    connection.state = ConnectionState.idle
    connection.stateSince = now
    this.idle.add(connection)
  }

  /** Asks whether it still answers; then it is available, or gone. */
  validate(connection: PooledConnection<R>): void {
    connection.state = ConnectionState.validating
    this.#state.unresponsiveHosts.start()
    this.#bounded(connection, 'validation failed', (done) => connection.resource.validate(done))
  }

  /** Makes it as good as new; then it is available, or gone. */
  clean(connection: PooledConnection<R>): void {
    connection.state = ConnectionState.cleaning
    this.#bounded(connection, 'clean-up failed', (done) => connection.resource.clean(done))
  }

  /** Closes politely, with a bound. */
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

  /** The time that a host which is down has had for an answer already is not given to it again. */
  #closeTimeoutOf({ hostPool, resource }: PooledConnection<R>): number {
    const { host } = hostPool
    if (host.state !== HostState.down || resource.askedAt === Infinity) return CLOSE_TIMEOUT
    return Math.max(0, CLOSE_TIMEOUT - (this.#state.env.clock.now() - Math.max(resource.askedAt, host.downAt)))
  }

  /** Closes at once. */
  drop(connection: PooledConnection<R>, reason: CloseReason): void {
    connection.resource.onLost = undefined
    connection.resource.destroy()
    this.#closed(connection, reason)
  }

  /** Closes a connection: now when it rests, else when it comes back. */
  retire(connection: PooledConnection<R>, reason: CloseReason): void {
    if (connection.isIdle) {
      this.close(this.takeOut(connection), reason)
      return
    }
    const { leaving } = connection.hostPool
    if (reason !== 'rebalanced') leaving.delete(connection)
    else if (connection.retire === undefined) leaving.add(connection)
    // That it is to make room for another host is the one reason that can pass to a neighbour; any other is its own.
    if (connection.retire === undefined || connection.retire === 'rebalanced') connection.retire = reason
  }

  /** A borrower may keep a connection for hours: the first connection that is given back goes in place of the chosen one. */
  #takePlaceOfLeaving(connection: PooledConnection<R>): void {
    const { leaving } = connection.hostPool
    if (leaving.size === 0 || leaving.delete(connection) || connection.retire !== undefined) return
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

  /** Takes an idle connection out, to close it or check it out. */
  takeOut(connection: PooledConnection<R>): PooledConnection<R> {
    this.idle.remove(connection)
    return connection
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
      // A session that cannot be cleaned on a connection that answers says nothing about its host.
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
    // While it is validated or cleaned, the answer to that tells; a checked out one is its borrower's until it comes back.
    if (connection.isIdle) {
      this.idle.remove(connection)
      // Not idle any more before the listener hears of it: the listener goes through the idle ones.
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
    // An end by force does not wait for what it bounds.
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
