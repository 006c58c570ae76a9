import { type Access, canServe } from '../sql/access.js'
import type { Host } from '../hosts/host.js'
import { HostPool } from './host-pool.js'
import type { Resource } from './resource.js'

/** Milliseconds that the choice of a new writer may take; see group_replication_member_expel_timeout and the like. */
export const SUCCESSION = 30_000

/** The engine's side of the host set: for each host, what is open to it. A host that was removed stays until that is closed. */
export class HostPools<R extends Resource> {
  /** Exchanged, never changed: a loop over it is not disturbed by hosts that come and go meanwhile. */
  #list: readonly HostPool<R>[] = []
  readonly #byHost = new Map<Host, HostPool<R>>()
  /** Whether any host is unresponsive now; see UnresponsiveHosts. */
  anyUnresponsive = false

  get all(): readonly HostPool<R>[] {
    return this.#list
  }

  add(host: Host): void {
    const hostPool = new HostPool<R>(host)
    this.#list = [...this.#list, hostPool]
    this.#byHost.set(host, hostPool)
  }

  of(host: Host): HostPool<R> | undefined {
    return this.#byHost.get(host)
  }

  /** Forgets a host to which nothing is open. */
  forget(hostPool: HostPool<R>): void {
    this.#byHost.delete(hostPool.host)
    this.#list = this.#list.filter((other) => other !== hostPool)
  }

  anyServes(access: Access | undefined): boolean {
    for (const { host } of this.#list) if (canServe(host.serves, access)) return true
    return false
  }

  /** Whether hosts are left that only read, and one that wrote was there a moment ago: its successor is being elected. */
  awaitsWriter(now: number): boolean {
    return (
      this.anyServes('read') &&
      this.#list.some(({ host }) => now - Math.max(host.writableAt, host.writeRefusedAt) < SUCCESSION)
    )
  }

  /** Connections of unresponsive hosts that no borrower has: they are open, and of no use. */
  get unusable(): number {
    let count = 0
    if (this.anyUnresponsive)
      for (const { host, all, inUse } of this.#list) if (host.unresponsive) count += all.size - inUse.size
    return count
  }

  hosts(): readonly Host[] {
    return this.#list.map((hostPool) => hostPool.host)
  }
}
