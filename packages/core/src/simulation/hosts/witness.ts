import type { Address } from './address.js'
import type { Backend } from './backend.js'

/** Milliseconds for which a server must have been the same, so that the answers to several questions agree. */
const STABLE = 50

/** What the pool was told by one address of a source and its replicas. */
interface Told {
  /** The address that it follows; as a read-only replica, or taking writes all the same. */
  following: Address | undefined
  readOnly: boolean
  /** The address that it followed last, as a read-only replica, before it followed none. */
  wasReplicaOf: Address | undefined
  /** The address that has taken its place. */
  successor: Address | undefined
  /** Since when the pool has known that it should get no writes. */
  objectedSince: number
}

/**
 * What a pool that remembers all that servers have told it must know of sources and replicas. Only what every order of the
 * questions would have shown counts.
 */
export class Witness {
  readonly #addresses: readonly Address[]
  readonly #told = new Map<Address, Told>()

  constructor(addresses: readonly Address[]) {
    this.#addresses = addresses
  }

  /** A server has told which one it follows. */
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
      // In its turn: what it once took the place of is no old source any more.
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

  /** For how long the pool has known that the server there should get no writes. */
  objectedFor(address: Address, now: number): number {
    return now - (this.#told.get(address)?.objectedSince ?? Infinity)
  }

  #review(heard: Address, now: number): void {
    for (const [address, told] of this.#told) {
      const { following, readOnly, successor } = told
      const leader = following === undefined ? undefined : this.#told.get(following)
      const follows = leader !== undefined && leader.following !== address
      if (readOnly || !(follows || successor !== undefined)) told.objectedSince = Infinity
      // What it says now counts from when it says so.
      else if (told.objectedSince === Infinity && heard === address) told.objectedSince = now
    }
  }

  #addressOf(backend: Backend | undefined): Address | undefined {
    return this.#addresses.find(({ target }) => target === backend)
  }
}
