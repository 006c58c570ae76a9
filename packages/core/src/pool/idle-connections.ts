import type { Random } from '../selectors/selector.js'
import type { HostPool } from './host-pool.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/**
 * The idle connections of all hosts. Within a host the one used last is taken first, so that a surplus ages out; among the
 * hosts each idle connection has the same chance to name its host, so that low traffic does not stick to one of them. Adding,
 * taking and removing cost the same at ten connections and at ten thousand.
 */
export class IdleConnections<R extends Resource> {
  readonly #all: PooledConnection<R>[] = []
  /** The host of each, in the same order: a draw touches none of ten thousand connections that have long left the cache. */
  readonly #hostPools: HostPool<R>[] = []

  get size(): number {
    return this.#all.length
  }

  add(connection: PooledConnection<R>): void {
    connection.idleIndex = this.#all.length
    this.#all.push(connection)
    this.#hostPools.push(connection.hostPool)
    connection.hostPool.idle.add(connection)
  }

  remove(connection: PooledConnection<R>): void {
    const last = this.#all.pop()
    this.#hostPools.pop()
    if (last !== undefined && last !== connection) {
      this.#all[connection.idleIndex] = last
      this.#hostPools[connection.idleIndex] = last.hostPool
      last.idleIndex = connection.idleIndex
    }
    connection.idleIndex = -1
    connection.hostPool.idle.remove(connection)
  }

  /** The host of some idle connection. */
  drawHost(random: Random): HostPool<R> | undefined {
    return this.#hostPools[Math.floor(random() * this.#hostPools.length)]
  }

  /** A host that has an idle connection and is eligible; each of its idle connections is one lot. */
  drawHostAmong(
    hosts: readonly HostPool<R>[],
    eligible: (hostPool: HostPool<R>) => boolean,
    random: Random,
  ): HostPool<R> | undefined {
    let lots = 0
    for (const hostPool of hosts) if (hostPool.idle.size > 0 && eligible(hostPool)) lots += hostPool.idle.size
    if (lots === 0) return undefined
    let lot = Math.floor(random() * lots)
    for (const hostPool of hosts) {
      if (hostPool.idle.size === 0 || !eligible(hostPool)) continue
      lot -= hostPool.idle.size
      if (lot < 0) return hostPool
    }
    return undefined
  }
}
