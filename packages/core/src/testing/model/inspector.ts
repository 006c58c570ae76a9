import { type Access, canServe, type Serves } from '../../sql/access.js'
import { HostState } from '../../selectors/host-state.js'
import type { Host } from '../../hosts/host.js'
import { SUCCESSION } from '../../pool/host-pools.js'
import type { Checkout } from '../../pool/checkout.js'
import { LOOK_EVERY } from '../../pool/unresponsive-hosts.js'
import { VALIDATION_OVERDUE } from '../../pool/provisioner.js'
import type { FakeAttempt, FakeConnection } from '../fake-connector.js'
import type { World } from '../world.js'
import type { Caller } from './caller.js'
import { Allowances } from './allowances.js'
import { Handshakes } from './handshakes.js'
import { mostServed } from './matching.js'
import type { Violation } from './operation.js'
import { difference, pictureOf } from './picture.js'

type HeldCheckout = Checkout<FakeConnection>

export class BrokenRule extends Error {}

/**
 * Checks a pool from outside, with its own record of the requests, of the pool's answers, and of all that servers and connector
 * see.
 */
export class Inspector {
  readonly trace: ((line: string) => void) | undefined
  readonly #world: World
  readonly #callers: ReadonlySet<Caller>
  readonly #handshakes: Handshakes
  readonly #allowances: Allowances
  readonly #inUse = new Set<FakeConnection>()
  /** The time of the last sign that a connection answers. */
  readonly #answeredAt = new WeakMap<FakeConnection, number>()
  readonly #generations = new Map<Host, number>()
  readonly #noHostSince = new Map<Caller, number>()
  /** The number of requests with checkouts that had ended. */
  #stale = 0
  #violation: Violation | undefined
  #ended = false

  constructor(world: World, callers: ReadonlySet<Caller>, trace: ((line: string) => void) | undefined) {
    this.#world = world
    this.#callers = callers
    this.trace = trace
    this.#handshakes = new Handshakes(world)
    this.#allowances = new Allowances(
      world.config.connectionLimit,
      () => world.clock.now(),
      callers,
      () => this.#unusable(),
    )
    world.hosts.onChange(() => this.#noteNoHost())
  }

  /** Called within the call that begins a handshake. */
  handshakeBegun(): void {
    this.#handshakes.begun()
    const { connector, config, hosts } = this.#world
    this.#checkNeed()
    if (this.#ended) this.#broken('no handshake after the end', 'a handshake began')
    const client = connector.connections.size + connector.attempts.size
    if (client > config.connectionLimit) this.#broken('connectionLimit', `${client} of ${config.connectionLimit}`)
    let seen = 0
    for (const server of this.#world.servers.values()) seen += server.open + server.handshaking
    if (seen > config.connectionLimit) this.#broken('connectionLimit', `servers see ${seen}`)
    for (const host of hosts.all) {
      const begun = count(connector.attempts, (attempt) => attempt.host === host)
      if (begun > config.maxConnecting) this.#broken('maxConnecting', `${begun} at ${host.name}`)
      const open = count(connector.connections, (connection) => connection.link.server === this.#world.serverOf(host))
      if (begun + open > host.config.connectionLimit) this.#broken("a host's limit", `${begun + open} at ${host.name}`)
    }
  }

  /** Called when a caller asks for this kind of work, or turns to it. */
  asked(access: Access): void {
    this.#allowances.asked(access)
  }

  /** Called within the call that answers a caller. */
  answered(caller: Caller, error: Error | null, checkout: HeldCheckout | undefined): void {
    if (!caller.waiting) this.#broken('each is answered once', `${caller.number} again`)
    if (checkout === undefined) this.#refused(caller, error)
    else this.#granted(caller, checkout)
  }

  /**
   * Called before a borrower turns to a kind of work. If the pool must allow the turn, the turn counts as done, since the pool
   * may serve other callers before it answers.
   * @returns whether the pool must allow the turn, or must not; undefined where both answers are right
   */
  turns(caller: Caller, access: Access, force: boolean): boolean | undefined {
    const { checkout } = caller
    // After an end by force the answer is always yes.
    if (checkout === undefined || this.#world.engine.status().state === 'ended') return true
    const allowed = checkout.aside || force || this.#allowances.allows(access)
    if (allowed === true) {
      this.#allowances.ended(caller.use, checkout)
      caller.use = access
    }
    return allowed
  }

  /** Called with the pool's answer to a turn. */
  turned(caller: Caller, access: Access, granted: boolean, allowed: boolean | undefined): void {
    if (allowed !== undefined && granted !== allowed)
      this.#broken('a kind of work gets its share, and no more', `${caller.number} for ${access}`)
  }

  /** Called before a connection is released. */
  returned(checkout: HeldCheckout, use: Access | undefined): void {
    this.#allowances.ended(use, checkout)
    this.#inUse.delete(checkout.connection.resource)
    this.#answeredAt.set(checkout.connection.resource, this.#world.clock.now())
  }

  /** Makes a request with a checkout that has ended, and checks that the request changes nothing. */
  refusesStale(what: string, ask: () => void): void {
    this.#stale += 1
    const before = pictureOf(this.#world, this.#callers)
    ask()
    const changes = difference(before, pictureOf(this.#world, this.#callers))
    if (changes !== '') this.#broken('a checkout that has ended changes nothing', `${what}: ${changes}`)
  }

  /** Called when the pool has told a borrower to ask for another connection, although its checkout had ended. */
  sentAway(what: string): void {
    this.#broken('a checkout that has ended changes nothing', `${what}: its borrower should ask anew`)
  }

  /** The first rule that was broken. */
  get violation(): Violation | undefined {
    return this.#violation
  }

  /** Called between steps, when no call is under way. */
  inspect(): void {
    this.#checkBooks()
    this.#checkGenerations()
    this.#checkDeadlines()
    if (!this.#ended) this.#checkStranded()
  }

  nobodyWaits(though: string): void {
    const waiting = [...this.#callers].filter((caller) => caller.waiting)
    if (waiting.length > 0) this.#broken('everybody is answered', `${waiting.length} wait, though ${though}`)
  }

  gaveUp(caller: Caller): void {
    if (caller.waiting) this.#broken('who gives up is answered at once', `${caller.number}`)
  }

  ended(done: boolean): void {
    this.#ended = true
    if (!done) this.#broken('an end comes to its end', `not within endTimeout and the time of a goodbye`)
    const { pending } = this.#world.engineClock
    if (pending > 0) this.#broken('no timer is left after the end', `${pending} timers of the pool`)
  }

  afterTheEnd(endings: number): void {
    const { clock, connector, servers, engine, config } = this.#world
    clock.advance(config.endTimeout + 20_000)
    if (endings < 2) this.#broken('everybody who ends is told', `${endings}`)
    if (clock.pending > 0) this.#broken('no timer is left after the end', `${clock.pending}`)
    if (connector.connections.size > 0 || connector.attempts.size > 0)
      this.#broken('no socket is left after the end', '')
    for (const server of servers.values())
      if (server.open > 0) this.#broken('no socket is left after the end', server.name)
    const { state, total, inUse, waiting } = engine.status()
    if (state !== 'ended' || total + inUse + waiting > 0)
      this.#broken('the end is complete', JSON.stringify({ state, total, inUse }))
    if (this.#world.keepsProcessAlive) this.#broken('the process can end', '')
  }

  /**
   * A pool that has always had one host opens no connection for balance. Without `minIdle` it opens connections for waiters
   * alone.
   */
  #checkNeed(): void {
    const { hosts, config, servers } = this.#world
    const [host] = hosts.all
    if (host === undefined || config.minIdle > 0 || hosts.all.length > 1 || servers.size > 1) return
    const comingBack = [
      ...this.#handshakes.validations(VALIDATION_OVERDUE),
      ...this.#handshakes.cleanings(VALIDATION_OVERDUE),
    ]
    const others = [...comingBack, ...this.#handshakes.promises()].slice(1)
    const wants = [...this.#callers].filter((caller) => caller.waiting).map((caller) => caller.access)
    if (!helps(wants, others, host.serves))
      this.#broken('a connection is opened only when it is needed', `at ${host.name}`)
  }

  /** Connections of unresponsive hosts that have no borrower. */
  #unusable(): number {
    const { connections } = this.#world.connector
    // The connections of a host that was removed are among them until they are closed.
    if (count(connections, ({ host }) => host.unresponsive) === 0) return 0
    const inUse = new Set([...this.#callers].map(({ checkout }) => checkout?.connection.resource))
    return count(connections, (connection) => connection.host.unresponsive && !inUse.has(connection))
  }

  #granted(caller: Caller, { connection }: HeldCheckout): void {
    const { resource, hostPool, expiresAt, generation } = connection
    const { host } = hostPool
    const who = `${resource.name} to ${caller.number}`
    if (this.#ended) this.#broken('nothing is checked out after the end', who)
    if (this.#inUse.has(resource)) this.#broken('none is checked out twice', who)
    this.#inUse.add(resource)
    const kept = (access: Access): boolean => !host.serves[access] || this.#allowances.allows(access) === false
    if (caller.access === undefined ? kept('read') && kept('write') : kept(caller.access))
      this.#broken('what is kept for the other kind of work is not checked out', `${who} (${caller.access})`)
    if (!canServe(host.serves, caller.access))
      this.#broken('a host serves what was asked for', `${who} (${caller.access})`)
    if (host.state === HostState.down || host.state === HostState.draining)
      this.#broken('hosts that are out check out nothing', who)
    if (generation !== host.generation) this.#broken('an older generation is not checked out', who)
    if (!resource.alive || resource.gone) this.#broken('a dead connection is not checked out', who)
    if (resource.dirty || resource.unresettable) this.#broken('a connection is handed over clean', who)
    const now = this.#world.clock.now()
    if (now >= expiresAt) this.#broken('maxLifetime', who)
    const { validateAfterIdle } = this.#world.config
    const quiet = now - Math.max(connection.openedAt, this.#answeredAt.get(resource) ?? 0, resource.answeredAt)
    if (validateAfterIdle !== false && quiet > validateAfterIdle)
      this.#broken('validateAfterIdle', `${who} after ${quiet} ms`)
    const serves = this.#allowances.narrow(host.serves)
    for (const other of this.#callers) {
      if (other === caller) break
      if (other.waiting && canServe(serves, other.access))
        this.#broken('first come, first served', `${who}, not ${other.number}`)
    }
  }

  #refused(caller: Caller, error: Error | null): void {
    const { clock, config, hosts } = this.#world
    const code = error !== null && 'code' in error ? String(error.code) : String(error?.message)
    const now = clock.now()
    const who = `${caller.number} after ${now - caller.since} ms`
    const served = hosts.all.some((host) => canServe(host.serves, caller.access))
    switch (code) {
      case 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT':
        if (now !== caller.deadline) this.#broken('the deadline is kept', who)
        break
      case 'ERR_HOSTPOOL_ABORTED':
        if (!caller.abort.signal.aborted) this.#broken('only who gave up is told so', who)
        break
      case 'ERR_HOSTPOOL_NO_HOST':
        if (served) this.#broken('no host only when there is none', who)
        // A write may also have waited for a new source, until the last host that serves reads was gone.
        if (
          now - (this.#noHostSince.get(caller) ?? now) >
          Math.max(config.noHostTimeout, caller.access === 'write' ? SUCCESSION : 0)
        )
          this.#broken('noHostTimeout', who)
        break
      case 'ERR_HOSTPOOL_QUEUE_FULL':
        if (config.waitForConnections && config.queueLimit === 0) this.#broken('queueLimit', who)
        break
      case 'ERR_HOSTPOOL_CLOSED':
        if (this.#world.engine.status().state === 'open') this.#broken('only an ended pool is closed', who)
        break
      case 'ER_ACCESS_DENIED_ERROR':
      case 'ER_BAD_DB_ERROR':
        break
      default:
        this.#broken('errors are of a known kind', `${who}: ${code}`)
    }
  }

  /** Compares the pool's status with the connections, handshakes and callers that exist. */
  #checkBooks(): void {
    const { engine, connector, config } = this.#world
    const status = engine.status()
    const held = [...this.#callers].filter((caller) => caller.checkout !== undefined)
    const waiting = count(this.#callers, (caller) => caller.waiting)
    // A connection that the pool has destroyed is counted until its borrower releases it.
    const destroyed = count(
      held,
      (caller) => caller.checkout?.connection.resource.gone === true && status.state !== 'ended',
    )
    const total = connector.connections.size + connector.attempts.size + destroyed
    this.#same('total', status.total, status.state === 'ended' ? 0 : total)
    this.#same('connecting', status.connecting, connector.attempts.size)
    this.#same('waiting', status.waiting, waiting)
    this.#same('staleCheckouts', status.counters.staleCheckouts, this.#stale)
    if (status.state !== 'ended') this.#same('inUse', status.inUse, held.length)
    const resting = count(connector.connections, (connection) => !this.#inUse.has(connection) && !connection.closing)
    if (status.idle > resting) this.#same('idle', status.idle, resting)
    for (const { host } of connector.attempts) {
      if (host.state === HostState.down || host.state === HostState.draining)
        this.#broken('a host that is out has no handshakes', host.name)
    }
    const out = count(held, (caller) => caller.checkout?.isOut === true)
    if (status.state !== 'ended') this.#same('checkouts that are out', out, held.length)
    if (status.idle > config.maxIdle) this.#broken('maxIdle', `${status.idle} of ${config.maxIdle}`)
    if (status.total > config.connectionLimit) this.#broken('connectionLimit', `${status.total}`)
  }

  #same(what: string, told: number, real: number): void {
    if (told !== real) this.#broken('the books are right', `${what}: the pool says ${told}, there are ${real}`)
  }

  #checkGenerations(): void {
    for (const host of this.#world.hosts.all) {
      const before = this.#generations.get(host) ?? 0
      if (host.generation < before) this.#broken('generations only grow', `${host.name}: ${before}, ${host.generation}`)
      this.#generations.set(host, host.generation)
    }
  }

  #checkDeadlines(): void {
    const now = this.#world.clock.now()
    for (const caller of this.#callers) {
      if (caller.waiting && now > caller.deadline) this.#broken('the deadline is kept', `${caller.number} waits still`)
    }
    this.#noteNoHost()
  }

  #noteNoHost(): void {
    const { clock, hosts } = this.#world
    for (const caller of this.#callers) {
      if (hosts.all.some((host) => canServe(host.serves, caller.access))) this.#noHostSince.delete(caller)
      else if (!this.#noHostSince.has(caller)) this.#noHostSince.set(caller, clock.now())
    }
  }

  /** No caller waits while an idle connection could serve it, or while the pool could open one. */
  #checkStranded(): void {
    const waiting = this.#allowances.admitted([...this.#callers].filter((caller) => caller.waiting))
    if (waiting.length === 0) return
    const status = this.#world.engine.status()
    const wants = waiting.map((caller) => caller.access)
    const validations = this.#handshakes.validations(this.#world.config.validationTimeout)
    for (const { name, idle } of status.hosts) {
      const host = this.#world.hosts.find(name)
      if (idle === 0 || host === undefined || !helps(wants, validations, this.#allowances.narrow(host.serves))) continue
      this.#broken('no caller waits beside an idle connection', `at ${name}`)
    }
    const cleanings = this.#handshakes.cleanings(VALIDATION_OVERDUE + LOOK_EVERY)
    const promises = [...validations, ...cleanings, ...this.#handshakes.promises()]
    for (const host of this.#world.hosts.all) {
      if (!helps(wants, promises, this.#allowances.narrow(host.serves))) continue
      if (!this.#handshakes.possible(host, waiting, this.#callers)) continue
      if (status.total < status.connectionLimit)
        this.#broken('no caller waits while a connection could be opened', `at ${host.name}`)
      else if (status.idle > 0 && !this.#anyClosing()) {
        this.#broken('useless idle connections make room', `for ${host.name}`)
      }
    }
  }

  #anyClosing(): boolean {
    for (const connection of this.#world.connector.connections) {
      if (connection.closing && !this.#inUse.has(connection)) return true
    }
    return false
  }

  /** Ends the step at once, since a pool with a fault may never come to its end. */
  #broken(rule: string, detail: string): never {
    this.#violation ??= { rule, detail }
    throw new BrokenRule(`${rule}: ${detail}`)
  }
}

/** Whether one more connection to such a host would serve a caller without a promised connection. */
function helps(waiters: readonly (Access | undefined)[], promises: readonly Serves[], more: Serves): boolean {
  return mostServed(waiters, [...promises, more]) > mostServed(waiters, promises)
}

function count<T extends Caller | FakeAttempt | FakeConnection>(
  items: Iterable<T>,
  fits: (item: T) => boolean,
): number {
  let found = 0
  for (const item of items) if (fits(item)) found += 1
  return found
}
