import type { Backend } from './backend.js'

/** A source and its replicas, as their operator has set them up. */
export class Replicas {
  readonly #servers: readonly Backend[]
  /** The last server that was made the source. */
  #source: Backend | undefined

  constructor(servers: readonly Backend[]) {
    this.#servers = servers
    for (const server of servers) server.isRightful = () => this.#isRightful(server)
    this.#source = servers[0]
    this.makeWell()
  }

  /** Makes a server take writes and replicate from no other. The former source knows nothing of that. */
  promote(server: Backend): void {
    server.follows = undefined
    server.readOnly = undefined
    this.#source = server
  }

  follow(server: Backend, source: Backend): void {
    if (server === source) return
    server.follows = source
    server.replicationStopped = false
    server.readOnly = 'read_only'
  }

  /** Has all servers replicate from the last source, as read-only replicas. */
  makeWell(): void {
    const source = this.#source
    if (source === undefined) return
    this.promote(source)
    for (const server of this.#servers) this.follow(server, source)
  }

  /** Whether all other servers are well and replicate from this one. No history speaks against a source then. */
  #isRightful(server: Backend): boolean {
    return this.#servers.every(
      (other) => other === server || (other.isReachable && other.isFollowing && other.follows === server),
    )
  }
}
