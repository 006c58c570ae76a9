import type { Timer } from '../clock.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import type { Access } from '../hosts/access.js'
import type { Host } from '../hosts/host.js'
import { HostState } from '../hosts/host-state.js'
import { AccessShares } from './access-shares.js'
import { abortedError, closedError } from './acquire-errors.js'
import { Connections } from './connections.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { CloseReason } from './events.js'
import { Homes } from './homes.js'
import type { HostConnections } from './host-connections.js'
import { chooseHost } from './host-choice.js'
import { Housekeeper } from './housekeeper.js'
import { Loans } from './loans.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
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
  /** Selectors that rank hosts at each checkout, not only when a connection is opened. */
  readonly #ranksIdle: boolean
  #state: PoolStatus['state'] = 'open'
  #endTimer: Timer | undefined
  #onEnded: (() => void)[] = []
  #refreshedAt = -Infinity

  constructor(options: EngineOptions, env: EngineEnvironment<R>) {
    this.#options = options
    this.#env = env
    const { clock, random, emitter, hosts } = env
    this.#ranksIdle = options.selector === 'least-busy' || options.selector === 'latency'
    this.#shares = new AccessShares(options.connectionLimit, clock)
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
        this.#receive(connection)
        // It may have gone to somebody else than the one it was promised to, and what is still to come may not suit that one.
        this.#supply.pump()
      },
      closed: (connection) => this.#closed(connection),
      lost: (connection, error) => this.#noteLoss(connection, error),
    })
    this.#silence = new SilenceWatch({
      clock,
      homes: this.#homes,
      watch: env.watch,
      validating: () => this.#connections.validating,
      changed: (home) => this.#loans.silenceChanged(home),
      looked: () => this.#supply.pump(),
    })
    this.#loans = new Loans(this.#connections, this.#shares, this.#silence, clock, emitter)
    this.#supply = new Supply(options, env, {
      homes: this.#homes,
      connections: this.#connections,
      room: this.#room,
      shares: this.#shares,
      useIdle: (access) => this.#useIdle(access),
      opened: (home, resource, duration, startedAt) => this.#opened(home, resource, duration, startedAt),
      vacate: (connection) => this.retire(connection, 'room needed'),
    })
    this.#housekeeper = new Housekeeper(options, env, {
      homes: this.#homes,
      connections: this.#connections,
      supply: this.#supply,
      close: (connection, reason) => this.retire(connection, reason),
    })
    for (const host of hosts.all) this.#homes.add(host)
    hosts.onChange((host) => this.#hostChanged(host))
    if (options.minIdle > 0) this.#housekeeper.start()
  }

  /** Lends a connection. `done` is called exactly once; at once when an idle connection is at hand and nobody waits. */
  checkout(request: CheckoutRequest, done: CheckoutDone<R>): void {
    if (this.#state !== 'open') {
      done(closedError(this.#options.poolName))
      return
    }
    if (request.signal?.aborted === true) {
      done(abortedError(request.signal))
      return
    }
    const { access } = request
    const borrowedAt = this.#traceOfBorrower()
    if (access !== undefined) this.#shares.asked(access)
    if (this.#room.queue.size === 0 && this.#shares.allows(access)) {
      const connection = this.#takeFresh(access)
      if (connection !== undefined) {
        this.#loans.begin(connection, { access, borrowedAt, done }, 0)
        return
      }
    }
    if (this.#room.enter(request, borrowedAt, done)) this.#supply.pump()
  }

  /**
   * Notes what a borrower does with its connection, where that was not said before.
   * @param force - also when this kind of work has its share already
   * @returns false when it has, and the borrower should ask again for this kind of access
   */
  use(connection: PooledConnection<R>, access: Access, force: boolean): boolean {
    const before = connection.use
    const granted = this.#loans.use(connection, access, force)
    // A reader that turns writer leaves its share to other readers, and a young loan may end a stall.
    if (connection.use !== before) this.#supply.pump()
    return granted
  }

  /** Takes a connection back; a second time does nothing. */
  release(connection: PooledConnection<R>): void {
    if (connection.state !== ConnectionState.lent) return
    this.#loans.end(connection)
    if (!connection.resource.alive) this.#connections.drop(connection, 'broken')
    else if (connection.resource.needsCleaning && this.#whyNotKeep(connection) === undefined) {
      this.#connections.clean(connection)
      // The end of the loan may let others have what was kept from them.
      this.#supply.pump()
    } else this.#receive(connection)
  }

  /** Takes a connection back to close it at once. */
  discard(connection: PooledConnection<R>): void {
    if (connection.state !== ConnectionState.lent) return
    this.#loans.end(connection)
    this.#connections.drop(connection, 'destroyed')
  }

  /** Closes a connection: now when it rests, else when it comes back. */
  retire(connection: PooledConnection<R>, reason: CloseReason): void {
    if (connection.isIdle) {
      this.#connections.close(this.#connections.takeOut(connection), reason)
    } else connection.retire ??= reason
  }

  /** Replaces every connection that is open or being opened now, each as soon as nobody needs it. */
  refresh(): void {
    this.#refreshedAt = this.#env.clock.now()
    for (const home of this.#homes.all) {
      for (const connection of Array.from(home.all)) this.retire(connection, 'refreshed')
    }
  }

  status(): PoolStatus {
    return takeStatus({
      options: this.#options,
      state: this.#state,
      homes: this.#homes.all,
      waiting: this.#room.queue.size,
      served: this.#loans.served,
      acquireTimeouts: this.#room.timeouts,
      now: this.#env.clock.now(),
    })
  }

  /** Rejects waiters, closes what rests, gives lent connections until `endTimeout`; then calls every caller's `done`. */
  end(done: () => void): void {
    if (this.#state === 'ended') {
      done()
      return
    }
    this.#onEnded.push(done)
    if (this.#state === 'ending') return
    this.#state = 'ending'
    this.#housekeeper.stop()
    this.#silence.stop()
    this.#supply.stop()
    this.#room.failAll(() => closedError(this.#options.poolName))
    for (const home of this.#homes.all) this.#closeIdle(home, 'pool ended')
    this.#endTimer = this.#env.clock.after(this.#options.endTimeout, () => this.#endByForce())
    this.#endIfEmpty()
  }

  /** An idle connection that can be lent as it is. */
  #takeFresh(access: Access | undefined): PooledConnection<R> | undefined {
    for (;;) {
      const connection = this.#pickIdle(access)?.newestIdle
      if (connection === undefined) return undefined
      const usable = connection.resource.alive && this.#whyNotKeep(connection) === undefined
      if (usable && this.#needsValidation(connection)) return undefined
      this.#connections.takeOut(connection)
      if (usable) return connection
      this.#receive(connection)
    }
  }

  /** For a waiter: the same, but one that has rested for long is asked first whether it still answers. */
  #useIdle(access: Access | undefined): boolean {
    const connection = this.#pickIdle(access)?.newestIdle
    if (connection === undefined) return false
    this.#connections.takeOut(connection)
    const served = this.#loans.served
    const usable = connection.resource.alive && this.#whyNotKeep(connection) === undefined
    if (usable && this.#needsValidation(connection)) this.#validate(connection)
    else this.#receive(connection)
    // One that nobody could take after all rests again: whoever asks once more for it would ask for ever.
    return this.#loans.served > served || !connection.isIdle
  }

  #pickIdle(access: Access | undefined): HostConnections<R> | undefined {
    const eligible = (home: HostConnections<R>): boolean => this.#shares.admits(home.host.serves, access)
    const heardOf = (home: HostConnections<R>): boolean => !home.silent && eligible(home)
    return (this.#silence.any ? this.#pickIdleOf(heardOf) : undefined) ?? this.#pickIdleOf(eligible)
  }

  #pickIdleOf(eligible: (home: HostConnections<R>) => boolean): HostConnections<R> | undefined {
    const { selector, random, clock } = this.#env
    const homes = this.#homes.all
    if (!this.#ranksIdle) return this.#connections.idle.pickHost(homes, eligible, random)
    const { zone, health } = this.#options
    return chooseHost(
      homes.filter((home) => home.idle > 0 && eligible(home)),
      { selector, random, zone, slowStart: health.slowStart, now: clock.now(), failedOn: undefined },
    )
  }

  #validate(connection: PooledConnection<R>): void {
    this.#connections.validate(connection)
    this.#silence.start()
  }

  #needsValidation(connection: PooledConnection<R>): boolean {
    const { validateAfterIdle } = this.#options
    if (validateAfterIdle === false) return false
    return validateAfterIdle === 0 || this.#env.clock.now() - connection.stateSince > validateAfterIdle
  }

  /** Who asks, to be named if the connection never comes back. */
  #traceOfBorrower(): Error | undefined {
    return this.#options.leakDetectionThreshold > 0 ? new Error('borrowed here') : undefined
  }

  #opened(home: HostConnections<R>, resource: R, duration: number, startedAt: number): void {
    this.#housekeeper.start()
    const connection = this.#connections.adopt(home, resource, duration)
    this.#receive(connection)
    // It was opened with what has been refreshed since: good for one borrower, but not to stay.
    if (startedAt <= this.#refreshedAt) this.retire(connection, 'refreshed')
  }

  /** A connection without a borrower: to the first waiter it can serve, or to rest, or away. */
  #receive(connection: PooledConnection<R>): void {
    const reason = this.#whyNotKeep(connection)
    if (reason !== undefined) {
      this.#connections.close(connection, reason)
      // Somebody may have counted on it, and the goodbye may take its time.
      this.#supply.pump()
      return
    }
    const waiter = this.#firstFor(connection)
    if (waiter !== undefined) {
      this.#room.leave(waiter)
      this.#loans.begin(connection, waiter, this.#env.clock.now() - waiter.since)
      // Its loan may have ended a stall, and others may go on with what was kept from them.
      if (this.#room.queue.size > 0) this.#supply.pump()
      return
    }
    if (this.#connections.idle.size >= this.#options.maxIdle) this.#connections.close(connection, 'max idle')
    else {
      this.#connections.rest(connection)
      this.#housekeeper.start()
    }
    if (this.#room.queue.size > 0) this.#supply.pump()
  }

  #firstFor({ home }: PooledConnection<R>): Waiter<R> | undefined {
    const { queue } = this.#room
    return queue.size === 0 ? undefined : queue.first(this.#shares.narrow(home.host.serves))
  }

  #whyNotKeep(connection: PooledConnection<R>): CloseReason | undefined {
    if (!connection.resource.alive) return 'broken'
    if (this.#state !== 'open') return 'pool ended'
    if (connection.retire !== undefined) return connection.retire
    if (connection.resource.spoilt) return 'session changed'
    const { host } = connection.home
    if (connection.generation !== host.generation) return 'host down'
    if (host.state === HostState.draining) return 'draining'
    return this.#env.clock.now() >= connection.expiresAt ? 'max lifetime' : undefined
  }

  #closed({ home }: PooledConnection<R>): void {
    if (home.host.removed && home.total === 0) this.#homes.forget(home)
    if (this.#state === 'open') this.#supply.placeFreed()
    else this.#endIfEmpty()
  }

  #noteLoss(connection: PooledConnection<R>, error: Error): void {
    const { host } = connection.home
    if (connection.generation !== host.generation || this.#state !== 'open') return
    this.#env.watch.connectionLost(host, error)
    // One that broke rarely breaks alone: look at its idle neighbours together, not one at each checkout.
    for (const other of Array.from(connection.home.all)) {
      if (!other.isIdle) continue
      this.#connections.takeOut(other)
      if (other.resource.alive) this.#validate(other)
      else this.#connections.drop(other, 'broken')
    }
  }

  #hostChanged(host: Host): void {
    if (this.#state !== 'open') return
    if (!host.removed && this.#homes.of(host) === undefined) this.#homes.add(host)
    const home = this.#homes.of(host)
    if (home === undefined) return
    if (host.state === HostState.down) {
      this.#supply.abort(home)
      while (home.newestIdle !== undefined) {
        this.#connections.drop(this.#connections.takeOut(home.newestIdle), 'host down')
      }
      if (host.condition.hung) this.#giveUpLent(home)
    } else if (host.state === HostState.draining) {
      this.#supply.abort(home)
      this.#closeIdle(home, 'draining')
    }
    if (host.removed && home.total === 0) this.#homes.forget(home)
    this.#room.review()
    this.#supply.failRefused()
    this.#supply.pump()
    this.#housekeeper.start()
  }

  #closeIdle(home: HostConnections<R>, reason: CloseReason): void {
    while (home.newestIdle !== undefined) this.retire(home.newestIdle, reason)
  }

  /** Statements on a host that hangs fail now; their borrowers release what is left. */
  #giveUpLent(home: HostConnections<R>): void {
    const { name, condition } = home.host
    const error = new HostpoolError('ERR_HOSTPOOL_HOST_LOST', `${name} hangs: ${condition.reason}`, { host: name })
    for (const connection of home.all) {
      if (connection.state === ConnectionState.lent) connection.resource.destroy(error)
    }
  }

  #endByForce(): void {
    for (const home of this.#homes.all) {
      for (const connection of Array.from(home.all)) {
        if (connection.state === ConnectionState.lent) this.#loans.end(connection)
        this.#connections.drop(connection, 'pool ended')
      }
    }
  }

  #endIfEmpty(): void {
    if (this.#state !== 'ending' || this.#connections.size > 0) return
    this.#state = 'ended'
    this.#endTimer?.cancel()
    this.#env.emitter.emit('end', {})
    const done = this.#onEnded
    this.#onEnded = []
    for (const call of done) call()
  }
}
