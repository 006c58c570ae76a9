import type { Lease } from '../../lease/lease.js'
import type { Access } from '../../sql/access.js'
import type { Pool } from '../../pool.js'
import type { VirtualClock } from '../virtual-clock.js'
import { HELD_WRITE, READ, WRITE } from './backend.js'

/** A statement that a borrower waits for. */
export interface Waiting {
  readonly access: Access
  readonly since: number
  /** The lease of a statement on a connection that the borrower has. */
  readonly lease: Lease | undefined
}

export type Failed = (access: Access, error: unknown, since: number) => void

/** The users of the pool. */
export class Borrowers {
  readonly waiting = new Set<Waiting>()
  readonly #pool: Pool
  readonly #clock: VirtualClock
  readonly #failed: Failed
  readonly #leases: Lease[] = []
  readonly #busy = new Set<Lease>()

  constructor(pool: Pool, clock: VirtualClock, failed: Failed) {
    this.#pool = pool
    this.#clock = clock
    this.#failed = failed
  }

  run(access: Access): void {
    this.#follow(this.#pool.query(access === 'read' ? READ : WRITE), access, undefined)
  }

  borrow(access: Access): void {
    this.#follow(
      this.#pool.getConnection({ access }).then((lease) => this.#leases.push(lease)),
      access,
      undefined,
    )
  }

  put(which: number, access: Access): void {
    const lease = this.#leases[which % Math.max(1, this.#leases.length)]
    if (lease === undefined || this.#busy.has(lease)) return
    this.#busy.add(lease)
    const done = lease.query(access === 'read' ? READ : HELD_WRITE).finally(() => this.#busy.delete(lease))
    this.#follow(done, access, lease)
  }

  release(which: number): void {
    this.#leases.splice(which % Math.max(1, this.#leases.length), 1)[0]?.release()
  }

  releaseAll(): void {
    for (const lease of this.#leases.splice(0)) lease.release()
  }

  #follow(promise: Promise<unknown>, access: Access, lease: Lease | undefined): void {
    const waiting: Waiting = { access, since: this.#clock.now(), lease }
    this.waiting.add(waiting)
    promise.then(
      () => this.waiting.delete(waiting),
      (error: unknown) => {
        this.waiting.delete(waiting)
        // An error on a connection that the borrower has is about that connection alone.
        if (lease === undefined) this.#failed(access, error, waiting.since)
      },
    )
  }
}
