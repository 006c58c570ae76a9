import { createPool, logEvents, poolOrOptions, type Pool } from '@mysql-hostpool/core'
import { Logger } from '@nestjs/common'

import type { HostpoolModuleSettings, PoolConfiguration } from './hostpool-module-options.js'

/** A pool from the start of an application to its end: makes it, or shares it, logs its events, and ends it. */
export class PoolLifecycle {
  readonly pool: Pool
  readonly #endsPool: boolean
  readonly #stopLogging: () => void

  /** @throws ERR_HOSTPOOL_CONFIG for a configuration that is wrong, naming every problem, and for a pool of another kind. */
  constructor(configuration: PoolConfiguration, { endOnShutdown, logEvents: log = true }: HostpoolModuleSettings) {
    const given = poolOrOptions(configuration, 'HostpoolModule')
    this.pool = given.pool ?? createPool(given.options)
    this.#endsPool = endOnShutdown ?? given.pool === undefined
    this.#stopLogging =
      log === false
        ? () => undefined
        : logEvents(this.pool, new Logger('Hostpool'), { format: 'text', ...(log === true ? {} : log) })
  }

  async end(): Promise<void> {
    try {
      if (this.#endsPool) await this.pool.end()
    } finally {
      this.#stopLogging()
    }
  }
}
