import { createPool, type Pool, type Queryable } from '@mysql-hostpool/core'
import type { ServerAccess } from '../cluster/index.js'
import { errorMessage } from '../cluster/error-text.js'

/** What one host answered, or why it could not. */
export type HostAnswer<T> = { readonly host: string } & ({ readonly answer: T } | { readonly problem: string })

/** Asks each host by itself, and each only once it has applied what the others have acknowledged before. */
export class SingleHosts {
  readonly #pools: readonly { readonly host: string; readonly pool: Pool }[]

  constructor({ hosts, user, password, database }: ServerAccess) {
    this.#pools = hosts.split(',').map((host) => {
      const account = { user, password, database }
      const pool = createPool({
        host,
        ...account,
        onConnect: waitForTheCluster,
        connectionLimit: 1,
        // It may have come back only just now.
        noHostTimeout: 8_000,
        endTimeout: 1_000,
      })
      return { host, pool }
    })
  }

  ask<T>(question: (host: Queryable) => Promise<T>): Promise<readonly HostAnswer<T>[]> {
    return Promise.all(
      this.#pools.map(async ({ host, pool }): Promise<HostAnswer<T>> => {
        try {
          return { host, answer: await question(pool) }
        } catch (error) {
          return { host, problem: errorMessage(error) }
        }
      }),
    )
  }

  async end(): Promise<void> {
    await Promise.all(this.#pools.map(({ pool }) => pool.end()))
  }
}

const UNKNOWN_VARIABLE = 1193

async function waitForTheCluster(connection: Queryable): Promise<void> {
  try {
    await connection.query('SET SESSION wsrep_sync_wait = 1')
  } catch (error) {
    // Without Galera there is nothing to wait for.
    if (!(error instanceof Error && 'errno' in error && error.errno === UNKNOWN_VARIABLE)) throw error
  }
}
