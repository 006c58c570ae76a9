import type { Clock, Timer } from '../clock.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import { type Access, canServe, type Serves } from '../hosts/access.js'
import type { Host } from '../hosts/host.js'
import type { HostSet } from '../hosts/host-set.js'
import { HostState } from '../hosts/host-state.js'
import type { Random, Selector } from '../hosts/selector.js'
import { abortedError, acquireTimeoutError, closedError, noHostError, queueFullError } from './acquire-errors.js'
import { backoff } from './backoff.js'
import { Connections } from './connections.js'
import { unmetDemand } from './demand.js'
import type { PoolEmitter } from './emitter.js'
import type { CloseReason } from './events.js'
import { HostConnections } from './host-connections.js'
import { chooseHost } from './host-choice.js'
import type { HostWatch } from './host-watch.js'
import { Housekeeper } from './housekeeper.js'
import { Opener } from './opener.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { ConnectFailure, Connector, Resource } from './resource.js'
import { type PoolStatus, takeStatus } from './status.js'
import { type CheckoutDone, type Waiter } from './wait-queue.js'
import { type CheckoutRequest, WaitingRoom } from './waiting-room.js'

/** How long a host that refused the password or the database comes after the others. */
const REFUSED_FOR = 1000

export interface EngineOptions {
  readonly poolName: string
  readonly connectionLimit: number
  readonly minIdle: number
  readonly maxIdle: number
  readonly idleTimeout: number
  readonly maxLifetime: number
  readonly maxConnecting: number
  readonly waitForConnections: boolean
  readonly queueLimit: number
  readonly acquireTimeout: number
  readonly noHostTimeout: number
  readonly validateAfterIdle: number | false
  readonly validationTimeout: number
  readonly leakDetectionThreshold: number
  readonly endTimeout: number
  readonly zone: string | undefined
  readonly health: { readonly slowStart: number }
}

/** What the engine takes from outside, so that all of it runs on virtual time against a fake server. */
export interface EngineEnvironment<R extends Resource> {
  readonly clock: Clock
  readonly random: Random
  readonly connector: Connector<R>
  readonly hosts: HostSet
  readonly selector: Selector
  /** True for selectors that rank hosts at each checkout, not only when a connection is opened. */
  readonly ranksIdle: boolean
  readonly watch: HostWatch
  readonly emitter: PoolEmitter
}

/** The pool: who gets which connection, when one is opened, and when it goes. */
export class Engine<R extends Resource> {
  readonly #options: EngineOptions
  readonly #env: EngineEnvironment<R>
  readonly #homes: HostConnections<R>[]
  readonly #homeOf = new Map<Host, HostConnections<R>>()
  readonly #connections: Connections<R>
  readonly #opener: Opener<R>
  readonly #room: WaitingRoom<R>
  readonly #housekeeper: Housekeeper<R>
  #state: PoolStatus['state'] = 'open'
  #pumping = false
  #pumpAgain = false
  #makingRoom = 0
  #restTimer: Timer | undefined
  #endTimer: Timer | undefined
  #onEnded: (() => void)[] = []
  #lastConnectError: Error | undefined
  #served = 0
  #acquireTimeouts = 0

  constructor(options: EngineOptions, env: EngineEnvironment<R>) {
    this.#options = options
    this.#env = env
    const { clock, random, emitter } = env
    this.#room = new WaitingRoom(clock)
    this.#connections = new Connections(options, clock, random, emitter, {
      available: (connection) => this.#receive(connection),
      closed: () => this.#placeFreed(),
      lost: (connection, error) => this.#noteLoss(connection, error),
    })
    this.#opener = new Opener(env.connector, clock, {
      opened: (home, resource, duration) => this.#receive(this.#connections.adopt(home, resource, duration)),
      failed: (home, failure, duration) => this.#connectFailed(home, failure, duration),
      overdue: (home) => {
        env.watch.handshakeOverdue(home.host)
        this.#pump()
      },
    })
    this.#homes = env.hosts.all.map((host) => this.#addHome(host))
    this.#housekeeper = new Housekeeper(options, env, this.#homes, this.#connections, {
      close: (connection, reason) => this.retire(connection, reason),
      fillIdle: () => this.#fillIdle(),
    })
    env.hosts.onChange((host) => this.#hostChanged(host))
    if (options.minIdle > 0) this.#housekeeper.start()
  }

  /**
   * Lends a connection. `done` is called exactly once; at once when an idle connection is at hand and nobody waits.
   */
  checkout(request: CheckoutRequest, done: CheckoutDone<R>): void {
    if (this.#state !== 'open') {
      done(closedError(this.#options.poolName))
      return
    }
    if (request.signal?.aborted === true) {
      done(abortedError(request.signal))
      return
    }
    if (this.#room.queue.size === 0) {
      const connection = this.#takeFresh(request.access)
      if (connection !== undefined) {
        this.#lend(connection, 0, done)
        return
      }
    }
    this.#wait(request, done)
  }

  /** Takes a connection back; a second time does nothing. */
  release(connection: PooledConnection<R>): void {
    if (connection.state !== ConnectionState.lent) return
    const { emitter, clock } = this.#env
    const held = clock.now() - connection.stateSince
    const leaked = connection.leakReported
    this.#connections.giveBack(connection)
    const host = connection.home.host.name
    if (leaked) emitter.emit('leakReturned', { host, held })
    if (emitter.hears('release')) emitter.emit('release', { host, held })
    if (!connection.resource.alive) this.#connections.drop(connection, 'broken')
    else if (connection.resource.needsCleaning && this.#whyNotKeep(connection) === undefined) {
      this.#connections.clean(connection)
    } else this.#receive(connection)
  }

  /** Takes a connection back to close it at once. */
  discard(connection: PooledConnection<R>): void {
    if (connection.state !== ConnectionState.lent) return
    this.#connections.giveBack(connection)
    this.#connections.drop(connection, 'destroyed')
  }

  /** Closes a connection: now when it rests, on its release when it is lent. */
  retire(connection: PooledConnection<R>, reason: CloseReason): void {
    if (connection.state === ConnectionState.idle) {
      this.#connections.close(this.#connections.takeOut(connection), reason)
    } else connection.retire = reason
  }

  status(): PoolStatus {
    return takeStatus({
      options: this.#options,
      state: this.#state,
      homes: this.#homes,
      waiting: this.#room.queue.size,
      served: this.#served,
      acquireTimeouts: this.#acquireTimeouts,
      now: this.#env.clock.now(),
    })
  }

  /** Rejects waiters, closes what rests, gives lent connections until `endTimeout`. Every call's `done` is called at the end. */
  end(done: () => void): void {
    if (this.#state === 'ended') {
      done()
      return
    }
    this.#onEnded.push(done)
    if (this.#state === 'ending') return
    this.#state = 'ending'
    this.#housekeeper.stop()
    this.#restTimer?.cancel()
    this.#opener.abortAll()
    this.#room.failAll(() => closedError(this.#options.poolName))
    for (const home of this.#homes) this.#closeIdle(home, 'pool ended')
    this.#endTimer = this.#env.clock.after(this.#options.endTimeout, () => this.#endByForce())
    this.#endIfEmpty()
  }

  #addHome(host: Host): HostConnections<R> {
    const home = new HostConnections<R>(host)
    this.#homeOf.set(host, home)
    return home
  }

  /** An idle connection that can be lent as it is. */
  #takeFresh(access: Access | undefined): PooledConnection<R> | undefined {
    for (;;) {
      const connection = this.#pickIdle(access)?.newestIdle
      if (connection === undefined) return undefined
      if (!connection.resource.alive) this.#connections.drop(this.#connections.takeOut(connection), 'broken')
      else if (this.#whyNotKeep(connection) !== undefined) this.#receive(this.#connections.takeOut(connection))
      else if (this.#needsValidation(connection)) return undefined
      else return this.#connections.takeOut(connection)
    }
  }

  #pickIdle(access: Access | undefined): HostConnections<R> | undefined {
    const { idle } = this.#connections
    const eligible = (home: HostConnections<R>): boolean => canServe(home.host.serves, access)
    if (!this.#env.ranksIdle) return idle.pickHost(this.#homes, eligible, this.#env.random)
    return this.#choose(
      this.#homes.filter((home) => home.idle > 0 && eligible(home)),
      undefined,
    )
  }

  #needsValidation(connection: PooledConnection<R>): boolean {
    const { validateAfterIdle } = this.#options
    if (validateAfterIdle === false) return false
    return this.#env.clock.now() - connection.stateSince > validateAfterIdle || validateAfterIdle === 0
  }

  #lend(connection: PooledConnection<R>, waited: number, done: CheckoutDone<R>): void {
    const { emitter } = this.#env
    const looksForLeaks = this.#options.leakDetectionThreshold > 0
    this.#connections.lend(connection, looksForLeaks ? new Error('borrowed here') : undefined)
    this.#served += 1
    if (emitter.hears('acquire')) emitter.emit('acquire', { host: connection.home.host.name, waited })
    done(null, connection)
  }

  #wait(request: CheckoutRequest, done: CheckoutDone<R>): void {
    const { options, queue } = { options: this.#options, queue: this.#room.queue }
    const noHost = !this.#anyHostServes(request.access)
    if (noHost && options.noHostTimeout === 0) {
      done(noHostError(this.#env.hosts.all, request.access, this.#lastConnectError))
      return
    }
    // A caller whose connection is being opened is not in anybody's way: only those beyond the limit count as queued.
    const unlimited = options.waitForConnections && options.queueLimit === 0
    const allowed =
      options.connectionLimit - this.#connections.inUse + (options.waitForConnections ? options.queueLimit : 0)
    if (!unlimited && queue.size >= allowed) {
      done(queueFullError(this.status(), options.queueLimit, options.waitForConnections))
      return
    }
    const timeout = request.acquireTimeout ?? options.acquireTimeout
    const waiter = this.#room.enter(request, timeout, done, (late) => this.#timedOut(late))
    if (noHost) this.#limitWaitForHost(waiter)
    if (this.#env.emitter.hears('enqueue')) this.#env.emitter.emit('enqueue', { waiting: queue.size })
    this.#pump()
  }

  #timedOut(waiter: Waiter<R>): Error {
    this.#acquireTimeouts += 1
    const waited = this.#env.clock.now() - waiter.since
    this.#env.emitter.emit('acquireTimeout', { waited, waiting: this.#room.queue.size })
    return acquireTimeoutError(this.status(), waited, waiter.lastError ?? this.#lastConnectError)
  }

  #anyHostServes(access: Access | undefined): boolean {
    return this.#homes.some((home) => canServe(home.host.serves, access))
  }

  #limitWaitForHost(waiter: Waiter<R>): void {
    waiter.noHostDeadline ??= this.#env.clock.after(this.#options.noHostTimeout, () =>
      this.#room.fail(waiter, noHostError(this.#env.hosts.all, waiter.access, this.#lastConnectError)),
    )
  }

  /** A connection without a borrower: to the first waiter it can serve, or to rest, or away. */
  #receive(connection: PooledConnection<R>): void {
    const reason = this.#whyNotKeep(connection)
    if (reason !== undefined) {
      this.#connections.close(connection, reason)
      return
    }
    const waiter = this.#room.queue.first(connection.home.host.serves)
    if (waiter !== undefined) {
      this.#room.leave(waiter)
      this.#lend(connection, this.#env.clock.now() - waiter.since, waiter.done)
      return
    }
    if (this.#connections.idle.size >= this.#options.maxIdle) this.#connections.close(connection, 'max idle')
    else {
      this.#connections.rest(connection)
      this.#housekeeper.start()
    }
    if (this.#room.queue.size > 0) this.#pump()
  }

  #whyNotKeep(connection: PooledConnection<R>): CloseReason | undefined {
    if (this.#state !== 'open') return 'pool ended'
    if (connection.retire !== undefined) return connection.retire
    if (connection.generation !== connection.home.host.generation) return 'host down'
    if (connection.home.host.state === HostState.draining) return 'draining'
    return this.#env.clock.now() >= connection.expiresAt ? 'max lifetime' : undefined
  }

  /** Gives waiters what there is and opens what is missing. Called whenever either may have changed. */
  #pump(): void {
    if (this.#pumping) {
      this.#pumpAgain = true
      return
    }
    this.#pumping = true
    do {
      this.#pumpAgain = false
      while (this.#room.queue.size > 0 && this.#state === 'open' && this.#meetDemand()) {
        // each turn promises or serves one connection
      }
    } while (this.#pumpAgain)
    this.#pumping = false
  }

  #meetDemand(): boolean {
    const { queue } = this.#room
    const waiting = { any: queue.count(undefined), read: queue.count('read'), write: queue.count('write') }
    const demand = unmetDemand(waiting, this.#promises())
    return demand.some((access) => this.#useIdle(access) || this.#open(access))
  }

  *#promises(): Generator<Serves> {
    for (const opening of this.#opener.attempts) if (!opening.overdue) yield opening.home.host.serves
    for (const connection of this.#connections.validating) yield connection.home.host.serves
  }

  #useIdle(access: Access | undefined): boolean {
    const connection = this.#pickIdle(access)?.newestIdle
    if (connection === undefined) return false
    this.#connections.takeOut(connection)
    if (!connection.resource.alive) this.#connections.drop(connection, 'broken')
    else if (this.#whyNotKeep(connection) === undefined && this.#needsValidation(connection)) {
      this.#connections.validate(connection)
    } else this.#receive(connection)
    return true
  }

  #open(access: Access | undefined): boolean {
    const failedOn = this.#room.queue.firstOf(access)?.failedOn
    const home = this.#choose(this.#candidates(access, failedOn), failedOn)
    if (home === undefined) return false
    if (this.#total() >= this.#options.connectionLimit && !this.#makeRoom(home)) return false
    this.#opener.start(home)
    return true
  }

  #total(): number {
    return this.#connections.size + this.#opener.attempts.size
  }

  /** Hosts that a connection can be opened to now, without those that have just refused unless they are all there is. */
  #candidates(access: Access | undefined, failedOn: ReadonlySet<Host> | undefined): HostConnections<R>[] {
    const now = this.#env.clock.now()
    const able = this.#homes.filter(
      (home) => canServe(home.host.serves, access) && home.total < home.host.config.connectionLimit,
    )
    const free = able.filter((home) => home.attempts.size < this.#options.maxConnecting && home.restUntil <= now)
    if (free.length === 0) this.#pumpAfterRest(able, now)
    const willing = free.filter((home) => home.refusedUntil <= now && !home.hasOverdueAttempt)
    const candidates = willing.length > 0 ? willing : free
    return failedOn === undefined ? candidates : candidates.filter((home) => !failedOn.has(home.host))
  }

  #choose(
    candidates: readonly HostConnections<R>[],
    failedOn: ReadonlySet<Host> | undefined,
  ): HostConnections<R> | undefined {
    const { selector, random, clock } = this.#env
    const { zone, health } = this.#options
    return chooseHost(candidates, {
      selector,
      random,
      zone,
      slowStart: health.slowStart,
      now: clock.now(),
      failedOn,
    })
  }

  /** At the limit: gives up a handshake nobody counts on, or an idle connection that none of the waiters can use. */
  #makeRoom(wanted: HostConnections<R>): boolean {
    if (this.#opener.abortOverdue(wanted)) return true
    if (this.#makingRoom > 0) return false
    let fullest: HostConnections<R> | undefined
    for (const home of this.#homes) if (home.idle > (fullest?.idle ?? 0)) fullest = home
    if (fullest?.oldestIdle === undefined) return false
    this.#makingRoom += 1
    this.retire(fullest.oldestIdle, 'room needed')
    return false
  }

  #placeFreed(): void {
    // Only a closing that made room can have been waited for; any other place that frees up is as good.
    this.#makingRoom = 0
    if (this.#state !== 'open') this.#endIfEmpty()
    else this.#pump()
  }

  /** When every host that could help rests, somebody has to look again after the rest. */
  #pumpAfterRest(homes: readonly HostConnections<R>[], now: number): void {
    let until = Infinity
    for (const home of homes) if (home.restUntil > now) until = Math.min(until, home.restUntil)
    if (until === Infinity) return
    this.#restTimer?.cancel()
    this.#restTimer = this.#env.clock.afterIdly(until - now, () => this.#pump())
  }

  #connectFailed(home: HostConnections<R>, failure: ConnectFailure, duration: number): void {
    const { emitter, clock, random, watch } = this.#env
    const { error, blame } = failure
    this.#lastConnectError = error
    emitter.emit('connectFailed', { host: home.host.name, error, duration })
    switch (blame) {
      case 'host':
        watch.connectFailed(home.host, error)
        break
      case 'overload':
        home.overloads += 1
        home.restUntil = clock.now() + backoff(home.overloads, random)
        break
      case 'configuration':
        home.refusedUntil = clock.now() + REFUSED_FOR
        this.#noteRefusal(home, error)
        break
      default:
        blame satisfies never
    }
    this.#pump()
  }

  /** Password, database or TLS: each waiter tries every host once, then gets the server's own words. */
  #noteRefusal(home: HostConnections<R>, error: Error): void {
    for (const waiter of [...this.#room.queue]) {
      if (!canServe(home.host.serves, waiter.access)) continue
      waiter.lastError = error
      const failedOn = (waiter.failedOn ??= new Set())
      failedOn.add(home.host)
      const hosts = this.#homes.filter((other) => canServe(other.host.serves, waiter.access))
      if (hosts.every((other) => failedOn.has(other.host))) this.#room.fail(waiter, error)
    }
  }

  #noteLoss(connection: PooledConnection<R>, error: Error): void {
    const { host } = connection.home
    if (connection.generation !== host.generation || this.#state !== 'open') return
    this.#env.watch.connectionLost(host, error)
    // One that broke rarely breaks alone: look at its idle neighbours together, not one at each checkout.
    for (const other of [...connection.home.all]) {
      if (other.state !== ConnectionState.idle) continue
      this.#connections.takeOut(other)
      if (other.resource.alive) this.#connections.validate(other)
      else this.#connections.drop(other, 'broken')
    }
  }

  #hostChanged(host: Host): void {
    const home = this.#homeOf.get(host)
    if (home === undefined || this.#state === 'ended') return
    if (host.state === HostState.down) {
      this.#opener.abortAll(home)
      this.#dropIdle(home, 'host down')
      if (host.condition.hung) this.#giveUpLent(home)
    } else if (host.state === HostState.draining) this.#closeIdle(home, 'draining')
    this.#reviewWaiters()
    this.#pump()
  }

  /** Who can be served by no host at all waits for one as long as `noHostTimeout` says. */
  #reviewWaiters(): void {
    for (const waiter of [...this.#room.queue]) {
      if (this.#anyHostServes(waiter.access)) {
        waiter.noHostDeadline?.cancel()
        waiter.noHostDeadline = undefined
      } else if (this.#options.noHostTimeout > 0) this.#limitWaitForHost(waiter)
      else this.#room.fail(waiter, noHostError(this.#env.hosts.all, waiter.access, this.#lastConnectError))
    }
  }

  #closeIdle(home: HostConnections<R>, reason: CloseReason): void {
    while (home.newestIdle !== undefined) this.retire(home.newestIdle, reason)
  }

  #dropIdle(home: HostConnections<R>, reason: CloseReason): void {
    while (home.newestIdle !== undefined) {
      this.#connections.drop(this.#connections.takeOut(home.newestIdle), reason)
    }
  }

  /** Statements on a host that hangs fail now; their borrowers release what is left. */
  #giveUpLent(home: HostConnections<R>): void {
    const { name, condition } = home.host
    const error = new HostpoolError('ERR_HOSTPOOL_HOST_LOST', `${name} hangs: ${condition.reason}`, { host: name })
    for (const connection of home.all) {
      if (connection.state === ConnectionState.lent) connection.resource.destroy(error)
    }
  }

  #fillIdle(): void {
    const { minIdle, connectionLimit } = this.#options
    if (this.#state !== 'open' || this.#room.queue.size > 0) return
    while (
      this.#connections.idle.size + this.#opener.attempts.size < minIdle &&
      this.#total() < connectionLimit &&
      this.#open(undefined)
    ) {
      // each turn starts one handshake
    }
  }

  #endByForce(): void {
    for (const home of this.#homes) {
      for (const connection of [...home.all]) {
        if (connection.state === ConnectionState.lent) this.#connections.giveBack(connection)
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
