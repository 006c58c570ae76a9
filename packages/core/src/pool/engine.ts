import type { Access, Serves } from '../sql/access.js'
import { abortedError, closedError } from './acquire-errors.js'
import type { Checkout } from './checkout.js'
import { closeReason } from './close-reason.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { CloseReason } from './events.js'
import { HostChanges } from './host-changes.js'
import type { HostPool } from './host-pool.js'
import { Housekeeper } from './housekeeper.js'
import { IdleChoice } from './idle-choice.js'
import { Pauses } from './pauses.js'
import { type EngineActions, PoolState } from './pool-state.js'
import type { PooledConnection } from './pooled-connection.js'
import { Provisioner } from './provisioner.js'
import type { Resource } from './resource.js'
import { Shutdown } from './shutdown.js'
import { type EngineStatus, takeStatus } from './status.js'
import type { CheckoutRequest } from './wait-queue.js'
import type { CheckoutDone, Waiter } from './waiter.js'

/** The core of the pool: decides which caller gets which connection, and what happens to a released connection. */
export class Engine<R extends Resource> implements EngineActions<R> {
  readonly #state: PoolState<R>
  readonly #provisioner: Provisioner<R>
  readonly #housekeeper: Housekeeper<R>
  readonly #hostChanges: HostChanges<R>
  readonly #shutdown: Shutdown<R>
  readonly #idleChoice: IdleChoice<R>
  readonly #pauses: Pauses
  #refreshedAt = -Infinity

  constructor(options: EngineOptions, env: EngineEnvironment<R>) {
    const state = new PoolState(options, env, this)
    this.#state = state
    this.#pauses = new Pauses(env.clock)
    this.#idleChoice = new IdleChoice(state, this.#pauses)
    this.#provisioner = new Provisioner(state)
    this.#housekeeper = new Housekeeper(state, this.#provisioner)
    this.#hostChanges = new HostChanges(state, this.#provisioner)
    this.#shutdown = new Shutdown(state, this.#provisioner, this.#housekeeper)
    for (const host of env.hosts.all) state.hostPools.add(host)
    env.hosts.onChange((host) => {
      if (!state.isOpen) return
      this.#hostChanges.changed(host)
      this.#housekeeper.start()
    })
    if (options.minIdle > 0) this.#housekeeper.start()
  }

  /** Whether `end` was called. */
  get ended(): boolean {
    return !this.#state.isOpen
  }

  /** The number of all checkouts so far. */
  get served(): number {
    return this.#state.checkouts.served
  }

  /** Checks out a connection. `done` is called exactly once: at once if there is an idle connection and no other caller waits. */
  acquire(request: CheckoutRequest, done: CheckoutDone<R>): void {
    const checkout = this.tryAcquire(request)
    if (checkout === undefined) this.acquireLater(request, done)
    else done(null, checkout)
  }

  /**
   * Checks out an idle connection, if there is one and no caller waits. Returns undefined otherwise, also where `acquireLater`
   * would fail with an error.
   */
  tryAcquire(request: CheckoutRequest): Checkout<R> | undefined {
    const { waitQueue, isOpen, env, unresponsiveHosts, bulkhead, checkouts } = this.#state
    if (waitQueue.size > 0 || !isOpen || request.signal?.aborted === true) return undefined
    const { access } = request
    // The clock is read only once: reading it costs half as much as the rest of this function.
    const now = env.clock.now()
    this.#pauses.look(now, this.#housekeeper.dueAt, !unresponsiveHosts.isLooking)
    if (access !== undefined) bulkhead.asked(access, now)
    const connection = this.#takeFresh(bulkhead.free(access, now), now)
    return connection && checkouts.begin(connection, access, this.#borrowStack(), now, now)
  }

  /** Checks out a connection for a caller after `tryAcquire` found none. `done` is called exactly once, maybe at once. */
  acquireLater(request: CheckoutRequest, done: CheckoutDone<R>): void {
    const { isOpen, options, env, bulkhead, waitQueue, unresponsiveHosts } = this.#state
    if (!isOpen) {
      done(closedError(options.poolName))
      return
    }
    if (request.signal?.aborted === true) {
      done(abortedError(request.signal))
      return
    }
    const now = env.clock.now()
    if (request.access !== undefined) bulkhead.asked(request.access, now)
    if (!waitQueue.enter(request, this.#borrowStack(), now, done)) return
    this.changed()
    // The bulkhead may let waiters go on by the passing of time alone: the timer of the unresponsive hosts notices.
    if (waitQueue.size > 0) unresponsiveHosts.start()
  }

  /**
   * Notes the use of a connection, where the use was unknown before or has changed.
   * @param force - whether the use is allowed even if the bulkhead allows no more of this kind
   * @returns false when the bulkhead allows no more of this kind: the borrower should ask for a connection with this access
   */
  noteAccess(checkout: Checkout<R>, access: Access, force: boolean): boolean {
    const { checkouts, env } = this.#state
    // The borrower learns from its connection that the checkout has ended, and so needs no other connection.
    if (!checkouts.obeys(checkout, 'use')) return true
    if (checkout.countsAs(access)) return true
    const before = checkout.use
    const granted = checkouts.use(checkout, access, force, env.clock.now())
    // A reader that becomes a writer makes room for other readers, and a young checkout may end a stall.
    if (checkout.use !== before) this.changed()
    return granted
  }

  /**
   * Takes a connection back. A checkout that has ended is refused: the connection may have another borrower now.
   * @param now - the time on the monotonic clock, if the caller has just read it
   */
  release(checkout: Checkout<R>, now = this.#state.env.clock.now()): void {
    const { checkouts, connections } = this.#state
    if (!checkouts.obeys(checkout, 'release')) return
    const { connection } = checkout
    checkouts.end(checkout, now)
    const isClean = !connection.resource.needsCleaning
    const reason = isClean ? this.#whyNotKeep(connection, now) : this.#whyNotClean(connection, now)
    if (isClean || reason !== undefined) this.#receive(connection, now, reason)
    else {
      connections.clean(connection)
      // The end of the checkout may make room in the bulkhead.
      this.changed()
    }
  }

  /** Takes a connection back and closes it at once. A checkout that has ended is refused. */
  destroy(checkout: Checkout<R>): void {
    const { checkouts, connections, env } = this.#state
    if (!checkouts.obeys(checkout, 'destroy')) return
    checkouts.end(checkout, env.clock.now())
    connections.drop(checkout.connection, 'destroyed')
  }

  /** Replaces every connection that is open or being opened now: idle ones at once, all others after the next borrower. */
  refresh(): void {
    const { env, hostPools, connections } = this.#state
    this.#refreshedAt = env.clock.now()
    for (const hostPool of hostPools.all) {
      for (const connection of Array.from(hostPool.all)) connections.retire(connection, 'refreshed')
    }
  }

  status(): EngineStatus {
    return takeStatus(this.#state)
  }

  /** Rejects waiters, closes idle connections, gives borrowers `endTimeout`; then calls `done` of every caller of `end`. */
  end(done: () => void): void {
    this.#shutdown.begin(done)
  }

  changed(): void {
    this.#provisioner.provide()
  }

  opened(hostPool: HostPool<R>, resource: R, duration: number, startedAt: number): void {
    const { connections, env } = this.#state
    this.#housekeeper.start()
    const connection = connections.adopt(hostPool, resource, duration)
    const now = env.clock.now()
    this.#receive(connection, now, this.#whyNotKeep(connection, now))
    // The connect began before the refresh: the connection serves one borrower at most.
    if (startedAt <= this.#refreshedAt) connections.retire(connection, 'refreshed')
  }

  available(connection: PooledConnection<R>): void {
    const now = this.#state.env.clock.now()
    this.#receive(connection, now, this.#whyNotClean(connection, now))
    // The connection may have gone to another waiter than planned, and the waiter left over may need a new one.
    this.changed()
  }

  closed({ hostPool }: PooledConnection<R>): void {
    this.#hostChanges.forgetIfGone(hostPool)
    if (this.#state.isOpen) this.#provisioner.placeFreed()
    else this.#shutdown.proceed()
  }

  lost(connection: PooledConnection<R>, error: Error): void {
    if (this.#state.isOpen) this.#hostChanges.connectionLost(connection, error)
  }

  /** Gives an idle connection to a waiter. A connection that was idle for long is validated first. */
  useIdle(access: Access | undefined, now: number): boolean {
    const { bulkhead, connections, checkouts } = this.#state
    const connection = this.#idleChoice.newest(bulkhead.free(access, now), now)
    if (connection === undefined) return false
    connections.idle.remove(connection)
    const { served } = checkouts
    const reason = this.#whyNotKeep(connection, now)
    if (reason === undefined && this.#idleChoice.needsValidation(connection, now)) connections.validate(connection)
    else this.#receive(connection, now, reason)
    // A connection that is idle again suited no waiter: true would make the provisioner try the same one without end.
    return checkouts.served > served || !connection.isIdle
  }

  #borrowStack(): Error | undefined {
    return this.#state.options.leakDetectionThreshold > 0 ? new Error('borrowed here') : undefined
  }

  /** Takes an idle connection that needs no validation. */
  #takeFresh(wanted: Serves, now: number): PooledConnection<R> | undefined {
    for (;;) {
      const connection = this.#idleChoice.newest(wanted, now)
      if (connection === undefined) return undefined
      const reason = closeReason(connection, now)
      if (reason === undefined && this.#idleChoice.needsValidation(connection, now)) return undefined
      this.#state.connections.idle.remove(connection)
      if (reason === undefined) return connection
      this.#receive(connection, now, reason)
    }
  }

  /**
   * Gives a connection without a borrower to the first waiter that it can serve, or keeps it idle, or closes it.
   * @param reason - the reason to close the connection; undefined where it can be used
   */
  #receive(connection: PooledConnection<R>, now: number, reason: CloseReason | undefined): void {
    const { connections, waitQueue, checkouts, options } = this.#state
    if (reason !== undefined) {
      connections.close(connection, reason)
      // A waiter may need another connection now, and the close may take time.
      this.changed()
      return
    }
    const waiter = waitQueue.size === 0 ? undefined : this.#firstFor(connection, now)
    if (waiter !== undefined) {
      waitQueue.leave(waiter, now)
      waiter.done(null, checkouts.begin(connection, waiter.access, waiter.borrowedAt, waiter.since, now))
      // This checkout may have ended a stall, and the bulkhead may allow more.
      if (waitQueue.size > 0) this.changed()
      return
    }
    if (connections.idle.size >= options.maxIdle) connections.close(connection, 'max idle')
    else connections.rest(connection, now)
    if (waitQueue.size > 0) this.changed()
  }

  #firstFor({ hostPool }: PooledConnection<R>, now: number): Waiter<R> | undefined {
    const { waitQueue, bulkhead } = this.#state
    return waitQueue.first(bulkhead.narrow(hostPool.host.serves, now))
  }

  #whyNotKeep(connection: PooledConnection<R>, now: number): CloseReason | undefined {
    if (!this.#state.isOpen && connection.resource.alive) return 'pool ended'
    return closeReason(connection, now)
  }

  /** The reason to close a connection whose borrower has left state in the session, or may have. */
  #whyNotClean(connection: PooledConnection<R>, now: number): CloseReason | undefined {
    return this.#whyNotKeep(connection, now) ?? (connection.resource.unresettable ? 'session changed' : undefined)
  }
}
