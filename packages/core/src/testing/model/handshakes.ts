import { canServe, type Serves } from '../../sql/access.js'
import type { Host } from '../../hosts/host.js'
import type { FakeAttempt, FakeConnection } from '../fake-connector.js'
import type { World } from '../world.js'
import type { Caller } from './caller.js'

/** The longest time that a server without room is left alone … */
const LONGEST_REST = 30_000
/** … and the longest where callers wait and nothing is open to it. */
const URGENT_REST = 500

/** How long a host that has refused a login comes after the others, and until the pool has looked again it may. */
const REFUSED = 1000
const MAY_BE_REFUSED = 2100

/** What can be known of the handshakes of a pool from outside: which count as promised, and whether more are possible. */
export class Handshakes {
  readonly #world: World
  readonly #overdueAt = new WeakMap<FakeAttempt, number>()
  readonly #usual = new Map<string, number>()
  /** When a server last had no room. */
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
      // A host that is added again is a new one.
      if (host.removed) this.#usual.delete(host.name)
    })
    world.emitter.on('connectFailed', ({ host, error }) => {
      const code = 'code' in error ? error.code : undefined
      const now = world.clock.now()
      if (code === 'ER_CON_COUNT_ERROR') this.#overloadedAt.set(host, now)
      if (code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_BAD_DB_ERROR') this.#refusals.push({ host, at: now })
    })
  }

  /** A handshake has just begun: from now on it is overdue after max(250 ms, 3 x the usual). */
  begun(): void {
    for (const attempt of this.#world.connector.attempts) {
      if (this.#overdueAt.has(attempt)) continue
      this.#overdueAt.set(attempt, attempt.startedAt + Math.max(250, 3 * (this.#usual.get(attempt.host.name) ?? 0)))
    }
  }

  /** Handshakes that are not overdue. */
  promises(): readonly Serves[] {
    const now = this.#world.clock.now()
    const promises: Serves[] = []
    for (const attempt of this.#world.connector.attempts) {
      const overdue = now >= (this.#overdueAt.get(attempt) ?? 0)
      if (!overdue && !attempt.host.unresponsive) promises.push(attempt.host.serves)
    }
    return promises
  }

  /** Connections that have been asked for less than so long whether they still answer. */
  validations(patience: number): readonly Serves[] {
    return this.#servedBy(({ validatingSince }) => validatingSince, patience)
  }

  /** Connections that have been in a clean-up for less than so long. */
  cleanings(patience: number): readonly Serves[] {
    return this.#servedBy(({ cleaningSince }) => cleaningSince, patience)
  }

  /** Whether a host that comes before this one has as many handshakes under way as there may be: these are waited for. */
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

  /** Whether others are tried first: it has just refused the login, a handshake there is overdue, or the host answers no caller. */
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

  /** Whether one more could begin there, for all that can be known from outside. */
  possible(host: Host, waiting: readonly Caller[], holders: Iterable<Caller>): boolean {
    const { connector, config, clock } = this.#world
    if (this.#isPassedOver(host)) return false
    let under = 0
    for (const attempt of connector.attempts) if (attempt.host === host) under += 1
    let open = 0
    for (const connection of connector.connections) if (connection.host === host) open += 1
    // What the pool has destroyed in a borrower's hands keeps its place until it is given back.
    for (const { checkout } of holders) {
      if (checkout?.connection.hostPool.host === host && checkout.connection.resource.gone) open += 1
    }
    if (under >= config.maxConnecting || under + open >= host.config.connectionLimit) return false
    const rest = open === 0 ? URGENT_REST : LONGEST_REST
    if ((this.#overloadedAt.get(host.name) ?? -Infinity) + rest > clock.now()) return false
    // A caller that was refused there is not sent there again, nor are those behind it in the queue.
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

/** Whether `latency` leaves the second alone for the sake of the first, or may. */
function isFaster({ latency }: Host, { latency: other }: Host): boolean {
  return other !== undefined && (latency ?? 0) < other
}
