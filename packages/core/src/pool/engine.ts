import type { Access, Serves } from '../statement/access.js'
import { AccessShares } from './access-shares.js'
import { abortedError, closedError } from './acquire-errors.js'
import type { Checkout } from './checkout.js'
import { Connections } from './connections.js'
import { Ending } from './ending.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { CloseReason } from './events.js'
import { Homes } from './homes.js'
import type { HostConnections } from './host-connections.js'
import { HostChanges } from './host-changes.js'
import { IdleChoice } from './idle-choice.js'
import { Housekeeper } from './housekeeper.js'
import { Loans } from './loans.js'
import { Pauses } from './pauses.js'
import type { PooledConnection } from './pooled-connection.js'
import { reasonToClose } from './reason-to-close.js'
import type { Resource } from './resource.js'
import { SilenceWatch } from './silence-watch.js'
import { type PoolStatus, takeStatus } from './status.js'
import { Supply } from './supply.js'
import type { CheckoutDone, Waiter } from './waiter.js'
import { type CheckoutRequest, WaitingRoom } from './waiting-room.js'

/** The pool: who gets which connection, and what becomes of it afterwards. */
export class Engine<R extends Resource> {
  readonly #options: EngineOptions
  readonly #env: EngineEnvironment<R>
  readonly #homes = new Homes<R>()
  readonly #connections: Connections<R>
  readonly #room: WaitingRoom<R>
  readonly #loans: Loans<R>
  readonly #shares: AccessShares
  readonly #supply: Supply<R>
  readonly #housekeeper: Housekeeper<R>
  readonly #silence: SilenceWatch<R>
  readonly #changes: HostChanges<R>
  readonly #ending: Ending
  readonly #choice: IdleChoice<R>
  readonly #pauses: Pauses
  #refreshedAt = -Infinity

  constructor(options: EngineOptions, env: EngineEnvironment<R>) {
    this.#options = options
    this.#env = env
    const { clock, random, emitter, hosts } = env
    this.#shares = new AccessShares(options.connectionLimit, () => this.#silence.unusable)
    this.#room = new WaitingRoom(options, {
      clock,
      emitter,
      homes: this.#homes,
      inUse: () => this.#connections.inUse,
      glance: () => ({
        connectionLimit: options.connectionLimit,
        inUse: this.#connections.inUse,
        idle: this.#connections.idle.size,
        connecting: this.#supply.connecting,
        waiting: this.#room.queue.size,
        hosts: this.#homes.hosts(),
      }),
      lastError: () => this.#supply.lastError,
      // Hosts that refused the first in line were kept from those behind; now somebody else is first.
      refusedGone: () => this.#supply.pump(),
    })
    this.#connections = new Connections(options, clock, random, emitter, {
      available: (connection) => {
        this.#receive(connection, clock.now())
        // It may have gone to somebody else than the one it was promised to, and what is still to come may not suit that one.
        this.#supply.pump()
      },
      closed: (connection) => this.#closed(connection),
      lost: (connection, error) => this.#isOpen && this.#changes.connectionLost(connection, error),
    })
    this.#silence = new SilenceWatch({
      clock,
      homes: this.#homes,
      watch: env.watch,
      readying: () => this.#connections.readying,
      waiting: () => this.#room.queue.size > 0,
      changed: (home) => this.#loans.silenceChanged(home),
      looked: () => this.#supply.pump(),
    })
    this.#pauses = new Pauses(clock)
    this.#choice = new IdleChoice(options, env, {
      homes: this.#homes,
      connections: this.#connections,
      silence: this.#silence,
      pauses: this.#pauses,
    })
    this.#loans = new Loans(this.#connections, this.#shares, this.#silence, emitter)
    this.#supply = new Supply(options, env, {
      homes: this.#homes,
      connections: this.#connections,
      room: this.#room,
      shares: this.#shares,
      useIdle: (access, now) => this.#useIdle(access, now),
      opened: (home, resource, duration, startedAt) => this.#opened(home, resource, duration, startedAt),
      vacate: (connection) => this.#connections.retire(connection, 'room needed'),
    })
    this.#housekeeper = new Housekeeper(options, env, {
      homes: this.#homes,
      connections: this.#connections,
      supply: this.#supply,
    })
    this.#changes = new HostChanges({
      homes: this.#homes,
      connections: this.#connections,
      room: this.#room,
      supply: this.#supply,
      watch: env.watch,
      validate: (connection) => this.#validate(connection),
    })
    this.#ending = new Ending({
      clock,
      endTimeout: options.endTimeout,
      isEmpty: () => this.#connections.size === 0,
      stop: () => this.#stop(),
      force: () => this.#endByForce(),
      ended: () => emitter.emit('end', {}),
    })
    for (const host of hosts.all) this.#homes.add(host)
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
    if (this.#room.queue.size > 0 || !this.#isOpen || request.signal?.aborted === true) return undefined
    const { access } = request
    // The clock is read once for all that follows: asking the system costs as much as half of the rest.
    const now = this.#env.clock.now()
    this.#pauses.look(now, this.#housekeeper.dueAt, !this.#silence.isLooking)
    if (access !== undefined) this.#shares.asked(access, now)
    const connection = this.#takeFresh(this.#shares.free(access, now), now)
    return connection && this.#loans.begin(connection, access, this.#whoAsks(), now, now)
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
    if (request.access !== undefined) this.#shares.asked(request.access, now)
    if (!this.#room.enter(request, this.#whoAsks(), now, done)) return
    this.#supply.pump()
    // Time alone may bring what is kept from those who wait.
    if (this.#room.queue.size > 0) this.#silence.start()
  }

  /**
   * Notes what a borrower does with its connection, where that was not said before.
   * @param force - also when this kind of work has its share already
   * @returns false when it has, and the borrower should ask again for this kind of access
   */
  use(checkout: Checkout<R>, access: Access, force: boolean): boolean {
    // Asking for another connection would be in vain: that this loan has ended the borrower hears from its connection.
    if (!this.#loans.obeys(checkout, 'use')) return true
    const before = checkout.use
    // A borrower that has written counts as a writer until it gives the connection back.
    if (before === access || before === 'write') return true
    const granted = this.#loans.use(checkout, access, force, this.#env.clock.now())
    // A reader that turns writer leaves its share to other readers, and a young loan may end a stall.
    if (checkout.use !== before) this.#supply.pump()
    return granted
  }

  /** Whether `end` was called. */
  get ended(): boolean {
    return !this.#isOpen
  }

  /** How often a connection was lent so far. */
  get served(): number {
    return this.#loans.served
  }

  /** Takes a connection back. A loan that has ended is refused: the connection may be another borrower's by now. */
  release(checkout: Checkout<R>): void {
    if (!this.#loans.obeys(checkout, 'release')) return
    const now = this.#env.clock.now()
    const { connection } = checkout
    this.#loans.end(checkout, now)
    if (!connection.resource.alive) this.#connections.drop(connection, 'broken')
    else if (connection.resource.needsCleaning && this.#whyNotKeep(connection, now) === undefined) {
      this.#connections.clean(connection)
      // The end of the loan may let others have what was kept from them.
      this.#supply.pump()
    } else this.#receive(connection, now)
  }

  /** Takes a connection back to close it at once; a loan that has ended is refused. */
  discard(checkout: Checkout<R>): void {
    if (!this.#loans.obeys(checkout, 'destroy')) return
    this.#loans.end(checkout, this.#env.clock.now())
    this.#connections.drop(checkout.connection, 'destroyed')
  }

  /** Replaces every connection that is open or being opened now, each as soon as nobody needs it. */
  refresh(): void {
    this.#refreshedAt = this.#env.clock.now()
    for (const home of this.#homes.all) {
      for (const connection of Array.from(home.all)) this.#connections.retire(connection, 'refreshed')
    }
  }

  status(): PoolStatus {
    return takeStatus({
      options: this.#options,
      state: this.#ending.state,
      homes: this.#homes.all,
      waiting: this.#room.queue.size,
      served: this.#loans.served,
      acquireTimeouts: this.#room.timeouts,
      staleCheckouts: this.#loans.stale,
      now: this.#env.clock.now(),
    })
  }

  /** Rejects waiters, closes what rests, gives lent connections until `endTimeout`; then calls every caller's `done`. */
  end(done: () => void): void {
    this.#ending.begin(done)
  }

  get #isOpen(): boolean {
    return this.#ending.state === 'open'
  }

  /** To be named if the connection never comes back. */
  #whoAsks(): Error | undefined {
    return this.#options.leakDetectionThreshold > 0 ? new Error('borrowed here') : undefined
  }

  /** An idle connection that can be lent as it is. */
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
    const connection = this.#choice.newest(this.#shares.free(access, now), now)
    if (connection === undefined) return false
    this.#connections.takeOut(connection)
    const served = this.#loans.served
    const usable = this.#whyNotKeep(connection, now) === undefined
    if (usable && this.#choice.needsValidation(connection, now)) this.#validate(connection)
    else this.#receive(connection, now)
    // One that nobody could take after all rests again: whoever asks once more for it would ask for ever.
    return this.#loans.served > served || !connection.isIdle
  }

  #validate(connection: PooledConnection<R>): void {
    this.#connections.validate(connection)
    this.#silence.start()
  }

  #opened(home: HostConnections<R>, resource: R, duration: number, startedAt: number): void {
    this.#housekeeper.start()
    const connection = this.#connections.adopt(home, resource, duration)
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
      this.#supply.pump()
      return
    }
    const waiter = this.#firstFor(connection, now)
    if (waiter !== undefined) {
      this.#room.leave(waiter)
      waiter.done(null, this.#loans.begin(connection, waiter.access, waiter.borrowedAt, waiter.since, now))
      // Its loan may have ended a stall, and others may go on with what was kept from them.
      if (this.#room.queue.size > 0) this.#supply.pump()
      return
    }
    if (this.#connections.idle.size >= this.#options.maxIdle) this.#connections.close(connection, 'max idle')
    else {
      this.#connections.rest(connection, now)
      this.#housekeeper.start()
    }
    if (this.#room.queue.size > 0) this.#supply.pump()
  }

  #firstFor({ home }: PooledConnection<R>, now: number): Waiter<R> | undefined {
    const { queue } = this.#room
    return queue.size === 0 ? undefined : queue.first(this.#shares.narrow(home.host.serves, now))
  }

  #whyNotKeep(connection: PooledConnection<R>, now: number): CloseReason | undefined {
    if (connection.resource.alive && !this.#isOpen) return 'pool ended'
    return reasonToClose(connection, now)
  }

  #closed({ home }: PooledConnection<R>): void {
    this.#changes.forgetIfGone(home)
    if (this.#isOpen) this.#supply.placeFreed()
    else this.#ending.goOn()
  }

  #stop(): void {
    this.#housekeeper.stop()
    this.#silence.stop()
    this.#supply.stop()
    this.#room.failAll(() => closedError(this.#options.poolName))
    for (const home of this.#homes.all) this.#connections.closeIdle(home, 'pool ended')
  }

  #endByForce(): void {
    const now = this.#env.clock.now()
    for (const home of this.#homes.all) {
      for (const connection of Array.from(home.all)) {
        if (connection.checkout !== undefined) this.#loans.takeAway(connection.checkout, now)
        this.#connections.drop(connection, 'pool ended')
      }
    }
  }
}
