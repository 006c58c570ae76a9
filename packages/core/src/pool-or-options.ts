import { optionsFromUrl } from './config/options-from-url.js'
import type { PoolOptions } from './config/options.js'
import { HostpoolError } from './errors/hostpool-error.js'
import type { Pool } from './pool.js'

/** What an adapter is given: a pool that it shares, or the options of one that it makes and ends. */
export type PoolOrOptions = { readonly pool: Pool } | { readonly pool?: undefined; readonly options: PoolOptions }

/**
 * Tells them apart, for adapters that take either. A pool is known by what it can do, so that one of another copy of this
 * package is one too.
 * @param taker - how the adapter is called in the error's message
 * @throws ERR_HOSTPOOL_CONFIG for anything else, a pool of mysql2 included, and for a URL that is none
 */
export function poolOrOptions(given: Pool | PoolOptions | string, taker: string): PoolOrOptions {
  if (typeof given === 'string') return { options: optionsFromUrl(given) }
  if (typeof given === 'object' && given !== null) {
    if (!('getConnection' in given)) return { options: given }
    if ('status' in given) return { pool: given }
  }
  throw new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    `${taker} takes a pool of createPool(), a configuration or a URL; a pool of mysql2 cannot stand in for one`,
  )
}
