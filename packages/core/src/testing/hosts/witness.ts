import type { Address } from './address.js'
import type { Backend } from './backend.js'

/** Milliseconds without a change of a server, after which its answers to several questions agree. */
const STABLE = 50

/** The answers that the pool has had from one address of a source and its replicas. */
interface Told {
  /** The address of its source, whether the server is read-only or takes writes all the same. */
  following: Address | undefined
  readOnly: boolean
  /** The address of the source of which the server was a read-only replica, before it had none. */
  wasReplicaOf: Address | undefined
  /** The address of the server that has taken its place as the source. */
  successor: Address | undefined
  /** The time since which the pool has known that the server should get no writes. */
  objectedSince: number
}

/**
 * The knowledge of sources and replicas that a pool must have which remembers all answers of servers. Only facts count that every
 * order of the questions would have shown.
 */
export class Witness {
  readonly #addresses: readonly Address[]
  readonly #told = new Map<Address, Told>()

  constructor(addresses: readonly Address[]) {
    this.#addresses = addresses
  }

  /** Notes that a server has answered which one it replicates from. */
  told(address: Address, backend: Backend, now: number): void {
    const before = this.#told.get(address)
    const isStable = now - backend.changedAt >= STABLE
    const following = backend.isFollowing ? this.#addressOf(backend.follows) : undefined
    const readOnly = backend.readOnly !== undefined
    const told: Told = {
      following,
      readOnly,
      wasReplicaOf:
        following !== undefined && readOnly && isStable && this.#told.has(following) ? following : undefined,
      successor: following === undefined ? before?.successor : undefined,
      objectedSince: before?.objectedSince ?? Infinity,
    }
    this.#told.set(address, told)
    if (following !== undefined) {
      // The server is a replica again, so it has taken the place of no source any more.
      for (const other of this.#told.values()) if (other.successor === address) other.successor = undefined
    } else if (readOnly || !isStable) {
      told.wasReplicaOf = before?.wasReplicaOf
    } else {
      const predecessor = before?.wasReplicaOf
      const old = predecessor === undefined ? undefined : this.#told.get(predecessor)
      if (old !== undefined && old.following === undefined) old.successor = address
    }
    this.#review(address, now)
  }

  /** Whether another address has taken the place of this one. */
  isSucceeded(address: Address): boolean {
    return this.#told.get(address)?.successor !== undefined
  }

  /** The milliseconds for which the pool has known that the server should get no writes. */
  objectedFor(address: Address, now: number): number {
    return now - (this.#told.get(address)?.objectedSince ?? Infinity)
  }

  #review(heard: Address, now: number): void {
    for (const [address, told] of this.#told) {
      const { following, readOnly, successor } = told
      const leader = following === undefined ? undefined : this.#told.get(following)
      const follows = leader !== undefined && leader.following !== address
      if (readOnly || !(follows || successor !== undefined)) told.objectedSince = Infinity
      // The answer counts from its own time on.
      else if (told.objectedSince === Infinity && heard === address) told.objectedSince = now
    }
  }

  #addressOf(backend: Backend | undefined): Address | undefined {
    return this.#addresses.find(({ target }) => target === backend)
  }
}
