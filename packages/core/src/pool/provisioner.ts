import { inOwnContext } from '../call-context.js'
import type { Timer } from '../clock.js'
import { type Access, canServe, overlap, type Serves } from '../sql/access.js'
import { classifyConnectFailure, ErrorClass } from '../errors/error-class.js'
import type { Host } from '../hosts/host.js'
import { isUnproven } from '../hosts/host-condition.js'
import { unmetDemand } from './demand.js'
import type { HostPool } from './host-pool.js'
import { chooseHost } from './host-choice.js'
import { ConnectionOpener, type ConnectionOpenerListener } from './connection-opener.js'
import type { PoolState } from './pool-state.js'
import { ConnectionState } from './pooled-connection.js'
import type { ConnectFailure, Resource } from './resource.js'

/** Milliseconds for which other hosts are preferred to a host that refused the password, the database or TLS. */
const REFUSED_FOR = 1000

/**
 * Milliseconds after which a validation or a clean-up is overdue. The connection is probably dead or busy, and no longer counts
 * as promised to a waiter.
 */
export const VALIDATION_OVERDUE = 100

/** Provides a connection for each waiter, and opens no connection without need. */
export class Provisioner<R extends Resource> implements ConnectionOpenerListener<R> {
  readonly #state: PoolState<R>
  readonly #opener: ConnectionOpener<R>
  #stopped = false
  #providing = false
  #provideAgain = false
  #vacating = false
  /** The hosts that get the next free places, because they have fewer connections than their share. */
  #reserved: HostPool<R>[] = []
  #restTimer: Timer | undefined
  #restsUntil = 0

  constructor(state: PoolState<R>) {
    this.#state = state
    this.#opener = new ConnectionOpener(state, this)
  }

  opened(hostPool: HostPool<R>, resource: R, duration: number, startedAt: number): void {
    const { actions, env } = this.#state
    this.#state.lastConnectError = undefined
    actions.opened(hostPool, resource, duration, startedAt)
    // Called after the connection has its borrower, because the listener may start further checkouts.
    env.watch.connected(hostPool.host)
    actions.changed()
  }

  overdue(hostPool: HostPool<R>): void {
    this.#state.env.watch.handshakeOverdue(hostPool.host)
    this.#state.actions.changed()
  }

  stop(): void {
    this.#stopped = true
    this.#restTimer?.cancel()
    this.#opener.abortAll()
  }

  abort(hostPool: HostPool<R>): void {
    this.#opener.abortAll(hostPool)
    this.#reserved = this.#reserved.filter((other) => other !== hostPool)
  }

  /** Gives the idle connections to waiters, and opens the missing ones. Called whenever the waiters or connections have changed. */
  provide(): void {
    if (this.#providing) {
      this.#provideAgain = true
      return
    }
    // Under load every connection is mostly open and in use. This check is cheaper than a change of the asynchronous context.
    if (this.#mayMeetDemand()) this.#meetDemand()
    const { waitQueue, hostPools } = this.#state
    if (hostPools.anyUnproven && waitQueue.size > 0 && hostPools.all.some(isClosedTo)) this.failRefused()
  }

  /** A connection is closed, and its place is free. */
  placeFreed(): void {
    this.#vacating = false
    if (this.#stopped) return
    const hostPool = this.#reserved.shift()
    if (hostPool !== undefined) this.openAt(hostPool)
    this.#state.actions.changed()
  }

  /** Opens a connection without a waiter. Returns false when there is no room or no host. */
  openSpare(): boolean {
    return this.#state.total < this.#state.options.connectionLimit && this.#open(undefined)
  }

  /** Opens a connection to this host as soon as another connection is closed. */
  reserve(hostPool: HostPool<R>): void {
    this.#reserved.push(hostPool)
  }

  get reserved(): number {
    return this.#reserved.length
  }

  openAt(hostPool: HostPool<R>): boolean {
    if (this.#stopped || this.#state.total >= this.#state.options.connectionLimit) return false
    const able = canServe(hostPool.host.serves, undefined) && mayGrow(hostPool)
    if (!able || !this.#mayConnect(hostPool) || this.#restUntil(hostPool) > this.#state.env.clock.now()) return false
    this.#opener.start(hostPool)
    return true
  }

  #meetDemand(): void {
    this.#providing = true
    inOwnContext(() => {
      do {
        this.#provideAgain = false
        while (this.#mayMeetDemand() && this.#promiseOne()) {
          // each turn promises or serves one connection
        }
      } while (this.#provideAgain)
    }, undefined)
    this.#providing = false
  }

  #mayMeetDemand(): boolean {
    const { waitQueue, connections, options } = this.#state
    if (waitQueue.size === 0 || this.#stopped) return false
    return connections.idle.size > 0 || this.#state.total < options.connectionLimit || this.#opener.anyOverdue
  }

  #promiseOne(): boolean {
    const {
      waitQueue,
      bulkhead,
      actions,
      connections: { idle },
    } = this.#state
    const now = this.#state.env.clock.now()
    const waiting = bulkhead.admit(
      { any: waitQueue.count(undefined), read: waitQueue.count('read'), write: waitQueue.count('write') },
      now,
    )
    // An idle connection is used even if a handshake is already under way for the waiter.
    const useIdle = (): boolean => unmetDemand(waiting, this.#asked(now)).some((access) => actions.useIdle(access, now))
    return (
      (idle.size > 0 && useIdle()) || unmetDemand(waiting, this.#promises(now)).some((access) => this.#open(access))
    )
  }

  /** The access of the connections that are being validated. */
  *#asked(now: number): Generator<Serves> {
    const { connections, bulkhead } = this.#state
    for (const { hostPool, state, stateSince } of connections.readying) {
      if (state === ConnectionState.validating && now - stateSince < VALIDATION_OVERDUE) {
        yield bulkhead.narrow(hostPool.host.serves, now)
      }
    }
  }

  *#promises(now: number): Generator<Serves> {
    const { connections, bulkhead } = this.#state
    // A clean-up counts as a promise too: it is faster than a handshake.
    for (const { hostPool, stateSince } of connections.readying) {
      if (now - stateSince < VALIDATION_OVERDUE) yield bulkhead.narrow(hostPool.host.serves, now)
    }
    for (const { overdue, hostPool } of this.#state.attempts) {
      if (!overdue && !hostPool.host.unresponsive) yield bulkhead.narrow(hostPool.host.serves, now)
    }
  }

  #open(access: Access | undefined): boolean {
    const full = this.#state.total >= this.#state.options.connectionLimit
    if (full && !this.#canMakeRoom()) return false
    const failedOn = this.#state.waitQueue.firstOf(access)?.extras?.failedOn
    const hostPool = this.#choose(access, failedOn)
    if (hostPool === undefined) return false
    if (full && !this.#makeRoom(hostPool)) return false
    this.#opener.start(hostPool)
    return true
  }

  #choose(access: Access | undefined, failedOn: ReadonlySet<Host> | undefined): HostPool<R> | undefined {
    const { selector, random, clock } = this.#state.env
    const { zone, health } = this.#state.options
    const now = clock.now()
    const candidates = this.#candidates(access, failedOn, now)
    const context = { selector, random, zone, slowStart: health.slowStart, now, failedOn }
    // If the preferred host already has `maxConnecting` handshakes under way, the connection waits for that host.
    return chooseHost(candidates, context, (hostPool) => this.#mayConnect(hostPool))
  }

  /**
   * The hosts to which a connection can be opened, now or after the handshakes under way. Hosts that have just refused a
   * connection, that are slow or unresponsive, are left out unless there is no other.
   */
  #candidates(
    access: Access | undefined,
    failedOn: ReadonlySet<Host> | undefined,
    now: number,
  ): readonly HostPool<R>[] {
    const { hostPools, bulkhead } = this.#state
    const free = bulkhead.free(access, now)
    const able = hostPools.all.filter(
      (hostPool) => overlap(hostPool.host.serves, free) && mayGrow(hostPool) && failedOn?.has(hostPool.host) !== true,
    )
    const rested = able.filter((hostPool) => this.#restUntil(hostPool) <= now)
    if (!rested.some((hostPool) => this.#mayConnect(hostPool))) this.#provideAfterRest(able, now)
    const willing = rested.filter(
      (hostPool) => hostPool.refusedUntil <= now && !hostPool.hasOverdueAttempt && !hostPool.host.unresponsive,
    )
    // A connection may wait for the handshakes of a willing host only.
    return willing.length > 0 ? willing : rested.filter((hostPool) => this.#mayConnect(hostPool))
  }

  #mayConnect(hostPool: HostPool<R>): boolean {
    return hostPool.attempts.size < this.#state.options.maxConnecting
  }

  #restUntil(hostPool: HostPool<R>): number {
    return hostPool.restUntil(this.#state.waitQueue.size > 0)
  }

  #canMakeRoom(): boolean {
    return this.#opener.anyOverdue || (this.#state.connections.idle.size > 0 && !this.#vacating)
  }

  /** Makes room at `connectionLimit`: gives up an overdue handshake, or closes an idle connection that no waiter can use. */
  #makeRoom(wanted: HostPool<R>): boolean {
    // If handshakes are slow on this host too, giving up others would mean that no handshake is ever finished.
    if (!wanted.slow && this.#opener.abortOverdue(wanted)) return true
    if (this.#vacating) return false
    let fullest: HostPool<R> | undefined
    for (const hostPool of this.#state.hostPools.all)
      if (hostPool.idle.size > (fullest?.idle.size ?? 0)) fullest = hostPool
    if (fullest?.idle.oldest === undefined) return false
    this.#vacating = true
    this.#state.connections.retire(fullest.idle.oldest, 'room needed')
    // A connection that was dead already is closed at once.
    return this.#state.total < this.#state.options.connectionLimit
  }

  /** Sets a timer that serves the waiters again at the first end of a pause, where all suitable hosts have refused connections. */
  #provideAfterRest(hostPools: readonly HostPool<R>[], now: number): void {
    let until = Infinity
    for (const hostPool of hostPools) {
      const rest = this.#restUntil(hostPool)
      if (rest > now) until = Math.min(until, rest)
    }
    if (until === Infinity || (until >= this.#restsUntil && this.#restsUntil > now)) return
    this.#restTimer?.cancel()
    this.#restsUntil = until
    this.#restTimer = this.#state.env.clock.afterIdly(until - now, () => this.#state.actions.changed())
  }

  failed(hostPool: HostPool<R>, failure: ConnectFailure, duration: number): void {
    const { emitter, clock, random, watch } = this.#state.env
    const { error, blame } = failure
    this.#state.lastConnectError = error
    emitter.emit('connectFailed', { host: hostPool.host.name, error, duration })
    switch (blame) {
      case 'host':
        if (failure.letIn === true) {
          hostPool.noteBreak(clock.now(), random)
          watch.connectionLost(hostPool.host, error)
        } else watch.connectFailed(hostPool.host, error, clock.now() - duration)
        break
      case 'overload':
        hostPool.noteOverload(clock.now(), random)
        break
      case 'configuration':
        hostPool.refusedUntil = clock.now() + REFUSED_FOR
        this.#noteRefusal(hostPool, error)
        break
      case 'application':
        this.#failWaiting(error)
        break
      default:
        blame satisfies never
    }
    this.#state.actions.changed()
  }

  /** Notes a refused password, database or TLS: each waiter tries every host once, then gets the server's own error. */
  #noteRefusal(hostPool: HostPool<R>, error: Error): void {
    for (const waiter of this.#state.waitQueue.all()) {
      if (canServe(hostPool.host.serves, waiter.access)) waiter.noteRefusal(hostPool.host, error)
    }
    this.failRefused()
  }

  /**
   * Fails the waiters after an error of the application's own code, such as the password function: every connect calls the same
   * code, so another host would fail as well.
   */
  #failWaiting(error: Error): void {
    const { hostPools, waitQueue } = this.#state
    for (const waiter of waitQueue.all()) if (hostPools.anyServes(waiter.access)) waitQueue.fail(waiter, error)
  }

  /** Fails the waiters that every serving host has refused. */
  failRefused(): void {
    const { hostPools, waitQueue } = this.#state
    for (const waiter of waitQueue.all()) {
      const { access, extras: { failedOn, lastError } = {} } = waiter
      const serving = hostPools.all.filter(({ host }) => canServe(host.serves, access))
      const error = lastError ?? serving.find(isClosedTo)?.host.condition.error
      if (serving.length === 0 || error === undefined) continue
      const refused = serving.every((hostPool) => failedOn?.has(hostPool.host) === true || isClosedTo(hostPool))
      if (refused) waitQueue.fail(waiter, error)
    }
  }
}

/**
 * Whether the pool may open another connection to a host. The pool opens none to an unproven host, which lets no probe in, and
 * still uses the connections that are open there.
 */
function mayGrow<R extends Resource>({ host, total }: HostPool<R>): boolean {
  return total < host.config.connectionLimit && !isUnproven(host.condition)
}

/** Whether waiting for a host is useless: the host refuses the login because of the configuration, and has no open connection. */
function isClosedTo<R extends Resource>(hostPool: HostPool<R>): boolean {
  const { condition } = hostPool.host
  if (!isUnproven(condition) || condition.error === undefined || hostPool.total > 0) return false
  return classifyConnectFailure(condition.error) === ErrorClass.configuration
}
