import { createPool, poolOrOptions } from '@mysql-hostpool/core'
import type { Pool, PoolOptions } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import type { Mysql2Pool } from '@mysql-hostpool/mysql2'

import { sortOptions } from './data-source-options.js'
import type { DriverOptions, SortedOptions } from './data-source-options.js'
import { checkSameNode, ownedConfig } from './owned-pool.js'
import { PoolCluster } from './pool-cluster.js'
import type { ClusterSides } from './pool-cluster.js'
import { checkSharedOptions } from './shared-pool.js'

/** What stands in for the mysql2 module in `DataSourceOptions.driver`. */
export interface TypeormDriver {
  /** Called by TypeORM when a DataSource is initialized. */
  readonly createPool: (options: DriverOptions) => Mysql2Pool
  /** Called by TypeORM for a DataSource with `replication`. */
  readonly createPoolCluster: () => PoolCluster
}

/**
 * A driver for TypeORM's `DataSource`: `new DataSource({ type: 'mariadb', driver: typeormDriver(pool), … })`.
 *
 * A pool given is shared: any number of DataSources, and anything else, can work on it, and `dataSource.destroy()` leaves it
 * open. A configuration or a URL makes a pool for each DataSource, which ends with it; what the DataSource says (host,
 * username, poolSize, …) then fills in what the configuration leaves out.
 *
 * Values are decoded as the DataSource says, whoever else uses the pool.
 * @throws ERR_HOSTPOOL_CONFIG, from here for what is no pool, no configuration and no URL, and from `dataSource.initialize()` when
 * the DataSource asks for something else than the pool or the configuration has.
 */
export function typeormDriver(poolOrConfig: Pool | PoolOptions | string): TypeormDriver {
  const given = poolOrOptions(poolOrConfig, 'typeormDriver()')
  // TypeORM looks at the driver's own enumerable keys: this must be a plain object.
  if (given.pool !== undefined) {
    const { pool } = given
    return {
      createPool: (options) => sharedShape(pool, sortOptions(options)),
      createPoolCluster: () => new PoolCluster((options) => sharedSides(pool, sortOptions(options))),
    }
  }
  const { options: own } = given
  return {
    createPool: (options) => mysql2Pool(ownedConfig(own, sortOptions(options))),
    createPoolCluster: () => ownCluster(own),
  }
}

function sharedShape(pool: Pool, options: SortedOptions, access?: 'read' | 'write'): Mysql2Pool {
  checkSharedOptions(pool.config, options.connection)
  return mysql2Pool(pool, { decoding: options.decoding, access, acquireTimeout: acquireTimeoutOf(options) })
}

function sharedSides(pool: Pool, options: SortedOptions): ClusterSides {
  const write = sharedShape(pool, options, 'write')
  const read = sharedShape(pool, options, 'read')
  return { write, read, end: async () => void (await Promise.all([write.promise().end(), read.promise().end()])) }
}

/** Two nodes of one pool: the first that is added opens it, the others have to mean the same one. */
function ownCluster(config: PoolOptions): PoolCluster {
  let opened: { readonly own: PoolOptions; readonly sides: ClusterSides } | undefined
  return new PoolCluster((options) => {
    const own = ownedConfig(config, sortOptions(options))
    if (opened !== undefined) {
      checkSameNode(opened.own, own)
      return opened.sides
    }
    const pool = createPool(own)
    const write = mysql2Pool(pool, { access: 'write' })
    const read = mysql2Pool(pool, { access: 'read' })
    const end = async (): Promise<void> => {
      await Promise.all([write.promise().end(), read.promise().end()])
      await pool.end()
    }
    opened = { own, sides: { write, read, end } }
    return opened.sides
  })
}

function acquireTimeoutOf({ connection }: SortedOptions): number | undefined {
  const given = connection['acquireTimeout']
  return typeof given === 'number' ? given : undefined
}
