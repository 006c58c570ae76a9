import { parseConnectionUrl } from './connection-url.js'
import type { PoolOptions } from './options.js'
import { configError } from './problem.js'

/**
 * The options that a URL stands for, `mysql://user:password@db1,db2:3307/database?connectionLimit=20`, for callers that want to add
 * to them what a URL cannot say. Their values are checked by `createPool`.
 * @throws ERR_HOSTPOOL_CONFIG when it is no such URL
 */
export function optionsFromUrl(url: string): PoolOptions {
  const { value, problems } = parseConnectionUrl(url)
  if (problems.length > 0) throw configError(problems)
  return value
}
