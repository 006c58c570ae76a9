import { parseConnectionUrl } from './connection-url.js'
import type { PoolOptions } from './options.js'
import { configError } from './problem.js'

/**
 * Reads the options from a URL, `mysql://user:password@db1,db2:3307/database?connectionLimit=20`, for callers that add options
 * which a URL cannot express. `createPool` checks the values.
 * @throws ERR_HOSTPOOL_CONFIG when the URL is not valid
 */
export function optionsFromUrl(url: string): PoolOptions {
  const { value, problems } = parseConnectionUrl(url)
  if (problems.length > 0) throw configError(problems)
  return value
}
