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

/** The pool: which caller gets which connection, and what becomes of a connection afterwards. */
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

  /** How many checkouts there were so far. */
  get served(): number {
    return this.#state.checkouts.served
  }

  /** Checks out a connection. `done` is called exactly once; at once when an idle connection is at hand and no caller waits. */
  acquire(request: CheckoutRequest, done: CheckoutDone<R>): void {
    const checkout = this.tryAcquire(request)
    if (checkout === undefined) this.acquireLater(request, done)
    else done(null, checkout)
  }

  /**
   * Checks out an idle connection, if one is at hand and no caller waits; undefined also where `acquireLater` would say why there
   * is none.
   */
  tryAcquire(request: CheckoutRequest): Checkout<R> | undefined {
    const { waitQueue, isOpen, env, unresponsiveHosts, bulkhead, checkouts } = this.#state
    if (waitQueue.size > 0 || !isOpen || request.signal?.aborted === true) return undefined
    const { access } = request
    // The clock is read once for all that follows: asking the system costs as much as half of the rest.
    const now = env.clock.now()
    this.#pauses.look(now, this.#housekeeper.dueAt, !unresponsiveHosts.isLooking)
    if (access !== undefined) bulkhead.asked(access, now)
    const connection = this.#takeFresh(bulkhead.free(access, now), now)
    return connection && checkouts.begin(connection, access, this.#borrowStack(), now, now)
  }

  /** Checks out a connection to a caller for which `tryAcquire` had none; `done` is called exactly once, maybe at once. */
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
    // Time alone may bring what is kept from the waiters.
    if (waitQueue.size > 0) unresponsiveHosts.start()
  }

  /**
   * Notes what a borrower does with its connection, where that was not said before.
   * @param force - also when this kind of work has its share already
   * @returns false when it has, and the borrower should ask again for this kind of access
   */
  noteAccess(checkout: Checkout<R>, access: Access, force: boolean): boolean {
    const { checkouts, env } = this.#state
    // Asking for another connection would be in vain: that this checkout has ended the borrower hears from its connection.
    if (!checkouts.obeys(checkout, 'use')) return true
    const before = checkout.use
    // A borrower that has written counts as a writer until it gives the connection back.
    if (before === access || before === 'write') return true
    const granted = checkouts.use(checkout, access, force, env.clock.now())
    // A reader that turns writer leaves its share to other readers, and a young checkout may end a stall.
    if (checkout.use !== before) this.changed()
    return granted
  }

  /**
   * Takes a connection back. A checkout that has ended is refused: the connection may be another borrower's by now.
   * @param now - what the clock shows, where the caller has just read it
   */
  release(checkout: Checkout<R>, now = this.#state.env.clock.now()): void {
    const { checkouts, connections } = this.#state
    if (!checkouts.obeys(checkout, 'release')) return
    const { connection } = checkout
    checkouts.end(checkout, now)
    if (!connection.resource.alive) connections.drop(connection, 'broken')
    else if (connection.resource.needsCleaning && this.#whyNotKeep(connection, now) === undefined) {
      connections.clean(connection)
      // The end of the checkout may let others have what was kept from them.
      this.changed()
    } else this.#receive(connection, now)
  }

  /** Takes a connection back to close it at once; a checkout that has ended is refused. */
  destroy(checkout: Checkout<R>): void {
    const { checkouts, connections, env } = this.#state
    if (!checkouts.obeys(checkout, 'destroy')) return
    checkouts.end(checkout, env.clock.now())
    connections.drop(checkout.connection, 'destroyed')
  }

  /** Replaces every connection that is open or being opened now, each as soon as no borrower needs it. */
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

  /** Rejects waiters, closes what rests, gives connections in use until `endTimeout`; then calls every caller's `done`. */
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
    this.#receive(connection, env.clock.now())
    // It was opened with what has been refreshed since: good for one borrower, but not to stay.
    if (startedAt <= this.#refreshedAt) connections.retire(connection, 'refreshed')
  }

  available(connection: PooledConnection<R>): void {
    this.#receive(connection, this.#state.env.clock.now())
    // It may have gone to another waiter than the one it was promised to, and what is still to come may not suit that one.
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

  /** For a waiter: one that has rested for long is asked first whether it still answers. */
  useIdle(access: Access | undefined, now: number): boolean {
    const { bulkhead, connections, checkouts } = this.#state
    const connection = this.#idleChoice.newest(bulkhead.free(access, now), now)
    if (connection === undefined) return false
    connections.takeOut(connection)
    const { served } = checkouts
    const usable = this.#whyNotKeep(connection, now) === undefined
    if (usable && this.#idleChoice.needsValidation(connection, now)) connections.validate(connection)
    else this.#receive(connection, now)
    // One that no waiter could take after all rests again: asking once more for it would have no end.
    return checkouts.served > served || !connection.isIdle
  }

  #borrowStack(): Error | undefined {
    return this.#state.options.leakDetectionThreshold > 0 ? new Error('borrowed here') : undefined
  }

  /** An idle connection that can be checked out as it is. */
  #takeFresh(wanted: Serves, now: number): PooledConnection<R> | undefined {
    for (;;) {
      const connection = this.#idleChoice.newest(wanted, now)
      if (connection === undefined) return undefined
      const usable = this.#whyNotKeep(connection, now) === undefined
      if (usable && this.#idleChoice.needsValidation(connection, now)) return undefined
      this.#state.connections.takeOut(connection)
      if (usable) return connection
      this.#receive(connection, now)
    }
  }

  /** A connection without a borrower: to the first waiter it can serve, or to rest, or away. */
  #receive(connection: PooledConnection<R>, now: number): void {
    const { connections, waitQueue, checkouts, options } = this.#state
    const reason = this.#whyNotKeep(connection, now)
    if (reason !== undefined) {
      connections.close(connection, reason)
      // A waiter may have counted on it, and the goodbye may take its time.
      this.changed()
      return
    }
    const waiter = this.#firstFor(connection, now)
    if (waiter !== undefined) {
      waitQueue.leave(waiter, now)
      waiter.done(null, checkouts.begin(connection, waiter.access, waiter.borrowedAt, waiter.since, now))
      // Its checkout may have ended a stall, and others may go on with what was kept from them.
      if (waitQueue.size > 0) this.changed()
      return
    }
    if (connections.idle.size >= options.maxIdle) connections.close(connection, 'max idle')
    else {
      connections.rest(connection, now)
      this.#housekeeper.start()
    }
    if (waitQueue.size > 0) this.changed()
  }

  #firstFor({ hostPool }: PooledConnection<R>, now: number): Waiter<R> | undefined {
    const { waitQueue, bulkhead } = this.#state
    return waitQueue.size === 0 ? undefined : waitQueue.first(bulkhead.narrow(hostPool.host.serves, now))
  }

  #whyNotKeep(connection: PooledConnection<R>, now: number): CloseReason | undefined {
    if (!this.#state.isOpen && connection.resource.alive) return 'pool ended'
    return closeReason(connection, now)
  }
}
