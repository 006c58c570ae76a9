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

/** The version of mysql2 whose interface this has. */
const MYSQL2_LIKE = '3'

/** What stands in for the mysql2 module in `DataSourceOptions.driver`. */
export interface TypeormDriver {
  /** TypeORM 0.3 takes a driver that has a version for mysql2, whose values these are like: JSON comes parsed. */
  readonly version: string
  /** Called by TypeORM when a DataSource is initialized. */
  readonly createPool: (options: DriverOptions, ...unexpected: readonly unknown[]) => Mysql2Pool
  /** Called by TypeORM for a DataSource with `replication`. */
  readonly createPoolCluster: (replication?: DriverOptions) => PoolCluster
}

/**
 * A driver for TypeORM's `DataSource`: `new DataSource({ type: 'mariadb', driver: typeormDriver(pool), … })`.
 *
 * A pool given is shared: any number of DataSources, and anything else, can work on it, and `dataSource.destroy()` leaves it
 * open. A configuration or a URL makes a pool for each DataSource, which ends with it; what the DataSource says (host,
 * username, poolSize, …) then fills in what the configuration leaves out.
 *
 * Values are decoded as the DataSource says, however else the pool is used.
 * @throws ERR_HOSTPOOL_CONFIG, from here for what is no pool, no configuration and no URL, and from `dataSource.initialize()` when
 * the DataSource asks for something else than the pool or the configuration has.
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
      // Oracle's and SAP's drivers are called so, and with more than options.
      if (unexpected.length > 0) throw foreignTypeError()
      return servers.createPool(sortOptions(options))
    },
    createPoolCluster: (replication = {}) => {
      warnOfUnused(replication)
      return new PoolCluster((nodes) => openReplicationPools(nodes, servers.nodes()))
    },
  })
}

/** What serves DataSources: for one without replication, and for the nodes of one with it. */
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
        // The pool decodes as it was configured, the DataSource's wishes included.
        facade: (side, options, access) => facadeOf(side, undefined, options, access),
      }
    },
  }
}

/** A pool in the shape that suits TypeORM. */
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
    // A query runner keeps a failed getConnection for ever. Readers go elsewhere when there is none for them.
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
