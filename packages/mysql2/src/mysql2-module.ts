import { decodingNames, HostpoolError, maskCredentials, poolOrOptions } from '@mysql-hostpool/core'
import type { Pool as CorePool } from '@mysql-hostpool/core'
import type { Connection as Mysql2CallbackConnection } from 'mysql2'

import { errorOf } from './callback.js'
import { Connection } from './connection.js'
import { DeferredLease } from './deferred-lease.js'
import { Pool } from './pool.js'

/** Stands in for the mysql2 module where a library makes its connections itself. */
export interface Mysql2Module {
  /** Borrows a connection. The event `connect` or `error` reports the result. `end()` gives the connection back. */
  readonly createConnection: (options?: object) => Mysql2CallbackConnection
}

const DECODING: ReadonlySet<string> = new Set(decodingNames)

/**
 * A pool in place of the mysql2 module, for libraries that take a module and keep a pool of their own, as Sequelize does with
 * `dialectModule`. The library's options decide how values are decoded. The pool decides about hosts and user.
 * @throws ERR_HOSTPOOL_CONFIG, from `createConnection`, for a user or a database that the pool does not have.
 */
export function mysql2Module(pool: CorePool): Mysql2Module
export function mysql2Module(pool: CorePool, ...unexpected: readonly unknown[]): Mysql2Module {
  if (poolOrOptions(pool, 'mysql2Module()', unexpected).pool === undefined) {
    throw new HostpoolError('ERR_HOSTPOOL_CONFIG', 'mysql2Module() takes a pool of createPool()')
  }
  return {
    createConnection: (options = {}) => {
      const given = Object.entries(options)
      checkAccount(pool, new Map<string, unknown>(given))
      const decoding = Object.fromEntries(given.filter(([name, value]) => DECODING.has(name) && value !== undefined))
      const lease = new DeferredLease(undefined, pool, { decoding })
      const connection = new Connection(lease, Pool.facadeOf(new Pool(pool, false, { decoding })))
      lease.ready().then(
        () => connection.emit('connect'),
        (error: unknown) =>
          connection.listenerCount('error') > 0 ? connection.emit('error', errorOf(error)) : undefined,
      )
      // As with mysql2Pool, the tests compare the members at run time.
      return connection as unknown as Mysql2CallbackConnection
    },
  }
}

function checkAccount({ config }: CorePool, options: ReadonlyMap<string, unknown>): void {
  for (const name of ['user', 'database'] as const) {
    const wanted = options.get(name)
    if (typeof wanted !== 'string' || wanted === '' || wanted === config.connection[name]) continue
    throw new HostpoolError(
      'ERR_HOSTPOOL_CONFIG',
      `${name}: '${maskCredentials(wanted)}' is not what the pool has; leave it out and set it in createPool()`,
    )
  }
}
