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
 * @param unexpected - what was given behind it, and would be ignored
 * @throws ERR_HOSTPOOL_CONFIG for anything else, for more than that, a pool of mysql2 included, and for a URL that is none
 */
export function poolOrOptions(
  given: Pool | PoolOptions | string,
  taker: string,
  unexpected: readonly unknown[] = [],
): PoolOrOptions {
  refuseMore(taker, unexpected)
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

/**
 * Refuses what stands behind the arguments that there are: options given beside a URL, for one, would be ignored.
 * @throws ERR_HOSTPOOL_CONFIG
 */
export function refuseMore(taker: string, unexpected: readonly unknown[]): void {
  const [first] = unexpected
  // map() hands on a number beside each of its values.
  if (first === undefined || typeof first === 'number') return
  throw new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    `${taker} was given one argument too many; options belong into the configuration itself, or into the query of its URL`,
  )
}
