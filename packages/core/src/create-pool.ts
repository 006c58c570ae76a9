import type { PoolOptions } from './config/options.js'
import type { Pool } from './pool.js'

/**
 * Makes a pool. Nothing is connected before the first statement (or `minIdle`), so no host needs to be up.
 * @throws ERR_HOSTPOOL_CONFIG, naming every problem of the configuration at once.
 */
export function createPool(_options: PoolOptions | string): Pool {
  throw new Error('not built yet')
}
