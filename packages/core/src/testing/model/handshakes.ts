import { canServe, type Serves } from '../../sql/access.js'
import type { Host } from '../../hosts/host.js'
import type { FakeAttempt, FakeConnection } from '../fake-connector.js'
import type { World } from '../world.js'
import type { Caller } from './caller.js'

/** The most milliseconds for which the pool opens no connection to a server without room. */
const LONGEST_REST = 30_000
/** The same, where callers wait and no connection to the server is open. */
const URGENT_REST = 500

/**
 * Milliseconds for which a host that has refused a login surely comes after the other hosts, and for which it may come after
 * them.
 */
const REFUSED = 1000
const MAY_BE_REFUSED = 2100

/**
 * The handshakes of a pool as far as they can be known from outside: which count as promised to waiters, and whether more are
 * possible.
 */
export class Handshakes {
  readonly #world: World
  readonly #overdueAt = new WeakMap<FakeAttempt, number>()
  readonly #usual = new Map<string, number>()
  /** The time at which a server last had no room, by the name of the host. */
  readonly #overloadedAt = new Map<string, number>()
  readonly #refusals: { readonly host: string; readonly at: number }[] = []

  constructor(world: World) {
    this.#world = world
    world.emitter.on('connectionOpened', ({ host, duration }) => {
      const usual = this.#usual.get(host) ?? duration
      this.#usual.set(host, usual + 0.3 * (duration - usual))
      this.#overloadedAt.delete(host)
    })
    world.hosts.onChange((host) => {
      // A host that is added again is a new host.
      if (host.removed) this.#usual.delete(host.name)
    })
    world.emitter.on('connectFailed', ({ host, error }) => {
      const code = 'code' in error ? error.code : undefined
      const now = world.clock.now()
      if (code === 'ER_CON_COUNT_ERROR') this.#overloadedAt.set(host, now)
      if (code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_BAD_DB_ERROR') this.#refusals.push({ host, at: now })
    })
  }

  /** Called when a handshake begins. It is overdue after three times the usual time, and after 250 ms at least. */
  begun(): void {
    for (const attempt of this.#world.connector.attempts) {
      if (this.#overdueAt.has(attempt)) continue
      this.#overdueAt.set(attempt, attempt.startedAt + Math.max(250, 3 * (this.#usual.get(attempt.host.name) ?? 0)))
    }
  }

  /** What the handshakes that are not overdue will serve. */
  promises(): readonly Serves[] {
    const now = this.#world.clock.now()
    const promises: Serves[] = []
    for (const attempt of this.#world.connector.attempts) {
      const overdue = now >= (this.#overdueAt.get(attempt) ?? 0)
      if (!overdue && !attempt.host.unresponsive) promises.push(attempt.host.serves)
    }
    return promises
  }

  /** What the connections serve that have been validated for less than so many milliseconds. */
  validations(patience: number): readonly Serves[] {
    return this.#servedBy(({ validatingSince }) => validatingSince, patience)
  }

  /** What the connections serve that have been cleaned for less than so many milliseconds. */
  cleanings(patience: number): readonly Serves[] {
    return this.#servedBy(({ cleaningSince }) => cleaningSince, patience)
  }

  /** Whether the pool waits for the handshakes of another host, which comes before this one and has `maxConnecting` under way. */
  #isPassedOver(host: Host): boolean {
    const { config, hosts } = this.#world
    const { selector, maxConnecting } = config
    const comesLast = this.#isLast(host, MAY_BE_REFUSED)
    return hosts.all.some((other) => {
      if (other === host || this.#attemptsAt(other).length < maxConnecting || this.#isLast(other, REFUSED)) return false
      if (comesLast) return true
      if (selector === 'ordered') return other.config.priority < host.config.priority
      return selector === 'latency' && isFaster(other, host)
    })
  }

  /**
   * Whether the pool tries other hosts first: this host has just refused the login, has an overdue handshake, or is unresponsive.
   */
  #isLast(host: Host, refusedFor: number): boolean {
    const now = this.#world.clock.now()
    const overdue = this.#attemptsAt(host).some((attempt) => now >= (this.#overdueAt.get(attempt) ?? 0))
    return (
      overdue ||
      host.unresponsive ||
      this.#refusals.some(({ host: name, at }) => name === host.name && now - at < refusedFor)
    )
  }

  #attemptsAt(host: Host): readonly FakeAttempt[] {
    return [...this.#world.connector.attempts].filter((attempt) => attempt.host === host)
  }

  /** Whether one more handshake could begin at a host, as far as can be known from outside. */
  possible(host: Host, waiting: readonly Caller[], holders: Iterable<Caller>): boolean {
    const { connector, config, clock } = this.#world
    if (this.#isPassedOver(host)) return false
    let under = 0
    for (const attempt of connector.attempts) if (attempt.host === host) under += 1
    let open = 0
    for (const connection of connector.connections) if (connection.host === host) open += 1
    // A connection that the pool has destroyed keeps its place until its borrower releases it.
    for (const { checkout } of holders) {
      if (checkout?.connection.hostPool.host === host && checkout.connection.resource.gone) open += 1
    }
    if (under >= config.maxConnecting || under + open >= host.config.connectionLimit) return false
    const rest = open === 0 ? URGENT_REST : LONGEST_REST
    if ((this.#overloadedAt.get(host.name) ?? -Infinity) + rest > clock.now()) return false
    // A caller that a host has refused is not sent to this host again, nor are the callers behind it in the queue.
    const first = waiting.filter((caller) => canServe(host.serves, caller.access))
    return !first.some((caller) =>
      this.#refusals.some((refusal) => refusal.host === host.name && refusal.at >= caller.since),
    )
  }

  #servedBy(since: (connection: FakeConnection) => number | undefined, patience: number): readonly Serves[] {
    const { connector, clock } = this.#world
    const now = clock.now()
    return Array.from(connector.connections)
      .filter((connection) => now < (since(connection) ?? -Infinity) + patience)
      .map(({ host }) => host.serves)
  }
}

/** Whether the selector `latency` prefers the first host to the second, or may prefer it. */
function isFaster({ latency }: Host, { latency: other }: Host): boolean {
  return other !== undefined && (latency ?? 0) < other
}
