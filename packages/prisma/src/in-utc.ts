import type { PoolOptions } from '@mysql-hostpool/core'

/**
 * The options of a pool of the adapter's own: TIMESTAMP columns travel in the session's zone, and Prisma means UTC. A
 * `time_zone` that the options name themselves stays, for the adapter then does as on a shared pool.
 */
export function inUtc(options: PoolOptions): PoolOptions {
  // What is no object is left for createPool to refuse.
  if (!isObject(options)) return options
  const { sessionVariables = {} } = options
  if (!isObject(sessionVariables)) return options
  // The last one counts, also when its name is written in capitals.
  return { ...options, sessionVariables: { time_zone: '+00:00', ...sessionVariables } }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
