import { createPool, poolOrOptions, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import type { SqlDriverAdapter, SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'

import { ADAPTER_NAME } from './adapter-name.js'
import { toConnectError } from './errors/request-error.js'
import { HostpoolAdapter } from './hostpool-adapter.js'
import { inUtc } from './in-utc.js'
import { OwnedPool } from './owned-pool.js'
import { askServerFacts } from './prisma-facts.js'

/**
 * The pool as a Prisma driver adapter: `new PrismaClient({ adapter: new PrismaHostpool(poolOrConfig) })`.
 *
 * A given pool is shared: `$disconnect()` leaves it open, and any number of clients can use it. A configuration makes a pool
 * that belongs to this adapter: the first client that connects opens it, and the last one that disconnects ends it.
 * @throws ERR_HOSTPOOL_CONFIG for an invalid configuration, naming every problem, and for a pool of another kind.
 */
export class PrismaHostpool implements SqlDriverAdapterFactory {
  /** The `provider` of the schema that the adapter serves: MariaDB as well. */
  readonly provider = 'mysql'
  /** The name of the adapter in messages of Prisma. */
  readonly adapterName = ADAPTER_NAME

  readonly #shared: Pool | undefined
  readonly #owned: OwnedPool | undefined

  constructor(poolOrConfig: Pool | PoolOptions | string, ...unexpected: readonly never[]) {
    const given = poolOrOptions(poolOrConfig, 'PrismaHostpool', unexpected)
    if (given.pool !== undefined) {
      this.#shared = given.pool
    } else {
      const config = inUtc(given.options)
      this.#owned = new OwnedPool(() => createPool(config))
    }
  }

  /** Called by Prisma. Asks one server for its version, so that a wrong password or a missing database shows at once. */
  async connect(): Promise<SqlDriverAdapter> {
    const { pool, release } = this.#take()
    try {
      return new HostpoolAdapter(pool, await askServerFacts(pool), release)
    } catch (error) {
      await release()
      throw toConnectError(error)
    }
  }

  #take(): { readonly pool: Pool; readonly release: () => Promise<void> } {
    if (this.#shared !== undefined) return { pool: this.#shared, release: () => Promise.resolve() }
    if (this.#owned === undefined) throw new TypeError('PrismaHostpool was made without a pool or a config')
    return this.#owned.take()
  }
}
