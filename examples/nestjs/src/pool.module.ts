import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { Inject, Module } from '@nestjs/common'
import type { OnApplicationShutdown } from '@nestjs/common'

/** Where to inject the pool: `@Inject(POOL) pool: Pool`. */
export const POOL = Symbol('pool')

/** The one pool of this application, for TypeORM and whatever else needs the database. */
@Module({
  providers: [
    {
      provide: POOL,
      useFactory: (): Pool => {
        const url = process.env.DATABASE_URL
        if (!url) throw new Error('Set DATABASE_URL, for example to mysql://app:secret@db1,db2,db3/test')
        return createPool(url)
      },
    },
  ],
  exports: [POOL],
})
export class PoolModule implements OnApplicationShutdown {
  readonly #pool: Pool

  constructor(@Inject(POOL) pool: Pool) {
    this.#pool = pool
  }

  /** Waits for what is still lent, so the order in which Nest shuts down the modules does not matter. */
  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end()
  }
}
