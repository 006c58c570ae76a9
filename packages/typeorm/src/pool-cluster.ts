import { EventEmitter } from 'node:events'

import type { Pool } from '@mysql-hostpool/core'
import type { Mysql2Pool } from '@mysql-hostpool/mysql2'

import type { DriverOptions } from './data-source-options.js'

type GetConnection = Parameters<Mysql2Pool['getConnection']>[0]

/** What serves the nodes of a cluster. */
export interface ClusterSides {
  /** For its master. */
  readonly write: Mysql2Pool
  /** For its slaves: as many as there are kinds of them, at least one. */
  readonly reads: readonly Mysql2Pool[]
  /** Ends all of them, and the pools that belong to them. */
  end(): Promise<void>
}

/** Makes what serves nodes, by their names. */
export type OpenSides = (nodes: ReadonlyMap<string, DriverOptions>) => ClusterSides

/**
 * What stands in for mysql2's pool cluster under TypeORM's `replication`: `MASTER` is a write lease and every `SLAVE…` a read
 * lease. Slaves take turns; when none of them can be used, the master reads.
 */
export class PoolCluster extends EventEmitter {
  readonly #open: OpenSides
  readonly #nodes = new Map<string, DriverOptions>()
  #sides: ClusterSides | undefined
  #turn = 0

  constructor(open: OpenSides) {
    super()
    this.#open = open
  }

  /** The pools under this cluster: for the master, then for its slaves. Empty before anything was checked out. */
  get pools(): readonly Pool[] {
    const sides = this.#sides
    return sides === undefined ? [] : [...new Set([sides.write, ...sides.reads].map(({ hostpool }) => hostpool))]
  }

  add(name: string, options: DriverOptions): void {
    this.#nodes.set(name, options)
  }

  getConnection(pattern: string, callback: GetConnection): void {
    if (this.#nodes.size === 0) throw new TypeError('getConnection() before add(): this cluster has no nodes')
    let sides: ClusterSides
    try {
      // All nodes are known now: those that belong together share a pool.
      sides = this.#sides ??= this.#open(this.#nodes)
    } catch (error) {
      process.nextTick(callback, error)
      return
    }
    if (!pattern.startsWith('SLAVE')) {
      sides.write.getConnection(callback)
      return
    }
    const { reads } = sides
    this.#turn = (this.#turn + 1) % reads.length
    askInTurn([...reads.slice(this.#turn), ...reads.slice(0, this.#turn), sides.write], callback)
  }

  end(callback?: (error: Error | null) => void): void {
    const ended = this.#sides?.end() ?? Promise.resolve()
    ended.then(
      () => callback !== undefined && process.nextTick(callback, null),
      (error: unknown) => callback !== undefined && process.nextTick(callback, error),
    )
  }
}

/** The first pool that has a host checks out; the last one has the last word. */
function askInTurn([first, ...others]: readonly Mysql2Pool[], callback: GetConnection): void {
  first?.getConnection((error, connection) => {
    if (error === null || others.length === 0 || error.code !== 'ERR_HOSTPOOL_NO_HOST') callback(error, connection)
    else askInTurn(others, callback)
  })
}
