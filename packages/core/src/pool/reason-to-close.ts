import type { CloseReason } from './events.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Why a connection that comes back, or is about to be lent, should be closed instead; undefined when it is as good as new. */
export function reasonToClose<R extends Resource>(
  { resource, retire, home, generation, begunAt, expiresAt }: PooledConnection<R>,
  now: number,
): CloseReason | undefined {
  if (!resource.alive) return 'broken'
  if (retire !== undefined) return retire
  if (resource.spoilt) return 'session changed'
  if (generation !== home.host.generation) return 'host down'
  if (begunAt < home.host.trustedFrom) return 'server changed'
  if (home.host.condition.draining) return 'draining'
  return now >= expiresAt ? 'max lifetime' : undefined
}
