import type { PoolOptions } from '@mysql-hostpool/core'

/**
 * The options of a pool of the adapter's own. TIMESTAMP columns travel in the session's zone, and Prisma means UTC. A
 * `time_zone` in the options themselves stays; the adapter then works as on a shared pool.
 */
export function inUtc(options: PoolOptions): PoolOptions {
  // createPool refuses a value that is no object.
  if (!isObject(options)) return options
  const { sessionVariables = {} } = options
  if (!isObject(sessionVariables)) return options
  // The last `time_zone` counts, also when its name is in capitals.
  return { ...options, sessionVariables: { time_zone: '+00:00', ...sessionVariables } }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
