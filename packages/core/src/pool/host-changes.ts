import type { Host } from '../hosts/host.js'
import { isUnproven } from '../hosts/host-condition.js'
import { HostState } from '../selectors/host-state.js'
import { abandonCheckouts } from './abandon-checkouts.js'
import { isOutOfUse } from './close-reason.js'
import type { HostPool } from './host-pool.js'
import type { PoolState } from './pool-state.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import type { Provisioner } from './provisioner.js'

/** Acts on connections, handshakes and waiters when a host is added or removed, or changes its state. */
export class HostChanges<R extends Resource> {
  readonly #state: PoolState<R>
  readonly #provisioner: Provisioner<R>

  constructor(state: PoolState<R>, provisioner: Provisioner<R>) {
    this.#state = state
    this.#provisioner = provisioner
  }

  changed(host: Host): void {
    const { hostPools, connections, waitQueue, actions } = this.#state
    if (!host.removed && hostPools.of(host) === undefined) hostPools.add(host)
    const hostPool = hostPools.of(host)
    if (hostPool === undefined) return
    hostPools.changed()
    if (host.state === HostState.down) {
      this.#provisioner.abort(hostPool)
      while (hostPool.idle.newest !== undefined) connections.drop(hostPool.idle.newest, 'host down')
      if (host.condition.hung || host.condition.astray)
        abandonCheckouts(hostPool, (connection) => connection.state === ConnectionState.inUse)
    } else if (host.state === HostState.draining) {
      this.#provisioner.abort(hostPool)
      connections.closeIdle(hostPool, 'draining')
    }
    if (isUnproven(host.condition)) this.#provisioner.abort(hostPool)
    for (const other of hostPools.all) if (isOutOfUse(other.host)) connections.closeIdle(other, 'login refused')
    this.#leaveOldFlows(hostPool)
    this.forgetIfGone(hostPool)
    waitQueue.review()
    this.#provisioner.failRefused()
    actions.changed()
  }

  connectionLost({ hostPool, generation }: PooledConnection<R>, error: Error): void {
    if (generation !== hostPool.host.generation) return
    const { connections, env } = this.#state
    env.watch.connectionLost(hostPool.host, error)
    // Connections of a host often break together. The idle ones are validated at once, not one by one at their checkouts.
    for (const other of Array.from(hostPool.all)) {
      if (!other.isIdle) continue
      connections.idle.remove(other)
      if (other.resource.alive) connections.validate(other)
      else connections.drop(other, 'broken')
    }
  }

  /**
   * Closes the idle connections that are older than `trustedFrom`; checked out ones are closed on release. Fails the statements
   * sent before `silentBefore`, because no answer comes any more.
   */
  #leaveOldFlows(hostPool: HostPool<R>): void {
    const { trustedFrom, silentBefore } = hostPool.host
    if (trustedFrom === -Infinity) return
    for (const connection of hostPool.idle) {
      if (connection.begunAt < trustedFrom) this.#state.connections.retire(connection, 'server changed')
    }
    if (silentBefore === -Infinity) return
    abandonCheckouts(
      hostPool,
      ({ state, resource }) => state === ConnectionState.inUse && resource.askedAt < silentBefore,
    )
  }

  /** Forgets a removed host after its last connection is closed. */
  forgetIfGone(hostPool: HostPool<R>): void {
    if (hostPool.host.removed && hostPool.total === 0) this.#state.hostPools.forget(hostPool)
  }
}
