import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { Homes } from './homes.js'
import type { HostConnections } from './host-connections.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import { shares, wholeShares } from './shares.js'
import type { Supply } from './supply.js'

/** A host that has fewer connections than its share, and one that has more. */
export interface Move<R extends Resource> {
  readonly from: PooledConnection<R>
  readonly to: HostConnections<R>
}

/**
 * Moves connections to hosts that came back or were added, a few at a time, until the shares match the weights as closely as
 * whole connections allow. One in a borrower's hands goes when it is released.
 */
export class Balance<R extends Resource> {
  readonly #options: EngineOptions
  readonly #env: EngineEnvironment<R>
  readonly #homes: Homes<R>
  readonly #supply: Supply<R>
  /** Decides who has one more where the shares are no whole numbers: another one in each process, so that all come out even. */
  readonly #offset: number

  constructor(options: EngineOptions, env: EngineEnvironment<R>, homes: Homes<R>, supply: Supply<R>) {
    this.#options = options
    this.#env = env
    this.#homes = homes
    this.#supply = supply
    this.#offset = env.random()
  }

  /** The moves to make now: no more at once than handshakes are allowed at once. */
  moves(): readonly Move<R>[] {
    const { selector } = this.#options
    const homes = this.#homes.all
    // A function of the user's own has reasons that nobody here knows; and where hosts serve different needs, need decides.
    if (typeof selector === 'function' || this.#supply.reserved > 0) return []
    if (homes.some(({ host }) => host.serves.read !== host.serves.write)) return []
    const counts = homes.map((home) => staying(home) + home.attempts.size)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const targets = this.#targets(total)
    const moves: Move<R>[] = []
    for (let room = this.#options.maxConnecting; room > 0; room -= 1) {
      const missing = targets.map(({ least }, index) => least - (counts[index] ?? 0))
      const surplus = targets.map(({ share }, index) => (counts[index] ?? 0) - share)
      const to = missing.findIndex((number) => number > 0)
      const from = surplus.indexOf(Math.max(...surplus))
      const target = homes[to]
      const connection = pick(homes[from], moves)
      if (target === undefined || connection === undefined || from === to) break
      counts[to] = (counts[to] ?? 0) + 1
      counts[from] = (counts[from] ?? 0) - 1
      moves.push({ from: connection, to: target })
    }
    return moves
  }

  /** For each host its share, and how many connections it should have at least; the latter is a whole number. */
  #targets(total: number): readonly { readonly share: number; readonly least: number }[] {
    const now = this.#env.clock.now()
    const { selector, zone, health } = this.#options
    const hosts = this.#homes.all.map((home) => home.host)
    const inputs = hosts.map((host) => ({
      usable: host.serves.read || host.serves.write,
      weight: host.weightAt(now, health.slowStart),
      zone: host.config.zone,
      priority: host.config.priority,
      connectionLimit: host.config.connectionLimit,
    }))
    const exact = shares(total, inputs, zone, selector === 'ordered')
    const starting = hosts.map((host, index) => inputs[index]?.weight !== host.config.weight)
    if (!starting.includes(true)) {
      return wholeShares(exact, this.#offset).map((share) => ({ share, least: share }))
    }
    // While a host is in slow start all shares change: connections go to it one by one, at another moment in each process,
    // and nothing is moved among the others.
    return exact.map((share, index) => ({ share, least: Math.floor(starting[index] ? share + this.#offset : share) }))
  }
}

/** Connections that are not on their way out. */
function staying<R extends Resource>(home: HostConnections<R>): number {
  let count = 0
  for (const connection of home.all) {
    if (connection.retire === undefined && connection.state !== ConnectionState.closing) count += 1
  }
  return count
}

/** The one that has rested for longest, or else one in a borrower's hands. */
function pick<R extends Resource>(
  home: HostConnections<R> | undefined,
  moves: readonly Move<R>[],
): PooledConnection<R> | undefined {
  if (home === undefined) return undefined
  const taken = new Set(moves.map(({ from }) => from))
  for (let connection = home.idle.oldest; connection !== undefined; connection = connection.newer) {
    if (!taken.has(connection)) return connection
  }
  for (const connection of home.all) {
    const { state, retire } = connection
    if (state === ConnectionState.lent && retire === undefined && !taken.has(connection)) return connection
  }
  return undefined
}
