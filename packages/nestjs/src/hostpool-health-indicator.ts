import type { Pool } from '@mysql-hostpool/core'
import { Inject, Injectable } from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'

import { poolHealth, type PoolHealth, type ReadinessOptions, readinessNames } from './pool-health.js'
import { getPoolToken } from './pool-token.js'
import { refuseUnknown } from './refuse.js'

/** Which pool `isReady()` looks at, and what has to be possible. */
export interface HealthIndicatorOptions extends ReadinessOptions {
  /** The pool, or its name in the application. Default: the pool without a name. */
  readonly pool?: Pool | string | undefined
}

/** What `@nestjs/terminus` takes from an indicator. */
export type HostpoolHealthResult<Key extends string = string> = Record<Key, PoolHealth>

/** A health indicator for `@nestjs/terminus`: `this.health.check([() => this.hostpool.isReady('database')])`. */
@Injectable()
export class HostpoolHealthIndicator {
  readonly #modules: ModuleRef

  /** @hidden Nest makes the indicator. */
  constructor(@Inject(ModuleRef) modules: ModuleRef) {
    this.#modules = modules
  }

  /**
   * Whether the pool can serve statements now: `up` or `down`, with the state of each host. No detail holds a secret. For a
   * readiness probe, and not for a liveness probe: a restart of the application brings no host back.
   * @throws ERR_HOSTPOOL_CONFIG for unknown options, and Nest's own error for a pool that the application does not have.
   */
  async isReady<const Key extends string>(
    key: Key,
    options: HealthIndicatorOptions = {},
  ): Promise<HostpoolHealthResult<Key>> {
    refuseUnknown('isReady()', options, ['pool', ...readinessNames])
    const { pool, ...readiness } = options
    const found = typeof pool === 'object' ? pool : this.#modules.get<Pool>(getPoolToken(pool), { strict: false })
    return { [key]: await poolHealth(found, readiness) } as HostpoolHealthResult<Key>
  }
}
