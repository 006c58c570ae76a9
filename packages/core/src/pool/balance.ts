import type { EngineEnvironment, EngineOptions } from './engine-options.js'
import type { Homes } from './homes.js'
import type { HostConnections } from './host-connections.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import { shares } from './shares.js'
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

  constructor(options: EngineOptions, env: EngineEnvironment<R>, homes: Homes<R>, supply: Supply<R>) {
    this.#options = options
    this.#env = env
    this.#homes = homes
    this.#supply = supply
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
      const to = homes.findIndex((_, index) => (counts[index] ?? 0) < Math.floor(targets[index] ?? 0))
      const from = homes.findIndex((_, index) => (counts[index] ?? 0) > Math.ceil(targets[index] ?? 0))
      const target = homes[to]
      const connection = pick(homes[from], moves)
      if (target === undefined || connection === undefined) break
      counts[to] = (counts[to] ?? 0) + 1
      counts[from] = (counts[from] ?? 0) - 1
      moves.push({ from: connection, to: target })
    }
    return moves
  }

  #targets(total: number): readonly number[] {
    const now = this.#env.clock.now()
    const { selector, zone, health } = this.#options
    const inputs = this.#homes.all.map(({ host }) => ({
      usable: host.serves.read || host.serves.write,
      weight: host.weightAt(now, health.slowStart),
      zone: host.config.zone,
      priority: host.config.priority,
      connectionLimit: host.config.connectionLimit,
    }))
    return shares(total, inputs, zone, selector === 'ordered')
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
  for (let connection = home.oldestIdle; connection !== undefined; connection = connection.newer) {
    if (!taken.has(connection)) return connection
  }
  for (const connection of home.all) {
    const { state, retire } = connection
    if (state === ConnectionState.lent && retire === undefined && !taken.has(connection)) return connection
  }
  return undefined
}
