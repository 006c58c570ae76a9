import type { Host } from '../hosts/host.js'
import { traitsOf } from '../selectors/registry.js'
import type { Serves } from '../sql/access.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import { type ShareInput, fairShares, wholeShares } from './fair-shares.js'
import type { Provisioner } from './provisioner.js'

/** A connection of a host that has more than its share, and a host that has fewer. */
export interface Move<R extends Resource> {
  readonly from: PooledConnection<R>
  readonly to: HostPool<R>
}

/** A host, and the number of its connections after the planned moves. */
interface Standing<R extends Resource> {
  readonly hostPool: HostPool<R>
  count: number
}

/**
 * Moves connections to hosts that came back or were added, a few at a time, until the shares match the weights as closely as
 * whole connections allow. A checked out connection moves on release. The first step evens out the hosts that serve the same
 * access. The second step moves connections between writable and read-only hosts: the number of recent writes decides.
 */
export class Rebalancer<R extends Resource> {
  readonly #state: PoolState<R>
  readonly #provisioner: Provisioner<R>
  /**
   * The random offset for rounding shares: it decides which host gets one connection more. Processes have different offsets, so
   * that the hosts are even over all processes.
   */
  readonly #offset: number

  constructor(state: PoolState<R>, provisioner: Provisioner<R>) {
    this.#state = state
    this.#provisioner = provisioner
    this.#offset = state.env.random()
  }

  /** The moves to make now: at most `maxConnecting`. */
  moves(): readonly Move<R>[] {
    const { selector } = this.#state.options
    const { hostPools } = this.#state
    // The target of a user's selector function is unknown.
    if (typeof selector === 'function' || this.#provisioner.reserved > 0) return []
    const groups = this.#groups(hostPools.all)
    const moves: Move<R>[] = []
    for (const group of groups) this.#evenOut(group, moves)
    if (moves.length === 0 && groups.length > 1) this.#evenOutBetween(groups, moves)
    return moves
  }

  /** Groups the hosts by the access that they serve. Hosts that serve nothing are left out. */
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

  /** Plans one move between groups, and only for a difference of more than one connection, because the need changes quickly. */
  #evenOutBetween(groups: readonly (readonly Standing<R>[])[], moves: Move<R>[]): void {
    const { bulkhead: demand } = this.#state
    const now = this.#state.env.clock.now()
    // Without reads there is nothing to move: writes open their connections on writable hosts.
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
    // A group without any connection gets one sooner, because only callers show that its hosts work again.
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

  /** For each host the share, and the whole number of connections that it should have at least. */
  #targets(group: readonly Standing<R>[]): readonly { readonly share: number; readonly least: number }[] {
    const exact = this.#exact(countOf(group), group, () => true)
    const starting = group.map(({ hostPool: { host } }) => this.#weightOf(host) !== host.config.weight)
    if (!starting.includes(true)) {
      return wholeShares(exact, this.#offset).map((share) => ({ share, least: share }))
    }
    // All shares change while a host is in slow start. Connections move to that host one by one, at different times in each
    // process, and no connection moves between the other hosts.
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

/** Tolerance for rounding errors in sums of fractions. */
const ROUNDING = 1e-9

/** Plans a move, and returns whether there was a connection to move. */
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

/** The number of connections that are not about to be closed. */
function staying<R extends Resource>(hostPool: HostPool<R>): number {
  let count = 0
  for (const connection of hostPool.all) {
    if (connection.retire === undefined && connection.state !== ConnectionState.closing) count += 1
  }
  return count
}

/** The connection that was idle for the longest time, or else a checked out one. */
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
