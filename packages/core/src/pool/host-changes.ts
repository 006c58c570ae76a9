import type { Host } from '../hosts/host.js'
import { HostState } from '../hosts/host-state.js'
import type { Connections } from './connections.js'
import { giveUpLent } from './give-up.js'
import type { Homes } from './homes.js'
import type { HostConnections } from './host-connections.js'
import type { HostWatch } from './host-watch.js'
import { ConnectionState, type PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'
import type { Supply } from './supply.js'
import type { WaitingRoom } from './waiting-room.js'

export interface HostChangesParts<R extends Resource> {
  readonly homes: Homes<R>
  readonly connections: Connections<R>
  readonly room: WaitingRoom<R>
  readonly supply: Supply<R>
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
    const { homes, connections, room, supply } = this.#parts
    if (!host.removed && homes.of(host) === undefined) homes.add(host)
    const home = homes.of(host)
    if (home === undefined) return
    if (host.state === HostState.down) {
      supply.abort(home)
      while (home.idle.newest !== undefined) connections.drop(connections.takeOut(home.idle.newest), 'host down')
      if (host.condition.hung || host.condition.astray)
        giveUpLent(home, (connection) => connection.state === ConnectionState.lent)
    } else if (host.state === HostState.draining) {
      supply.abort(home)
      connections.closeIdle(home, 'draining')
    }
    this.#leaveOldFlows(home)
    this.forgetIfGone(home)
    room.review()
    supply.failRefused()
    supply.pump()
  }

  connectionLost({ home, generation }: PooledConnection<R>, error: Error): void {
    if (generation !== home.host.generation) return
    const { connections, watch, validate } = this.#parts
    watch.connectionLost(home.host, error)
    // One that broke rarely breaks alone: look at its idle neighbours together, not one at each checkout.
    for (const other of Array.from(home.all)) {
      if (!other.isIdle) continue
      connections.takeOut(other)
      if (other.resource.alive) validate(other)
      else connections.drop(other, 'broken')
    }
  }

  /** What is older than the host's last new word goes: at once where it rests, else when it comes back. */
  #leaveOldFlows(home: HostConnections<R>): void {
    const { trustedFrom, silentBefore } = home.host
    if (trustedFrom === -Infinity) return
    for (let connection = home.idle.oldest; connection !== undefined;) {
      const { newer } = connection
      if (connection.begunAt < trustedFrom) this.#parts.connections.retire(connection, 'server changed')
      connection = newer
    }
    if (silentBefore === -Infinity) return
    giveUpLent(home, ({ state, resource }) => state === ConnectionState.lent && resource.askedAt < silentBefore)
  }

  /** A host that was removed is forgotten with the last that was open to it. */
  forgetIfGone(home: HostConnections<R>): void {
    if (home.host.removed && home.total === 0) this.#parts.homes.forget(home)
  }
}
