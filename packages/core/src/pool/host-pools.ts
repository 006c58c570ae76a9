import { type Access, canServe } from '../sql/access.js'
import type { Host } from '../hosts/host.js'
import { isUnproven } from '../hosts/host-condition.js'
import { HostPool } from './host-pool.js'
import type { Resource } from './resource.js'

/** Milliseconds that a cluster may take to elect a new writer (on MySQL: see group_replication_member_expel_timeout). */
export const SUCCESSION = 30_000

/** The host pools of all hosts of the host set. A removed host stays here until its last connection is closed. */
export class HostPools<R extends Resource> {
  /** Replaced, never changed, so that hosts may come and go during a loop over the list. */
  #list: readonly HostPool<R>[] = []
  readonly #byHost = new Map<Host, HostPool<R>>()
  /** Whether any host is unresponsive now; see UnresponsiveHosts. */
  anyUnresponsive = false
  /** Whether any host is unproven now; see `isUnproven`. */
  anyUnproven = false

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

  /** Called after the condition of a host has changed. */
  changed(): void {
    this.anyUnproven = this.#list.some(({ host }) => isUnproven(host.condition))
  }

  /** Forgets a host without connections and handshakes. */
  forget(hostPool: HostPool<R>): void {
    this.#byHost.delete(hostPool.host)
    this.#list = this.#list.filter((other) => other !== hostPool)
  }

  anyServes(access: Access | undefined): boolean {
    for (const { host } of this.#list) if (canServe(host.serves, access)) return true
    return false
  }

  /** Whether a host took or refused writes within the last 30 seconds while others serve reads: a new writer may be elected soon. */
  awaitsWriter(now: number): boolean {
    return (
      this.anyServes('read') &&
      this.#list.some(({ host }) => now - Math.max(host.writableAt, host.writeRefusedAt) < SUCCESSION)
    )
  }

  /** The number of open connections to unresponsive hosts that no borrower has. */
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
