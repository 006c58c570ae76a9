import type { Host } from '../hosts/host.js'
import { HostState, isUnproven } from '../hosts/host-state.js'
import { isOutOfUse } from './close-reason.js'
import type { Connections } from './connections.js'
import { abandonCheckouts } from './abandon-checkouts.js'
import type { HostPools } from './host-pools.js'
import type { HostPool } from './host-pool.js'
import type { HostWatch } from './host-watch.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import type { Provisioner } from './provisioner.js'
import type { WaitQueue } from './wait-queue.js'

export interface HostChangesParts<R extends Resource> {
  readonly hostPools: HostPools<R>
  readonly connections: Connections<R>
  readonly waitQueue: WaitQueue<R>
  readonly provisioner: Provisioner<R>
  readonly watch: HostWatch
  /** Asks a connection whether it still answers. */
  readonly validate: (connection: PooledConnection<R>) => void
}

/** What becomes of connections, handshakes and waiters when a host comes, goes, or changes. */
export class HostChanges<R extends Resource> {
  readonly #parts: HostChangesParts<R>

  constructor(parts: HostChangesParts<R>) {
    this.#parts = parts
  }

  changed(host: Host): void {
    const { hostPools, connections, waitQueue, provisioner } = this.#parts
    if (!host.removed && hostPools.of(host) === undefined) hostPools.add(host)
    const hostPool = hostPools.of(host)
    if (hostPool === undefined) return
    if (host.state === HostState.down) {
      provisioner.abort(hostPool)
      while (hostPool.idle.newest !== undefined)
        connections.drop(connections.takeOut(hostPool.idle.newest), 'host down')
      if (host.condition.hung || host.condition.astray)
        abandonCheckouts(hostPool, (connection) => connection.state === ConnectionState.inUse)
    } else if (host.state === HostState.draining) {
      provisioner.abort(hostPool)
      connections.closeIdle(hostPool, 'draining')
    }
    if (isUnproven(host.condition)) provisioner.abort(hostPool)
    for (const other of hostPools.all) if (isOutOfUse(other.host)) connections.closeIdle(other, 'login refused')
    this.#leaveOldFlows(hostPool)
    this.forgetIfGone(hostPool)
    waitQueue.review()
    provisioner.failRefused()
    provisioner.pump()
  }

  connectionLost({ hostPool, generation }: PooledConnection<R>, error: Error): void {
    if (generation !== hostPool.host.generation) return
    const { connections, watch, validate } = this.#parts
    watch.connectionLost(hostPool.host, error)
    // One that broke rarely breaks alone: look at its idle neighbours together, not one at each checkout.
    for (const other of Array.from(hostPool.all)) {
      if (!other.isIdle) continue
      connections.takeOut(other)
      if (other.resource.alive) validate(other)
      else connections.drop(other, 'broken')
    }
  }

  /** What is older than the host's last new word goes: at once where it rests, else when it comes back. */
  #leaveOldFlows(hostPool: HostPool<R>): void {
    const { trustedFrom, silentBefore } = hostPool.host
    if (trustedFrom === -Infinity) return
    for (let connection = hostPool.idle.oldest; connection !== undefined;) {
      const { newer } = connection
      if (connection.begunAt < trustedFrom) this.#parts.connections.retire(connection, 'server changed')
      connection = newer
    }
    if (silentBefore === -Infinity) return
    abandonCheckouts(
      hostPool,
      ({ state, resource }) => state === ConnectionState.inUse && resource.askedAt < silentBefore,
    )
  }

  /** A host that was removed is forgotten with the last that was open to it. */
  forgetIfGone(hostPool: HostPool<R>): void {
    if (hostPool.host.removed && hostPool.total === 0) this.#parts.hostPools.forget(hostPool)
  }
}
