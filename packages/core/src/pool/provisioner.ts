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

/** How long a host that refused the password or the database comes after the others. */
const REFUSED_FOR = 1000

/**
 * A connection that has not answered for so many milliseconds, when asked whether it still does or when cleaned, is probably
 * dead or busy: no waiter should count on it any more.
 */
export const VALIDATION_OVERDUE = 100

/** Sees to it that every waiter has a connection coming, and that no connection is opened without need. */
export class Provisioner<R extends Resource> implements ConnectionOpenerListener<R> {
  readonly #state: PoolState<R>
  readonly #opener: ConnectionOpener<R>
  #stopped = false
  #providing = false
  #provideAgain = false
  #vacating = false
  /** Places that are kept for a host which has fewer connections than its share. */
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
    // Once the connection has a borrower: whatever hears of the host may ask for more.
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

  /** Gives waiters what there is and opens what is missing. Called whenever either may have changed. */
  provide(): void {
    if (this.#providing) {
      this.#provideAgain = true
      return
    }
    // Mostly every connection is open and in use, and a change of context costs more than this look.
    if (this.#mayMeetDemand()) this.#meetDemand()
    if (this.#state.waitQueue.size > 0 && anyIsClosed(this.#state.hostPools.all)) this.failRefused()
  }

  /** A connection has left its place to another. */
  placeFreed(): void {
    this.#vacating = false
    if (this.#stopped) return
    const hostPool = this.#reserved.shift()
    if (hostPool !== undefined) this.openAt(hostPool)
    this.#state.actions.changed()
  }

  /** Opens one more connection without a waiter for it; false when there is no room or no host for it. */
  openSpare(): boolean {
    return this.#state.total < this.#state.options.connectionLimit && this.#open(undefined)
  }

  /** Opens a connection to this very host as soon as another has left its place. */
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
    // What is open already comes before what is being opened, also when that was promised earlier.
    const useIdle = (): boolean => unmetDemand(waiting, this.#asked(now)).some((access) => actions.useIdle(access, now))
    return (
      (idle.size > 0 && useIdle()) || unmetDemand(waiting, this.#promises(now)).some((access) => this.#open(access))
    )
  }

  /** Connections that are being asked whether they still answer. */
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
    // What the last borrower left behind is undone in less time than a handshake takes.
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
    // A host that comes first and has its handshakes under way is waited for.
    return chooseHost(candidates, context, (hostPool) => this.#mayConnect(hostPool))
  }

  /** Hosts that a connection can be opened to, now or after those under way; without those that have just refused unless they are all there is. */
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
    // Only a willing one is waited for.
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

  /** At the limit: gives up an overdue handshake, or an idle connection that none of the waiters can use. */
  #makeRoom(wanted: HostPool<R>): boolean {
    // Where handshakes are slow everywhere, beginning anew elsewhere would mean that none is ever finished.
    if (!wanted.slow && this.#opener.abortOverdue(wanted)) return true
    if (this.#vacating) return false
    let fullest: HostPool<R> | undefined
    for (const hostPool of this.#state.hostPools.all)
      if (hostPool.idle.size > (fullest?.idle.size ?? 0)) fullest = hostPool
    if (fullest?.idle.oldest === undefined) return false
    this.#vacating = true
    this.#state.connections.retire(fullest.idle.oldest, 'room needed')
    // A connection that was dead already has left its place at once.
    return this.#state.total < this.#state.options.connectionLimit
  }

  /** When every host that could help rests, the waiters are looked at again after the rest. */
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

  /** Password, database or TLS: each waiter tries every host once, then gets the server's own words. */
  #noteRefusal(hostPool: HostPool<R>, error: Error): void {
    for (const waiter of this.#state.waitQueue.all()) {
      if (canServe(hostPool.host.serves, waiter.access)) waiter.noteRefusal(hostPool.host, error)
    }
    this.failRefused()
  }

  /** What failed is asked for every host alike: a connect to another would ask once more for each of them. */
  #failWaiting(error: Error): void {
    const { hostPools, waitQueue } = this.#state
    for (const waiter of waitQueue.all()) if (hostPools.anyServes(waiter.access)) waitQueue.fail(waiter, error)
  }

  /** A waiter that was refused by every host that is left for it has nothing to wait for. */
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

/** Of a host that lets no probe in nothing is known: what is open there may be used, and no more is opened before it has spoken. */
function mayGrow<R extends Resource>({ host, total }: HostPool<R>): boolean {
  return total < host.config.connectionLimit && !isUnproven(host.condition)
}

// A loop, because it runs at each end of a checkout while callers wait.
function anyIsClosed<R extends Resource>(hostPools: readonly HostPool<R>[]): boolean {
  for (const hostPool of hostPools) if (isClosedTo(hostPool)) return true
  return false
}

/** Whether a caller has nothing to wait for there: the login itself is wrong, which no time mends, and nothing is open. */
function isClosedTo<R extends Resource>(hostPool: HostPool<R>): boolean {
  const { condition } = hostPool.host
  if (!isUnproven(condition) || condition.error === undefined || hostPool.total > 0) return false
  return classifyConnectFailure(condition.error) === ErrorClass.configuration
}
