import type { Host } from '../hosts/host.js'
import { traitsOf } from '../selectors/registry.js'
import type { Serves } from '../sql/access.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import { type ShareInput, fairShares, wholeShares } from './fair-shares.js'
import type { Provisioner } from './provisioner.js'

/** A host that has fewer connections than its share, and one that has more. */
export interface Move<R extends Resource> {
  readonly from: PooledConnection<R>
  readonly to: HostPool<R>
}

/** A host as it stands, and as moves that are decided on will leave it. */
interface Standing<R extends Resource> {
  readonly hostPool: HostPool<R>
  count: number
}

/**
 * Moves connections to hosts that came back or were added, a few at a time, until the shares match the weights as closely as
 * whole connections allow. One in a borrower's hands goes when it is released. Hosts that serve the same are evened out among
 * themselves; between those that write and those that only read the writes of late decide how many are needed where.
 */
export class Rebalancer<R extends Resource> {
  readonly #state: PoolState<R>
  readonly #provisioner: Provisioner<R>
  /** Decides which host has one more where the shares are no whole numbers: another host in each process, so that all come out even. */
  readonly #offset: number

  constructor(state: PoolState<R>, provisioner: Provisioner<R>) {
    this.#state = state
    this.#provisioner = provisioner
    this.#offset = state.env.random()
  }

  /** The moves to make now: no more at once than handshakes are allowed at once. */
  moves(): readonly Move<R>[] {
    const { selector } = this.#state.options
    const { hostPools } = this.#state
    // Why a user's own function chooses as it does is unknown here.
    if (typeof selector === 'function' || this.#provisioner.reserved > 0) return []
    const groups = this.#groups(hostPools.all)
    const moves: Move<R>[] = []
    for (const group of groups) this.#evenOut(group, moves)
    if (moves.length === 0 && groups.length > 1) this.#evenOutBetween(groups, moves)
    return moves
  }

  /** The hosts by what they serve; those that serve nothing belong to none. */
  #groups(hostPools: readonly HostPool<R>[]): readonly (readonly Standing<R>[])[] {
    const groups = new Map<string, Standing<R>[]>()
    for (const hostPool of hostPools) {
      const { read, write } = hostPool.host.serves
      if (!read && !write) continue
      const key = `${read} ${write}`
      const standing = { hostPool, count: staying(hostPool) + hostPool.attempts.size }
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [standing])
      else group.push(standing)
    }
    return Array.from(groups.values())
  }

  #evenOut(group: readonly Standing<R>[], moves: Move<R>[]): void {
    const targets = this.#targets(group)
    while (moves.length < this.#state.options.maxConnecting) {
      const missing = targets.map(({ least }, index) => least - (group[index]?.count ?? 0))
      const surplus = targets.map(({ share }, index) => (group[index]?.count ?? 0) - share)
      const to = group[missing.findIndex((number) => number > 0)]
      const from = group[surplus.indexOf(Math.max(...surplus))]
      if (!move(from, to, moves)) break
    }
  }

  /** One at a time, and only what is more than one off: what is needed where changes from moment to moment. */
  #evenOutBetween(groups: readonly (readonly Standing<R>[])[], moves: Move<R>[]): void {
    const { bulkhead: demand } = this.#state
    const now = this.#state.env.clock.now()
    // Writes find the hosts that take them; where nothing else is asked for there is nothing to move.
    if (!demand.askedLately('read', now)) return
    const all = groups.flat()
    const total = countOf(all)
    const writes = Math.min(total, demand.writesAtOnce(now))
    const forWrites = this.#exact(writes, all, ({ write }) => write)
    const forReads = this.#exact(total - writes, all, ({ read }) => read)
    const shareOf = (one: Standing<R>): number => {
      const index = all.indexOf(one)
      return (forWrites[index] ?? 0) + (forReads[index] ?? 0)
    }
    const surplusOf = (group: readonly Standing<R>[]): number =>
      countOf(group) - group.reduce((sum, one) => sum + shareOf(one), 0)
    const surplus = groups.map(surplusOf)
    const most = groups[surplus.indexOf(Math.max(...surplus))]
    const least = groups[surplus.indexOf(Math.min(...surplus))]
    if (most === undefined || least === undefined) return
    const lacks = -Math.min(...surplus)
    // A host that has none at all is never found to be well again by its callers.
    if (lacks < (countOf(least) === 0 ? 1 : 1 + ROUNDING)) return
    const bySurplus = (one: Standing<R>, other: Standing<R>): number =>
      other.count - shareOf(other) - (one.count - shareOf(one))
    move(most.toSorted(bySurplus)[0], least.toSorted(bySurplus).at(-1), moves)
  }

  #exact(total: number, hosts: readonly Standing<R>[], usable: (serves: Serves) => boolean): readonly number[] {
    const { selector, zone } = this.#state.options
    const inputs = hosts.map(({ hostPool }) => this.#inputOf(hostPool.host, usable(hostPool.host.serves)))
    return fairShares(total, inputs, zone, traitsOf(selector).followsPriority)
  }

  /** For each host its share, and how many connections it should have at least; the latter is a whole number. */
  #targets(group: readonly Standing<R>[]): readonly { readonly share: number; readonly least: number }[] {
    const exact = this.#exact(countOf(group), group, () => true)
    const starting = group.map(({ hostPool: { host } }) => this.#weightOf(host) !== host.config.weight)
    if (!starting.includes(true)) {
      return wholeShares(exact, this.#offset).map((share) => ({ share, least: share }))
    }
    // While a host is in slow start all shares change: connections go to it one by one, at another moment in each process,
    // and nothing is moved among the others.
    return exact.map((share, index) => ({ share, least: Math.floor(starting[index] ? share + this.#offset : share) }))
  }

  #inputOf(host: Host, usable: boolean): ShareInput {
    const { zone, priority, connectionLimit } = host.config
    return { usable, weight: this.#weightOf(host), zone, priority, connectionLimit }
  }

  #weightOf(host: Host): number {
    return host.weightAt(this.#state.env.clock.now(), this.#state.options.health.slowStart)
  }
}

/** Sums of fractions are not exact. */
const ROUNDING = 1e-9

/** Decides on a move, if there is one to make. */
function move<R extends Resource>(
  from: Standing<R> | undefined,
  to: Standing<R> | undefined,
  moves: Move<R>[],
): boolean {
  const connection = pick(from?.hostPool, moves)
  if (from === undefined || to === undefined || connection === undefined || from === to) return false
  from.count -= 1
  to.count += 1
  moves.push({ from: connection, to: to.hostPool })
  return true
}

function countOf<R extends Resource>(hosts: readonly Standing<R>[]): number {
  return hosts.reduce((sum, { count }) => sum + count, 0)
}

/** Connections that are not on their way out. */
function staying<R extends Resource>(hostPool: HostPool<R>): number {
  let count = 0
  for (const connection of hostPool.all) {
    if (connection.retire === undefined && connection.state !== ConnectionState.closing) count += 1
  }
  return count
}

/** The one that has rested for longest, or else one in a borrower's hands. */
function pick<R extends Resource>(
  hostPool: HostPool<R> | undefined,
  moves: readonly Move<R>[],
): PooledConnection<R> | undefined {
  if (hostPool === undefined) return undefined
  const taken = new Set(moves.map(({ from }) => from))
  for (const connection of hostPool.idle) if (!taken.has(connection)) return connection
  for (const connection of hostPool.all) {
    const { state, retire } = connection
    if (state === ConnectionState.inUse && retire === undefined && !taken.has(connection)) return connection
  }
  return undefined
}
