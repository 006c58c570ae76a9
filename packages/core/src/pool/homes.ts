import { type Access, canServe } from '../hosts/access.js'
import type { Host } from '../hosts/host.js'
import { HostConnections } from './host-connections.js'
import type { Resource } from './resource.js'

/** The engine's side of the host set: for each host, what is open to it. A host that was removed stays until that is closed. */
export class Homes<R extends Resource> {
  readonly #list: HostConnections<R>[] = []
  readonly #byHost = new Map<Host, HostConnections<R>>()

  get all(): readonly HostConnections<R>[] {
    return this.#list
  }

  add(host: Host): void {
    const home = new HostConnections<R>(host)
    this.#list.push(home)
    this.#byHost.set(host, home)
  }

  of(host: Host): HostConnections<R> | undefined {
    return this.#byHost.get(host)
  }

  /** Forgets a host to which nothing is open. */
  forget(home: HostConnections<R>): void {
    this.#byHost.delete(home.host)
    this.#list.splice(this.#list.indexOf(home), 1)
  }

  anyServes(access: Access | undefined): boolean {
    return this.#list.some((home) => canServe(home.host.serves, access))
  }

  hosts(): readonly Host[] {
    return this.#list.map((home) => home.host)
  }
}
