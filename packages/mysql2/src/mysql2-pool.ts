import { createPool, poolOrOptions, refuseMore } from '@mysql-hostpool/core'
import type { Pool as CorePool, PoolOptions } from '@mysql-hostpool/core'
import type { Pool as Mysql2CallbackPool } from 'mysql2'

import { Pool } from './pool.js'
import type { Mysql2PoolOptions } from './facade-options.js'

/** A pool in the shape of mysql2's; `promise()` returns the promise side. */
export interface Mysql2Pool extends Mysql2CallbackPool {
  /** The pool under this facade, for `status()`, host events and everything else that mysql2 does not have. */
  readonly hostpool: CorePool
}

/**
 * A pool in the shape of mysql2's, for libraries and code written for mysql2.
 *
 * A given pool is shared: `end()` takes back the connections that this facade has checked out, and leaves the pool open. A
 * configuration or a URL makes a pool of its own, which `end()` ends.
 * @throws ERR_HOSTPOOL_CONFIG when the configuration is wrong.
 */
export function mysql2Pool(poolOrConfig: CorePool | PoolOptions | string, options?: Mysql2PoolOptions): Mysql2Pool
export function mysql2Pool(
  poolOrConfig: CorePool | PoolOptions | string,
  options: Mysql2PoolOptions = {},
  ...unexpected: readonly unknown[]
): Mysql2Pool {
  refuseMore('mysql2Pool()', unexpected)
  // mysql2 declares its pool as a class with overloads per result type, and the two declarations have no common shape. The
  // tests compare the members at run time.
  return facadeOf(poolOrConfig, options) as unknown as Mysql2Pool
}

function facadeOf(poolOrConfig: CorePool | PoolOptions | string, options: Mysql2PoolOptions): Pool {
  const given = poolOrOptions(poolOrConfig, 'mysql2Pool()')
  if (given.pool !== undefined) return new Pool(given.pool, false, options)
  const { onConnect } = given.options
  const announced: PoolOptions['onConnect'] = async (session) => {
    await onConnect?.(session)
    await Pool.facadeOf(facade).announce(session)
  }
  // createPool refuses a value that is no function.
  const isHook = onConnect === undefined || typeof onConnect === 'function'
  const facade: Pool = new Pool(
    createPool({ ...given.options, onConnect: isHook ? announced : onConnect }),
    true,
    options,
  )
  return facade
}
