import type { Host } from '../hosts/host.js'
import { isUnproven } from '../hosts/host-condition.js'
import type { CloseReason } from './events.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/** Whether nothing is known of a host, and others serve: what is open there may be what keeps a probe out. */
export function isOutOfUse({ condition, serves }: Host): boolean {
  return isUnproven(condition) && !serves.read && !serves.write
}

/** Why a connection that comes back, or is about to be checked out, should be closed instead; undefined when it is as good as new. */
export function closeReason<R extends Resource>(
  { resource, retire, hostPool, generation, begunAt, expiresAt }: PooledConnection<R>,
  now: number,
): CloseReason | undefined {
  if (!resource.alive) return 'broken'
  if (retire !== undefined) return retire
  if (resource.unresettable) return 'session changed'
  if (generation !== hostPool.host.generation) return 'host down'
  const { host } = hostPool
  if (begunAt < host.trustedFrom) return 'server changed'
  if (host.condition.draining) return 'draining'
  if (!host.serves.read && isOutOfUse(host)) return 'login refused'
  return now >= expiresAt ? 'max lifetime' : undefined
}
