import { HostState } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common'

import { POOL } from './pool.module.js'

/** For load balancers and people: which hosts are up, and what the pool is doing. */
@Controller('health')
export class HealthController {
  readonly #pool: Pool

  constructor(@Inject(POOL) pool: Pool) {
    this.#pool = pool
  }

  @Get()
  health(): object {
    const { state, connectionLimit, inUse, idle, waiting, hosts } = this.#pool.status()
    const report = {
      state,
      connections: { limit: connectionLimit, inUse, idle, waiting },
      hosts: hosts.map(({ name, state, reason }) => ({ name, state, reason })),
    }
    // As long as one host is up the application can serve; taking it out of rotation would help nobody.
    if (hosts.some((host) => host.state === HostState.up)) return report
    throw new ServiceUnavailableException(report)
  }
}
