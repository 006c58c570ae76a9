import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/**
 * Connections of one host that are in the same state, from the one that came last to the oldest. The links are the connections'
 * own: each is in one chain at most, and joining and leaving cost the same at ten connections and at ten thousand.
 */
export class Chain<R extends Resource> {
  newest: PooledConnection<R> | undefined
  oldest: PooledConnection<R> | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  add(connection: PooledConnection<R>): void {
    const { newest } = this
    connection.older = newest
    if (newest === undefined) this.oldest = connection
    else newest.newer = connection
    this.newest = connection
    this.#size += 1
  }

  remove(connection: PooledConnection<R>): void {
    const { older, newer } = connection
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.newest = older
    else newer.older = older
    connection.older = undefined
    connection.newer = undefined
    this.#size -= 1
  }

  *[Symbol.iterator](): Generator<PooledConnection<R>> {
    for (let connection = this.newest; connection !== undefined; connection = connection.older) yield connection
  }
}
