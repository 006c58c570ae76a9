import { createPool, poolOrOptions } from '@mysql-hostpool/core'
import type { Decoding, Pool, PoolOptions } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import type { Mysql2Pool } from '@mysql-hostpool/mysql2'

import { sortOptions } from './data-source-options.js'
import type { DriverOptions, SortedOptions } from './data-source-options.js'
import { GeneratedIdWatch } from './generated-ids.js'
import { noteBorders } from './managed-transactions.js'
import { checkSameNode, namesSameServers, nodeConfig, ownedConfig } from './owned-pool.js'
import { PoolCluster } from './pool-cluster.js'
import { foreignTypeError, foreignTypesRefused } from './foreign-types.js'
import { openReplicationPools } from './replication.js'
import { warnOfUnused } from './replication-options.js'
import type { NodeServers } from './replication.js'
import { checkSharedOptions, namesHostsOf } from './shared-pool.js'

/** The version of mysql2 whose interface this driver has. */
const MYSQL2_LIKE = '3'

/** Stands in for the mysql2 module in `DataSourceOptions.driver`. */
export interface TypeormDriver {
  /** TypeORM 0.3 takes a driver with a version for mysql2. Values are like mysql2's: JSON is parsed. */
  readonly version: string
  /** Called by TypeORM when a DataSource is initialized. */
  readonly createPool: (options: DriverOptions, ...unexpected: readonly unknown[]) => Mysql2Pool
  /** Called by TypeORM for a DataSource with `replication`. */
  readonly createPoolCluster: (replication?: DriverOptions) => PoolCluster
}

/**
 * A driver for TypeORM's `DataSource`: `new DataSource({ type: 'mariadb', driver: typeormDriver(pool), … })`.
 *
 * A given pool is shared: any number of DataSources and other users can work on it, and `dataSource.destroy()` leaves it open.
 * A configuration or a URL makes a pool for each DataSource, which ends with the DataSource. The DataSource's own options
 * (host, username, poolSize, …) then fill in those that the configuration leaves out.
 *
 * The DataSource decides how its values are decoded, whatever other users of the pool do.
 * @throws ERR_HOSTPOOL_CONFIG, from here for a value that is no pool, no configuration and no URL, and from
 * `dataSource.initialize()` when the DataSource asks for something that the pool or the configuration does not have.
 */
export function typeormDriver(poolOrConfig: Pool | PoolOptions | string): TypeormDriver
export function typeormDriver(
  poolOrConfig: Pool | PoolOptions | string,
  ...unexpected: readonly unknown[]
): TypeormDriver {
  const given = poolOrOptions(poolOrConfig, 'typeormDriver()', unexpected)
  const servers = given.pool === undefined ? ownServers(given.options) : sharedServers(given.pool)
  return foreignTypesRefused({
    version: MYSQL2_LIKE,
    createPool: (options, ...unexpected) => {
      // TypeORM calls Oracle's and SAP's drivers in this way, with more arguments than the options.
      if (unexpected.length > 0) throw foreignTypeError()
      return servers.createPool(sortOptions(options))
    },
    createPoolCluster: (replication = {}) => {
      warnOfUnused(replication)
      return new PoolCluster((nodes) => openReplicationPools(nodes, servers.nodes()))
    },
  })
}

/** The pools for DataSources: for one without `replication`, and for the nodes of one with `replication`. */
interface Servers {
  readonly createPool: (options: SortedOptions) => Mysql2Pool
  readonly nodes: () => NodeServers
}

function sharedServers(pool: Pool): Servers {
  const checked = (options: SortedOptions): Pool => {
    checkSharedOptions(pool.config, options.connection)
    return pool
  }
  return {
    createPool: (options) => facadeOf(checked(options), options.decoding, options),
    nodes: () => ({
      common: checked,
      ownsCommon: false,
      namesSame: ({ connection }) => namesHostsOf(pool.config, connection),
      ownConfig: (options) => nodeConfig({}, options),
      facade: (side, options, access) => facadeOf(side, options.decoding, options, access),
    }),
  }
}

function ownServers(config: PoolOptions): Servers {
  return {
    createPool: (options) => facadeOf(ownedConfig(config, options), undefined, options),
    nodes: () => {
      let opened: { readonly own: PoolOptions; readonly pool: Pool } | undefined
      return {
        common: (options) => {
          const own = ownedConfig(config, options)
          if (opened !== undefined) checkSameNode(opened.own, own)
          opened ??= { own, pool: createPool(own) }
          return opened.pool
        },
        ownsCommon: true,
        namesSame: (options) => namesSameServers(config, options),
        ownConfig: (options) => nodeConfig(config, options),
        // The pool's configuration already includes the decoding of the DataSource.
        facade: (side, options, access) => facadeOf(side, undefined, options, access),
      }
    },
  }
}

/** The mysql2 facade of a pool, with the options that TypeORM needs. */
function facadeOf(
  poolOrConfig: Pool | PoolOptions,
  decoding: Decoding | undefined,
  options: SortedOptions,
  access?: 'read' | 'write',
): Mysql2Pool {
  const watch = new GeneratedIdWatch(() => facade.hostpool)
  const facade: Mysql2Pool = mysql2Pool(poolOrConfig, {
    decoding,
    access,
    acquireTimeout: acquireTimeoutOf(options),
    // A query runner remembers a failed getConnection for ever. A failed read checkout must fail at once, so that another pool
    // is tried.
    deferErrors: access !== 'read',
    onResult: watch.see,
    onStatement: noteBorders,
  })
  return facade
}

function acquireTimeoutOf({ connection }: SortedOptions): number | undefined {
  const given = connection['acquireTimeout']
  return typeof given === 'number' ? given : undefined
}
