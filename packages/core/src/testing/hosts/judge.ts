import type { Access } from '../../sql/access.js'
import type { HostStatus } from '../../pool/status.js'
import type { Pool } from '../../pool.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { Address } from './address.js'
import type { Backend } from './backend.js'
import type { Waiting } from './borrowers.js'
import type { LifeOptions, Violation } from './operation.js'
import { Witness } from './witness.js'

/** The most milliseconds between the answer of a new connection and its effect: the time of the connection, and a pause. */
const WORD_LASTS = 3_500
/** The most milliseconds that statements may wait on a host that is down. */
const DOWN_PATIENCE = 1_300
/** The most milliseconds until a host that is well is used again. */
const BACK_WITHIN = 5_000
/** The most milliseconds until a host that takes writes again gets them, while no caller waits for such a host. */
const WRITES_WITHIN = 14_000
/** The most milliseconds for which writes may still fail after an address has come to lead to a server that takes writes. */
const WRITES_SEEN_WITHIN = 1_000
/** The most milliseconds for which refused writes count that no setting explains. */
const REFUSALS_LAST = 130_000
/** The most milliseconds for which writes may reach a server outside of the cluster. */
const OUTSIDE_KNOWN = 5_000
/** The same, after the address has come to lead to such a server: each of the pool's connections may lead to another one. */
const ELSEWHERE_KNOWN = 40_000

/** The most milliseconds for which writes may reach a server after the pool has heard that it is no source any more. */
const SUCCESSION_KNOWN = 5_000

/** Compares the pool's verdicts and actions with the true state of the servers. */
export class Judge {
  violation: Violation | undefined
  /** The milliseconds that the application's password function takes; -1 for ever. */
  passwordTime = 0
  readonly #options: LifeOptions
  readonly #addresses: readonly Address[]
  readonly #pool: Pool
  readonly #clock: VirtualClock
  readonly #downSince = new Map<string, number>()
  readonly #readOnlySince = new Map<string, number>()
  /** Hosts that the pool has called suspect or down. */
  readonly #broken = new Set<string>()
  readonly #witness: Witness
  /** The last time at which the password function was slow, so that no new connection could ask a server. */
  #unaskableAt = -Infinity

  constructor(options: LifeOptions, addresses: readonly Address[], pool: Pool, clock: VirtualClock) {
    this.#options = options
    this.#addresses = addresses
    this.#pool = pool
    this.#clock = clock
    this.#witness = new Witness(addresses)
  }

  broken(rule: string, detail: string): void {
    this.violation ??= { rule, detail: `${detail}, at ${Math.round(this.#clock.now())} ms` }
  }

  get allWell(): boolean {
    // Without probes a host that was never used stays unknown.
    const sound = (state: string): boolean => state === 'up' || (state === 'unknown' && !this.#options.probes)
    return this.#pool.status().hosts.every(({ name, state, writable, reason }) => {
      const isReplica = this.#addressOf(name)?.target.isFollowing === true
      return sound(state) && writable === !isReplica && reason === (isReplica ? 'read_only is on' : '')
    })
  }

  /** Notes that a server has answered which one it replicates from. */
  told(address: Address, backend: Backend): void {
    this.#witness.told(address, backend, this.#clock.now())
  }

  /** Called when the pool has called a host up. */
  calledUp(host: string, reason: string): void {
    const now = this.#look()
    const address = this.#addressOf(host)
    if (!this.#broken.delete(host) || address === undefined || !this.#options.probes) return
    if (address.backends.every(({ toldAt }) => now - toldAt > WORD_LASTS)) {
      this.broken('a host comes back only by a word of its own', `${host}: ${reason}`)
    }
  }

  calledSuspect(host: string): void {
    this.#broken.add(host)
  }

  /** Called when the pool has called a host down. */
  calledDown(host: string, reason: string): void {
    this.#broken.add(host)
    const now = this.#look()
    const address = this.#addressOf(host)
    if (address === undefined || !this.#options.probes) return
    if (address.badAgo(now) > WORD_LASTS && !this.#hasRelativeChanged(now)) {
      this.broken('a host is down only when a new connection says so', `${host}: ${reason}`)
    }
  }

  /** Called when a write was acknowledged. @param held - whether the borrower has had the connection for a while */
  wrote(address: Address, backend: Backend, held: boolean): void {
    const now = this.#look()
    const known = this.#witness.objectedFor(address, now) > SUCCESSION_KNOWN
    // Borrowers may hold connections to a replica, for reads: the pool ends only those to a former source. A promoted server is
    // the source.
    const wrong = this.#witness.isSucceeded(address) || (backend.isFollowing && !held)
    if (known && wrong && !this.#isUnaskable(now, SUCCESSION_KNOWN)) {
      this.broken('no write goes to a server that is known to be no source', backend.server.name)
    }
    if (!this.#options.probes || backend !== address.target || this.#isUnaskable(now, ELSEWHERE_KNOWN)) return
    if (address.outsideFor(now) > OUTSIDE_KNOWN && address.ledFor(now) > ELSEWHERE_KNOWN) {
      this.broken('no write goes to a server outside the cluster', `${backend.server.name}, in ${backend.cluster}`)
    }
  }

  /** Called when a statement of `pool.query` has failed. */
  failed(access: Access, error: unknown, since: number): void {
    const now = this.#look()
    const { code, errno } = error as { readonly code?: unknown; readonly errno?: unknown }
    if (code === 'ERR_HOSTPOOL_NO_HOST' && this.#options.probes) {
      const well = this.#addresses.find((address) => this.#servesSurely(address, access, now))
      if (well !== undefined)
        this.broken('no borrower is refused while a host is well', `a ${access}, and ${well.name} is well`)
    }
    const refused = errno === 1290 || errno === 1792
    // Judged for a single address. Of several, each may have led to another server before.
    const [address, another] = this.#addresses
    if (!refused || address === undefined || another !== undefined || now - address.refusedAt < REFUSALS_LAST) return
    if (address.takesWritesFor(now) > now - since + WRITES_SEEN_WITHIN) {
      this.broken('no write is refused where new connections may write', String(error))
    }
  }

  inspect(waiting: ReadonlySet<Waiting>): void {
    const now = this.#look()
    const { hosts, waiting: queued } = this.#pool.status()
    for (const host of hosts) {
      note(this.#downSince, host.name, host.state === 'down', now)
      note(this.#readOnlySince, host.name, !host.writable, now)
      this.#inspectMarks(host, now)
    }
    // A lease that waits for another connection still names the host of its last one.
    if (queued > 0) return
    for (const { lease, since, access } of waiting) {
      if (lease === undefined) continue
      const down = this.#downSince.get(lease.host)
      if (down === undefined || now - Math.max(down, since) <= DOWN_PATIENCE) continue
      this.broken('no borrower waits on a host that is down', `a ${access} on ${lease.host}`)
    }
  }

  /** Called when all servers have been well for long. */
  recovered(waiting: number): void {
    if (waiting > 0) this.broken('everything settles', `${waiting} wait`)
    if (this.allWell) return
    const ill = this.#pool
      .status()
      .hosts.map(({ name, state, writable, reason }) => `${name} ${state} ${writable} ${reason}`)
    this.broken('every mark is taken back', ill.join('; '))
  }

  /** A verdict against a host must be true of new connections, or must have been true a moment ago. */
  #inspectMarks({ name, state, reason }: HostStatus, now: number): void {
    const address = this.#addressOf(name)
    if (address === undefined || this.#isUnaskable(now, WRITES_WITHIN)) return
    const down = now - (this.#downSince.get(name) ?? now)
    if (Math.min(down, address.wellFor(now)) > BACK_WITHIN) {
      this.broken('every mark is taken back', `${name} is down: ${reason}`)
    }
    const refusals = now - address.refusedAt < REFUSALS_LAST
    const readOnly = now - (this.#readOnlySince.get(name) ?? now)
    if (state === 'up' && !refusals && Math.min(readOnly, address.takesWritesFor(now)) > WRITES_WITHIN) {
      this.broken('every mark is taken back', `${name} gets no writes: ${reason}`)
    }
  }

  #servesSurely(address: Address, access: Access, now: number): boolean {
    if (this.#isUnaskable(now, BACK_WITHIN) || address.wellFor(now) <= BACK_WITHIN) return false
    return access === 'read' || this.#takesWritesSurely(address, now)
  }

  #takesWritesSurely(address: Address, now: number): boolean {
    if (now - address.refusedAt < REFUSALS_LAST || address.ledFor(now) <= WRITES_WITHIN) return false
    return address.takesWritesFor(now) > WRITES_WITHIN && !this.#isUnaskable(now, WRITES_WITHIN)
  }

  #isUnaskable(now: number, within: number): boolean {
    return now - this.#unaskableAt <= within
  }

  #look(): number {
    const now = this.#clock.now()
    if (this.passwordTime !== 0) this.#unaskableAt = now
    for (const address of this.#addresses) address.look(now)
    return now
  }

  /** Whether a source or replica has just changed. The pool knows its new relation to the others once each was probed again. */
  #hasRelativeChanged(now: number): boolean {
    if (this.#options.kind !== 'replicas') return false
    return this.#addresses.some(({ target }) => now - target.changedAt <= WORD_LASTS)
  }

  #addressOf(host: string): Address | undefined {
    return this.#addresses.find(({ name }) => host === `${name}:3306`)
  }
}

/** Keeps the time since which a fact is true. */
function note(since: Map<string, number>, name: string, isSo: boolean, now: number): void {
  if (!isSo) since.delete(name)
  else if (!since.has(name)) since.set(name, now)
}
