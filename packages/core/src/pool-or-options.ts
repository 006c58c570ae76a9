import { optionsFromUrl } from './config/options-from-url.js'
import type { PoolOptions } from './config/options.js'
import { HostpoolError } from './errors/hostpool-error.js'
import type { Pool } from './pool.js'

/** The argument of an adapter: a pool that the adapter shares, or the options of a pool that the adapter makes and ends. */
export type PoolOrOptions =
  | {
      /** The pool, which is shared. */
      readonly pool: Pool
    }
  | {
      /** Tells options from a pool. */
      readonly pool?: undefined
      /** The options of the pool that the adapter makes and ends. */
      readonly options: PoolOptions
    }

/**
 * Tells a pool from the options of a pool, for adapters that take either. A pool is recognised by its methods, so that a pool of
 * another copy of this package is recognised too.
 * @param taker - the name of the adapter in the error's message
 * @param unexpected - further arguments, which would be ignored
 * @throws ERR_HOSTPOOL_CONFIG for anything else (a pool of mysql2 included), for further arguments, and for an invalid URL
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
 * Refuses arguments beyond those that the function takes: options given beside a URL, for example, would be ignored.
 * @throws ERR_HOSTPOOL_CONFIG
 */
export function refuseMore(taker: string, unexpected: readonly unknown[]): void {
  const [first] = unexpected
  // Array.map() passes the index as a second argument.
  if (first === undefined || typeof first === 'number') return
  throw new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    `${taker} was given one argument too many; options belong into the configuration itself, or into the query of its URL`,
  )
}
