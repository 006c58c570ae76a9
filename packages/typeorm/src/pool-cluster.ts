import { EventEmitter } from 'node:events'

import type { Mysql2Pool } from '@mysql-hostpool/mysql2'

import type { DriverOptions } from './data-source-options.js'

type GetConnection = Parameters<Mysql2Pool['getConnection']>[0]

/** The two sides of one pool that a cluster hands out: for its master and for its slaves. */
export interface ClusterSides {
  readonly write: Mysql2Pool
  readonly read: Mysql2Pool
  /** Ends both, and the pool when it belongs to them. */
  end(): Promise<void>
}

/** Checks the options of one node and answers the sides that serve it; called for every node, with the same outcome. */
export type OpenSides = (options: DriverOptions) => ClusterSides

/**
 * What stands in for mysql2's pool cluster under TypeORM's `replication`: `MASTER` is a write lease and every `SLAVE…` a read
 * lease of one pool, which knows by itself which of its hosts are up and which of them accept writes.
 */
export class PoolCluster extends EventEmitter {
  readonly #open: OpenSides
  #sides: ClusterSides | undefined

  constructor(open: OpenSides) {
    super()
    this.#open = open
  }

  add(_name: string, options: DriverOptions): void {
    this.#sides = this.#open(options)
  }

  getConnection(pattern: string, callback: GetConnection): void {
    const sides = this.#sides
    if (sides === undefined) throw new TypeError('getConnection() before add(): this cluster has no nodes')
    // Without a slave of its own a read is still a read, and any host may serve it.
    const side = pattern.startsWith('SLAVE') ? sides.read : sides.write
    side.getConnection(callback)
  }

  end(callback?: (error: Error | null) => void): void {
    const ended = this.#sides?.end() ?? Promise.resolve()
    ended.then(
      () => callback !== undefined && process.nextTick(callback, null),
      (error: unknown) => callback !== undefined && process.nextTick(callback, error),
    )
  }
}
