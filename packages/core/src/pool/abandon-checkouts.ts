import { HostpoolError } from '../errors/hostpool-error.js'
import { HostState } from '../selectors/host-state.js'
import type { HostPool } from './host-pool.js'
import type { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

/**
 * Fails the statements of lost connections at once, in place of waiting for their answers. The borrowers release the connections
 * afterwards.
 */
export function abandonCheckouts<R extends Resource>(
  hostPool: HostPool<R>,
  isLost: (connection: PooledConnection<R>) => boolean,
): void {
  const { name, state, condition } = hostPool.host
  const what = condition.hung
    ? 'hangs'
    : state === HostState.down
      ? 'is down'
      : 'does not answer any more on an old connection'
  const why = condition.reason === '' ? '' : `: ${condition.reason}`
  const error = new HostpoolError('ERR_HOSTPOOL_HOST_LOST', `${name} ${what}${why}`, { host: name })
  for (const connection of Array.from(hostPool.all)) if (isLost(connection)) connection.resource.destroy(error)
}
