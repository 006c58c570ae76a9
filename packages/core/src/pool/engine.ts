import type { Access, Serves } from '../sql/access.js'
import { Bulkhead } from './bulkhead.js'
import { abortedError, closedError } from './acquire-errors.js'
import type { Checkout } from './checkout.js'
import { Connections } from './connections.js'
import { Shutdown } from './shutdown.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { CloseReason } from './events.js'
import { HostPools } from './host-pools.js'
import type { HostPool } from './host-pool.js'
import { HostChanges } from './host-changes.js'
import { IdleChoice } from './idle-choice.js'
import { Housekeeper } from './housekeeper.js'
import { Checkouts } from './checkouts.js'
import { Pauses } from './pauses.js'
import type { PooledConnection } from './pooled-connection.js'
import { closeReason } from './close-reason.js'
import type { Resource } from './resource.js'
import { UnresponsiveHosts } from './unresponsive-hosts.js'
import { type PoolStatus, takeStatus } from './status.js'
import { Provisioner } from './provisioner.js'
import type { CheckoutDone, Waiter } from './waiter.js'
import { type CheckoutRequest, WaitQueue } from './wait-queue.js'

/** The pool: who gets which connection, and what becomes of it afterwards. */
export class Engine<R extends Resource> {
  readonly #options: EngineOptions
  readonly #env: EngineEnvironment<R>
  readonly #hostPools = new HostPools<R>()
  readonly #connections: Connections<R>
  readonly #waitQueue: WaitQueue<R>
  readonly #checkouts: Checkouts<R>
  readonly #bulkhead: Bulkhead
  readonly #provisioner: Provisioner<R>
  readonly #housekeeper: Housekeeper<R>
  readonly #unresponsive: UnresponsiveHosts<R>
  readonly #changes: HostChanges<R>
  readonly #shutdown: Shutdown
  readonly #choice: IdleChoice<R>
  readonly #pauses: Pauses
  #refreshedAt = -Infinity

  constructor(options: EngineOptions, env: EngineEnvironment<R>) {
    this.#options = options
    this.#env = env
    const { clock, random, emitter, hosts } = env
    this.#bulkhead = new Bulkhead(options.connectionLimit, () => this.#unresponsive.unusable)
    this.#waitQueue = new WaitQueue(options, {
      clock,
      emitter,
      hostPools: this.#hostPools,
      inUse: () => this.#connections.inUse,
      snapshot: () => ({
        connectionLimit: options.connectionLimit,
        inUse: this.#connections.inUse,
        idle: this.#connections.idle.size,
        connecting: this.#provisioner.connecting,
        waiting: this.#waitQueue.queue.size,
        hosts: this.#hostPools.hosts(),
      }),
      lastError: () => this.#provisioner.lastError,
      // Hosts that refused the first in line were kept from those behind; now somebody else is first.
      refusedGone: () => this.#provisioner.pump(),
    })
    this.#connections = new Connections(options, clock, random, emitter, {
      available: (connection) => {
        this.#receive(connection, clock.now())
        // It may have gone to somebody else than the one it was promised to, and what is still to come may not suit that one.
        this.#provisioner.pump()
      },
      closed: (connection) => this.#closed(connection),
      lost: (connection, error) => this.#isOpen && this.#changes.connectionLost(connection, error),
    })
    this.#unresponsive = new UnresponsiveHosts({
      clock,
      hostPools: this.#hostPools,
      watch: env.watch,
      readying: () => this.#connections.readying,
      waiting: () => this.#waitQueue.queue.size > 0,
      changed: (hostPool) => this.#checkouts.silenceChanged(hostPool),
      looked: () => this.#provisioner.pump(),
    })
    this.#pauses = new Pauses(clock)
    this.#choice = new IdleChoice(options, env, {
      hostPools: this.#hostPools,
      connections: this.#connections,
      unresponsive: this.#unresponsive,
      pauses: this.#pauses,
    })
    this.#checkouts = new Checkouts(this.#connections, this.#bulkhead, this.#unresponsive, emitter)
    this.#provisioner = new Provisioner(options, env, {
      hostPools: this.#hostPools,
      connections: this.#connections,
      waitQueue: this.#waitQueue,
      bulkhead: this.#bulkhead,
      useIdle: (access, now) => this.#useIdle(access, now),
      opened: (hostPool, resource, duration, startedAt) => this.#opened(hostPool, resource, duration, startedAt),
      evictIdle: (connection) => this.#connections.retire(connection, 'room needed'),
    })
    this.#housekeeper = new Housekeeper(options, env, {
      bulkhead: this.#bulkhead,
      hostPools: this.#hostPools,
      connections: this.#connections,
      provisioner: this.#provisioner,
    })
    this.#changes = new HostChanges({
      hostPools: this.#hostPools,
      connections: this.#connections,
      waitQueue: this.#waitQueue,
      provisioner: this.#provisioner,
      watch: env.watch,
      validate: (connection) => this.#validate(connection),
    })
    this.#shutdown = new Shutdown({
      clock,
      endTimeout: options.endTimeout,
      isEmpty: () => this.#connections.size === 0,
      stop: () => this.#stop(),
      force: () => this.#endByForce(),
      ended: () => emitter.emit('end', {}),
    })
    for (const host of hosts.all) this.#hostPools.add(host)
    hosts.onChange((host) => {
      if (!this.#isOpen) return
      this.#changes.changed(host)
      this.#housekeeper.start()
    })
    if (options.minIdle > 0) this.#housekeeper.start()
  }

  /** Lends a connection. `done` is called exactly once; at once when an idle connection is at hand and no caller waits. */
  checkout(request: CheckoutRequest, done: CheckoutDone<R>): void {
    const checkout = this.take(request)
    if (checkout === undefined) this.wait(request, done)
    else done(null, checkout)
  }

  /** Lends an idle connection, if one is at hand and no caller waits; undefined also where `wait` would say why there is none. */
  take(request: CheckoutRequest): Checkout<R> | undefined {
    if (this.#waitQueue.queue.size > 0 || !this.#isOpen || request.signal?.aborted === true) return undefined
    const { access } = request
    // The clock is read once for all that follows: asking the system costs as much as half of the rest.
    const now = this.#env.clock.now()
    this.#pauses.look(now, this.#housekeeper.dueAt, !this.#unresponsive.isLooking)
    if (access !== undefined) this.#bulkhead.asked(access, now)
    const connection = this.#takeFresh(this.#bulkhead.free(access, now), now)
    return connection && this.#checkouts.begin(connection, access, this.#borrowStack(), now, now)
  }

  /** Lends a connection to somebody for whom there was none to take; `done` is called exactly once, maybe at once. */
  wait(request: CheckoutRequest, done: CheckoutDone<R>): void {
    if (!this.#isOpen) {
      done(closedError(this.#options.poolName))
      return
    }
    if (request.signal?.aborted === true) {
      done(abortedError(request.signal))
      return
    }
    const now = this.#env.clock.now()
    if (request.access !== undefined) this.#bulkhead.asked(request.access, now)
    if (!this.#waitQueue.enter(request, this.#borrowStack(), now, done)) return
    this.#provisioner.pump()
    // Time alone may bring what is kept from those who wait.
    if (this.#waitQueue.queue.size > 0) this.#unresponsive.start()
  }

  /**
   * Notes what a borrower does with its connection, where that was not said before.
   * @param force - also when this kind of work has its share already
   * @returns false when it has, and the borrower should ask again for this kind of access
   */
  use(checkout: Checkout<R>, access: Access, force: boolean): boolean {
    // Asking for another connection would be in vain: that this checkout has ended the borrower hears from its connection.
    if (!this.#checkouts.obeys(checkout, 'use')) return true
    const before = checkout.use
    // A borrower that has written counts as a writer until it gives the connection back.
    if (before === access || before === 'write') return true
    const granted = this.#checkouts.use(checkout, access, force, this.#env.clock.now())
    // A reader that turns writer leaves its share to other readers, and a young checkout may end a stall.
    if (checkout.use !== before) this.#provisioner.pump()
    return granted
  }

  /** Whether `end` was called. */
  get ended(): boolean {
    return !this.#isOpen
  }

  /** How often a connection was checked out so far. */
  get served(): number {
    return this.#checkouts.served
  }

  /** Takes a connection back. A checkout that has ended is refused: the connection may be another borrower's by now. */
  release(checkout: Checkout<R>): void {
    if (!this.#checkouts.obeys(checkout, 'release')) return
    const now = this.#env.clock.now()
    const { connection } = checkout
    this.#checkouts.end(checkout, now)
    if (!connection.resource.alive) this.#connections.drop(connection, 'broken')
    else if (connection.resource.needsCleaning && this.#whyNotKeep(connection, now) === undefined) {
      this.#connections.clean(connection)
      // The end of the checkout may let others have what was kept from them.
      this.#provisioner.pump()
    } else this.#receive(connection, now)
  }

  /** Takes a connection back to close it at once; a checkout that has ended is refused. */
  discard(checkout: Checkout<R>): void {
    if (!this.#checkouts.obeys(checkout, 'destroy')) return
    this.#checkouts.end(checkout, this.#env.clock.now())
    this.#connections.drop(checkout.connection, 'destroyed')
  }

  /** Replaces every connection that is open or being opened now, each as soon as nobody needs it. */
  refresh(): void {
    this.#refreshedAt = this.#env.clock.now()
    for (const hostPool of this.#hostPools.all) {
      for (const connection of Array.from(hostPool.all)) this.#connections.retire(connection, 'refreshed')
    }
  }

  status(): PoolStatus {
    return takeStatus({
      options: this.#options,
      state: this.#shutdown.state,
      hostPools: this.#hostPools.all,
      waiting: this.#waitQueue.queue.size,
      served: this.#checkouts.served,
      acquireTimeouts: this.#waitQueue.timeouts,
      staleCheckouts: this.#checkouts.stale,
      now: this.#env.clock.now(),
    })
  }

  /** Rejects waiters, closes what rests, gives checked out connections until `endTimeout`; then calls every caller's `done`. */
  end(done: () => void): void {
    this.#shutdown.begin(done)
  }

  get #isOpen(): boolean {
    return this.#shutdown.state === 'open'
  }

  /** To be named if the connection never comes back. */
  #borrowStack(): Error | undefined {
    return this.#options.leakDetectionThreshold > 0 ? new Error('borrowed here') : undefined
  }

  /** An idle connection that can be checked out as it is. */
  #takeFresh(wanted: Serves, now: number): PooledConnection<R> | undefined {
    for (;;) {
      const connection = this.#choice.newest(wanted, now)
      if (connection === undefined) return undefined
      const usable = this.#whyNotKeep(connection, now) === undefined
      if (usable && this.#choice.needsValidation(connection, now)) return undefined
      this.#connections.takeOut(connection)
      if (usable) return connection
      this.#receive(connection, now)
    }
  }

  /** For a waiter: the same, but one that has rested for long is asked first whether it still answers. */
  #useIdle(access: Access | undefined, now: number): boolean {
    const connection = this.#choice.newest(this.#bulkhead.free(access, now), now)
    if (connection === undefined) return false
    this.#connections.takeOut(connection)
    const served = this.#checkouts.served
    const usable = this.#whyNotKeep(connection, now) === undefined
    if (usable && this.#choice.needsValidation(connection, now)) this.#validate(connection)
    else this.#receive(connection, now)
    // One that nobody could take after all rests again: whoever asks once more for it would ask for ever.
    return this.#checkouts.served > served || !connection.isIdle
  }

  #validate(connection: PooledConnection<R>): void {
    this.#connections.validate(connection)
    this.#unresponsive.start()
  }

  #opened(hostPool: HostPool<R>, resource: R, duration: number, startedAt: number): void {
    this.#housekeeper.start()
    const connection = this.#connections.adopt(hostPool, resource, duration)
    this.#receive(connection, this.#env.clock.now())
    // It was opened with what has been refreshed since: good for one borrower, but not to stay.
    if (startedAt <= this.#refreshedAt) this.#connections.retire(connection, 'refreshed')
  }

  /** A connection without a borrower: to the first waiter it can serve, or to rest, or away. */
  #receive(connection: PooledConnection<R>, now: number): void {
    const reason = this.#whyNotKeep(connection, now)
    if (reason !== undefined) {
      this.#connections.close(connection, reason)
      // Somebody may have counted on it, and the goodbye may take its time.
      this.#provisioner.pump()
      return
    }
    const waiter = this.#firstFor(connection, now)
    if (waiter !== undefined) {
      this.#waitQueue.leave(waiter)
      waiter.done(null, this.#checkouts.begin(connection, waiter.access, waiter.borrowedAt, waiter.since, now))
      // Its checkout may have ended a stall, and others may go on with what was kept from them.
      if (this.#waitQueue.queue.size > 0) this.#provisioner.pump()
      return
    }
    if (this.#connections.idle.size >= this.#options.maxIdle) this.#connections.close(connection, 'max idle')
    else {
      this.#connections.rest(connection, now)
      this.#housekeeper.start()
    }
    if (this.#waitQueue.queue.size > 0) this.#provisioner.pump()
  }

  #firstFor({ hostPool }: PooledConnection<R>, now: number): Waiter<R> | undefined {
    const { queue } = this.#waitQueue
    return queue.size === 0 ? undefined : queue.first(this.#bulkhead.narrow(hostPool.host.serves, now))
  }

  #whyNotKeep(connection: PooledConnection<R>, now: number): CloseReason | undefined {
    if (connection.resource.alive && !this.#isOpen) return 'pool ended'
    return closeReason(connection, now)
  }

  #closed({ hostPool }: PooledConnection<R>): void {
    this.#changes.forgetIfGone(hostPool)
    if (this.#isOpen) this.#provisioner.placeFreed()
    else this.#shutdown.goOn()
  }

  #stop(): void {
    this.#housekeeper.stop()
    this.#unresponsive.stop()
    this.#provisioner.stop()
    this.#waitQueue.failAll(() => closedError(this.#options.poolName))
    for (const hostPool of this.#hostPools.all) this.#connections.closeIdle(hostPool, 'pool ended')
  }

  #endByForce(): void {
    const now = this.#env.clock.now()
    for (const hostPool of this.#hostPools.all) {
      for (const connection of Array.from(hostPool.all)) {
        if (connection.checkout !== undefined) this.#checkouts.takeAway(connection.checkout, now)
        this.#connections.drop(connection, 'pool ended')
      }
    }
  }
}
