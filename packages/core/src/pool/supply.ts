import { inOwnContext } from '../call-context.js'
import type { Timer } from '../clock.js'
import { type Access, canServe, overlap, type Serves } from '../statement/access.js'
import type { Host } from '../hosts/host.js'
import type { AccessShares } from './access-shares.js'
import type { Connections } from './connections.js'
import { unmetDemand } from './demand.js'
import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { Homes } from './homes.js'
import type { HostConnections } from './host-connections.js'
import { chooseHost } from './host-choice.js'
import { Opener } from './opener.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { ConnectFailure, Resource } from './resource.js'
import type { WaitingRoom } from './waiting-room.js'

/** How long a host that refused the password or the database comes after the others. */
const REFUSED_FOR = 1000

/**
 * A connection that has not answered for so many milliseconds, when asked whether it still does or when cleaned, is probably
 * dead or busy: nobody should count on it any more.
 */
export const VALIDATION_OVERDUE = 100

/** What supply works with, and what it leaves to the engine. */
export interface SupplyParts<R extends Resource> {
  readonly homes: Homes<R>
  readonly connections: Connections<R>
  readonly room: WaitingRoom<R>
  readonly shares: AccessShares
  /** Takes an idle connection that serves so, to lend it or to see whether it still answers; false when there is none. */
  useIdle(access: Access | undefined, now: number): boolean
  /** A connection was opened. */
  opened(home: HostConnections<R>, resource: R, duration: number, startedAt: number): void
  /** Closes an idle connection of a host, to have its place. */
  vacate(connection: PooledConnection<R>): void
}

/** Sees to it that every waiter has a connection coming, and that none is opened that nobody needs. */
export class Supply<R extends Resource> {
  /** Why the last connect failed; undefined once one has succeeded since. */
  lastError: Error | undefined
  readonly #options: EngineOptions
  readonly #env: EngineEnvironment<R>
  readonly #parts: SupplyParts<R>
  readonly #opener: Opener<R>
  #stopped = false
  #pumping = false
  #pumpAgain = false
  #vacating = false
  /** Places that are kept for a host which has fewer connections than its share. */
  #reserved: HostConnections<R>[] = []
  #restTimer: Timer | undefined
  #restsUntil = 0

  constructor(options: EngineOptions, env: EngineEnvironment<R>, parts: SupplyParts<R>) {
    this.#options = options
    this.#env = env
    this.#parts = parts
    this.#opener = new Opener(env.connector, env.clock, {
      opened: (home, resource, duration, startedAt) => {
        this.lastError = undefined
        parts.opened(home, resource, duration, startedAt)
        // Once the connection has a borrower: whatever hears of the host may ask for more.
        env.watch.connected(home.host)
        this.pump()
      },
      failed: (home, failure, duration) => this.#failed(home, failure, duration),
      overdue: (home) => {
        env.watch.handshakeOverdue(home.host)
        this.pump()
      },
    })
  }

  /** Everything that counts against `connectionLimit`. */
  get total(): number {
    return this.#parts.connections.size + this.#opener.attempts.size
  }

  get connecting(): number {
    return this.#opener.attempts.size
  }

  stop(): void {
    this.#stopped = true
    this.#restTimer?.cancel()
    this.#opener.abortAll()
  }

  abort(home: HostConnections<R>): void {
    this.#opener.abortAll(home)
    this.#reserved = this.#reserved.filter((other) => other !== home)
  }

  /** Gives waiters what there is and opens what is missing. Called whenever either may have changed. */
  pump(): void {
    if (this.#pumping) {
      this.#pumpAgain = true
      return
    }
    this.#pumping = true
    inOwnContext(() => {
      do {
        this.#pumpAgain = false
        while (this.#parts.room.queue.size > 0 && !this.#stopped && this.#meetDemand()) {
          // each turn promises or serves one connection
        }
      } while (this.#pumpAgain)
    }, undefined)
    this.#pumping = false
  }

  /** A connection has left its place to another. */
  placeFreed(): void {
    this.#vacating = false
    if (this.#stopped) return
    const home = this.#reserved.shift()
    if (home !== undefined) this.openAt(home)
    this.pump()
  }

  /** Opens one more connection that nobody waits for; false when there is no room or no host for it. */
  openSpare(): boolean {
    return this.total < this.#options.connectionLimit && this.#open(undefined)
  }

  /** Opens a connection to this very host as soon as another has left its place. */
  reserve(home: HostConnections<R>): void {
    this.#reserved.push(home)
  }

  get reserved(): number {
    return this.#reserved.length
  }

  openAt(home: HostConnections<R>): boolean {
    if (this.#stopped || this.total >= this.#options.connectionLimit) return false
    const able = canServe(home.host.serves, undefined) && hasRoom(home)
    if (!able || !this.#mayConnect(home) || this.#restUntil(home) > this.#env.clock.now()) return false
    this.#opener.start(home)
    return true
  }

  #meetDemand(): boolean {
    const nothingIdle = this.#parts.connections.idle.size === 0
    if (nothingIdle && this.total >= this.#options.connectionLimit && !this.#opener.anyOverdue) return false
    return this.#promiseOne()
  }

  #promiseOne(): boolean {
    const { room, shares, connections } = this.#parts
    const { idle } = connections
    const { queue } = room
    const now = this.#env.clock.now()
    const waiting = shares.admit(
      { any: queue.count(undefined), read: queue.count('read'), write: queue.count('write') },
      now,
    )
    // What is open already comes before what is being opened, also when that was promised earlier.
    const useIdle = (): boolean =>
      unmetDemand(waiting, this.#asked(now)).some((access) => this.#parts.useIdle(access, now))
    return (
      (idle.size > 0 && useIdle()) || unmetDemand(waiting, this.#promises(now)).some((access) => this.#open(access))
    )
  }

  /** Connections that are being asked whether they still answer. */
  *#asked(now: number): Generator<Serves> {
    const { connections, shares } = this.#parts
    for (const { home, state, stateSince } of connections.readying) {
      if (state === ConnectionState.validating && now - stateSince < VALIDATION_OVERDUE) {
        yield shares.narrow(home.host.serves, now)
      }
    }
  }

  *#promises(now: number): Generator<Serves> {
    const { connections, shares } = this.#parts
    // What the last borrower left behind is undone in less time than a handshake takes.
    for (const { home, stateSince } of connections.readying) {
      if (now - stateSince < VALIDATION_OVERDUE) yield shares.narrow(home.host.serves, now)
    }
    for (const { overdue, home } of this.#opener.attempts) {
      if (!overdue && !home.host.silent) yield shares.narrow(home.host.serves, now)
    }
  }

  #open(access: Access | undefined): boolean {
    const full = this.total >= this.#options.connectionLimit
    if (full && !this.#canMakeRoom()) return false
    const failedOn = this.#parts.room.queue.firstOf(access)?.rarities?.failedOn
    const home = this.#choose(access, failedOn)
    if (home === undefined) return false
    if (full && !this.#makeRoom(home)) return false
    this.#opener.start(home)
    return true
  }

  #choose(access: Access | undefined, failedOn: ReadonlySet<Host> | undefined): HostConnections<R> | undefined {
    const { selector, random, clock } = this.#env
    const { zone, health } = this.#options
    const now = clock.now()
    const candidates = this.#candidates(access, failedOn, now)
    const context = { selector, random, zone, slowStart: health.slowStart, now, failedOn }
    // A host that comes first and has its handshakes under way is waited for.
    return chooseHost(candidates, context, (home) => this.#mayConnect(home))
  }

  /** Hosts that a connection can be opened to, now or after those under way; without those that have just refused unless they are all there is. */
  #candidates(
    access: Access | undefined,
    failedOn: ReadonlySet<Host> | undefined,
    now: number,
  ): readonly HostConnections<R>[] {
    const { homes, shares } = this.#parts
    const free = shares.free(access, now)
    const able = homes.all.filter(
      (home) => overlap(home.host.serves, free) && hasRoom(home) && failedOn?.has(home.host) !== true,
    )
    const rested = able.filter((home) => this.#restUntil(home) <= now)
    if (!rested.some((home) => this.#mayConnect(home))) this.#pumpAfterRest(able, now)
    const willing = rested.filter((home) => home.refusedUntil <= now && !home.hasOverdueAttempt && !home.host.silent)
    // Only a willing one is waited for.
    return willing.length > 0 ? willing : rested.filter((home) => this.#mayConnect(home))
  }

  #mayConnect(home: HostConnections<R>): boolean {
    return home.attempts.size < this.#options.maxConnecting
  }

  #restUntil(home: HostConnections<R>): number {
    return home.restUntil(this.#parts.room.queue.size > 0)
  }

  #canMakeRoom(): boolean {
    return this.#opener.anyOverdue || (this.#parts.connections.idle.size > 0 && !this.#vacating)
  }

  /** At the limit: gives up a handshake nobody counts on, or an idle connection that none of the waiters can use. */
  #makeRoom(wanted: HostConnections<R>): boolean {
    // Where handshakes are slow everywhere, beginning anew elsewhere would mean that none is ever finished.
    if (!wanted.slow && this.#opener.abortOverdue(wanted)) return true
    if (this.#vacating) return false
    let fullest: HostConnections<R> | undefined
    for (const home of this.#parts.homes.all) if (home.idle.size > (fullest?.idle.size ?? 0)) fullest = home
    if (fullest?.idle.oldest === undefined) return false
    this.#vacating = true
    this.#parts.vacate(fullest.idle.oldest)
    // A connection that was dead already has left its place at once.
    return this.total < this.#options.connectionLimit
  }

  /** When every host that could help rests, somebody has to look again after the rest. */
  #pumpAfterRest(homes: readonly HostConnections<R>[], now: number): void {
    let until = Infinity
    for (const home of homes) {
      const rest = this.#restUntil(home)
      if (rest > now) until = Math.min(until, rest)
    }
    if (until === Infinity || (until >= this.#restsUntil && this.#restsUntil > now)) return
    this.#restTimer?.cancel()
    this.#restsUntil = until
    this.#restTimer = this.#env.clock.afterIdly(until - now, () => this.pump())
  }

  #failed(home: HostConnections<R>, failure: ConnectFailure, duration: number): void {
    const { emitter, clock, random, watch } = this.#env
    const { error, blame } = failure
    this.lastError = error
    emitter.emit('connectFailed', { host: home.host.name, error, duration })
    switch (blame) {
      case 'host':
        if (failure.letIn === true) {
          home.noteBreak(clock.now(), random)
          watch.connectionLost(home.host, error)
        } else watch.connectFailed(home.host, error, clock.now() - duration)
        break
      case 'overload':
        home.noteOverload(clock.now(), random)
        break
      case 'configuration':
        home.refusedUntil = clock.now() + REFUSED_FOR
        this.#noteRefusal(home, error)
        break
      case 'application':
        this.#failWaiting(error)
        break
      default:
        blame satisfies never
    }
    this.pump()
  }

  /** Password, database or TLS: each waiter tries every host once, then gets the server's own words. */
  #noteRefusal(home: HostConnections<R>, error: Error): void {
    for (const waiter of this.#parts.room.queue.snapshot()) {
      if (canServe(home.host.serves, waiter.access)) waiter.noteRefusal(home.host, error)
    }
    this.failRefused()
  }

  /** What failed is asked for every host alike: a connect to another would ask once more for each of them. */
  #failWaiting(error: Error): void {
    const { homes, room } = this.#parts
    for (const waiter of room.queue.snapshot()) if (homes.anyServes(waiter.access)) room.fail(waiter, error)
  }

  /** Whoever was refused by every host that is left for them has nothing to wait for. */
  failRefused(): void {
    const { homes, room } = this.#parts
    for (const waiter of room.queue.snapshot()) {
      const { access, rarities: { failedOn, lastError } = {} } = waiter
      if (failedOn === undefined || lastError === undefined || !homes.anyServes(access)) continue
      const refused = homes.all.every(({ host }) => failedOn.has(host) || !canServe(host.serves, access))
      if (refused) room.fail(waiter, lastError)
    }
  }
}

function hasRoom<R extends Resource>(home: HostConnections<R>): boolean {
  return home.total < home.host.config.connectionLimit
}
