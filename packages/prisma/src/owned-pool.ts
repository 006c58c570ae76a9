import type { Pool } from '@mysql-hostpool/core'

/** A pool that lives while it has users: created for the first user, ended with the last, and created again after that. */
export class OwnedPool {
  readonly #create: () => Pool
  #pool: Pool | undefined
  #users = 0

  /** Creates the first pool at once, so that an invalid configuration is refused here and not at the first query. */
  constructor(create: () => Pool) {
    this.#create = create
    this.#pool = create()
  }

  take(): { readonly pool: Pool; readonly release: () => Promise<void> } {
    const pool = (this.#pool ??= this.#create())
    this.#users += 1
    let released: Promise<void> | undefined
    return { pool, release: () => (released ??= this.#giveUp(pool)) }
  }

  async #giveUp(pool: Pool): Promise<void> {
    this.#users -= 1
    if (this.#users > 0) return
    this.#pool = undefined
    await pool.end()
  }
}
