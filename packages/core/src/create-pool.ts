import { systemClock } from './clock.js'
import type { PoolOptions } from './config/options.js'
import { resolveConfig } from './config/pool-config.js'
import { isCharset } from './driver/mysql2/charset.js'
import { mysql2Driver } from './driver/mysql2/mysql2-driver.js'
import { Hostpool } from './hostpool.js'
import type { Pool } from './pool.js'
import { refuseMore } from './pool-or-options.js'

/**
 * Makes a pool. The pool opens no connection before the first statement (or for `minIdle`), so no host needs to be up.
 * @param options - options, or a URL `mysql://user:password@db1,db2:3307/database?connectionLimit=20`
 * @throws ERR_HOSTPOOL_CONFIG, which names every problem of the configuration at once.
 */
export function createPool(options: PoolOptions | string): Pool
export function createPool(options: PoolOptions | string, ...unexpected: readonly unknown[]): Pool {
  refuseMore('createPool()', unexpected)
  return new Hostpool(resolveConfig(options, isCharset), {
    clock: systemClock,
    random: Math.random,
    driver: mysql2Driver,
  })
}
