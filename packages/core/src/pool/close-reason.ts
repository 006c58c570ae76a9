import type { Host } from '../hosts/host.js'
import { isUnproven } from '../hosts/host-condition.js'
import type { CloseReason } from './events.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/**
 * Whether a host is unproven while other hosts serve. Its connections are of no use then, and may even keep the probe out: the
 * server may have no room for more.
 */
export function isOutOfUse({ condition, serves }: Host): boolean {
  return isUnproven(condition) && !serves.read && !serves.write
}

/**
 * The reason to close a connection with a clean session in place of keeping it or checking it out; undefined when the connection can
 * be used.
 */
export function closeReason<R extends Resource>(
  { resource, retire, hostPool, generation, begunAt, expiresAt }: PooledConnection<R>,
  now: number,
): CloseReason | undefined {
  if (!resource.alive) return 'broken'
  if (retire !== undefined) return retire
  if (generation !== hostPool.host.generation) return 'host down'
  const { host } = hostPool
  if (begunAt < host.trustedFrom) return 'server changed'
  if (host.condition.draining) return 'draining'
  if (!host.serves.read && isOutOfUse(host)) return 'login refused'
  return now >= expiresAt ? 'max lifetime' : undefined
}
