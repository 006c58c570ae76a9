import type { Random } from '../hosts/selector.js'
import type { HostConnections } from './host-connections.js'
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
  readonly #homes: HostConnections<R>[] = []

  get size(): number {
    return this.#all.length
  }

  add(connection: PooledConnection<R>): void {
    connection.idleIndex = this.#all.length
    this.#all.push(connection)
    this.#homes.push(connection.home)
    connection.home.idle.add(connection)
  }

  remove(connection: PooledConnection<R>): void {
    const last = this.#all.pop()
    this.#homes.pop()
    if (last !== undefined && last !== connection) {
      this.#all[connection.idleIndex] = last
      this.#homes[connection.idleIndex] = last.home
      last.idleIndex = connection.idleIndex
    }
    connection.idleIndex = -1
    connection.home.idle.remove(connection)
  }

  /** The host of some idle connection. */
  drawHost(random: Random): HostConnections<R> | undefined {
    return this.#homes[Math.floor(random() * this.#homes.length)]
  }

  /** A host that has an idle connection and is eligible; each of its idle connections is one lot. */
  drawHostAmong(
    hosts: readonly HostConnections<R>[],
    eligible: (home: HostConnections<R>) => boolean,
    random: Random,
  ): HostConnections<R> | undefined {
    let lots = 0
    for (const home of hosts) if (home.idle.size > 0 && eligible(home)) lots += home.idle.size
    if (lots === 0) return undefined
    let lot = Math.floor(random() * lots)
    for (const home of hosts) {
      if (home.idle.size === 0 || !eligible(home)) continue
      lot -= home.idle.size
      if (lot < 0) return home
    }
    return undefined
  }
}
