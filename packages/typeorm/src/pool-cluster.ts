import { EventEmitter } from 'node:events'

import type { Pool } from '@mysql-hostpool/core'
import type { Mysql2Pool } from '@mysql-hostpool/mysql2'

import type { DriverOptions } from './data-source-options.js'

type GetConnection = Parameters<Mysql2Pool['getConnection']>[0]

/** The facades that serve the nodes of a cluster. */
export interface ClusterSides {
  /** The facade of the master. */
  readonly write: Mysql2Pool
  /** The facades of the slaves: one for each kind of slave, at least one. */
  readonly reads: readonly Mysql2Pool[]
  /** Ends all facades, and the pools that they own. */
  end(): Promise<void>
}

/** Opens the facades for nodes, which are given by name. */
export type OpenSides = (nodes: ReadonlyMap<string, DriverOptions>) => ClusterSides

/**
 * Stands in for mysql2's pool cluster under TypeORM's `replication`: `MASTER` is a write lease, and every `SLAVE…` a read
 * lease. The slaves take turns. When no slave can be used, the master serves reads.
 */
export class PoolCluster extends EventEmitter {
  readonly #open: OpenSides
  readonly #nodes = new Map<string, DriverOptions>()
  #sides: ClusterSides | undefined
  #turn = 0

  /** @param open - opens the pools of the nodes at the first checkout */
  constructor(open: OpenSides) {
    super()
    this.#open = open
  }

  /** The pools under this cluster: the master's, then the slaves'. Empty before the first checkout. */
  get pools(): readonly Pool[] {
    const sides = this.#sides
    return sides === undefined ? [] : [...new Set([sides.write, ...sides.reads].map(({ hostpool }) => hostpool))]
  }

  /** Names a node and its options, as TypeORM does before the first checkout. */
  add(name: string, options: DriverOptions): void {
    this.#nodes.set(name, options)
  }

  /**
   * Checks out a connection of the master, or of the slaves for a pattern that begins with `SLAVE`.
   * @throws TypeError before the first `add`; every other failure reaches the callback
   */
  getConnection(pattern: string, callback: GetConnection): void {
    if (this.#nodes.size === 0) throw new TypeError('getConnection() before add(): this cluster has no nodes')
    let sides: ClusterSides
    try {
      // All nodes are known now, so nodes that belong together can share a pool.
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

  /** Ends what this cluster has opened, and calls back afterwards. */
  end(callback?: (error: Error | null) => void): void {
    const ended = this.#sides?.end() ?? Promise.resolve()
    ended.then(
      () => callback !== undefined && process.nextTick(callback, null),
      (error: unknown) => callback !== undefined && process.nextTick(callback, error),
    )
  }
}

/** Checks out from the first pool that has a usable host. The result of the last pool is final. */
function askInTurn([first, ...others]: readonly Mysql2Pool[], callback: GetConnection): void {
  first?.getConnection((error, connection) => {
    if (error === null || others.length === 0 || error.code !== 'ERR_HOSTPOOL_NO_HOST') callback(error, connection)
    else askInTurn(others, callback)
  })
}
