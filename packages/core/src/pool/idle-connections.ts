import type { Random } from '../selectors/selector.js'
import type { HostPool } from './host-pool.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/**
 * The idle connections of all hosts. Within a host the connection used last is taken first, so that surplus connections reach
 * their idle timeout. A host is drawn in proportion to its idle connections, so that low traffic does not stay on one host.
 * Adding, taking and removing cost the same at ten connections and at ten thousand.
 */
export class IdleConnections<R extends Resource> {
  /** The number of connections. A field, not a getter, because each checkout and each release reads it. */
  size = 0
  readonly #all: PooledConnection<R>[] = []
  /** The host of each connection in `#all`. A draw thus reads no connection object, which may have left the CPU cache. */
  readonly #hostPools: HostPool<R>[] = []

  add(connection: PooledConnection<R>): void {
    connection.idleIndex = this.#all.length
    this.#all.push(connection)
    this.#hostPools.push(connection.hostPool)
    connection.hostPool.idle.add(connection)
    this.size = this.#all.length
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
    this.size = this.#all.length
  }

  /** The host of an idle connection drawn at random. */
  drawHost(random: Random): HostPool<R> | undefined {
    return this.#hostPools[Math.floor(random() * this.#hostPools.length)]
  }

  /** Draws an eligible host in proportion to its idle connections. */
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
