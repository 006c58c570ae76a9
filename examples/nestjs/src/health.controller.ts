import type { Pool } from '@mysql-hostpool/core'
import { HostpoolHealthIndicator, InjectPool } from '@mysql-hostpool/nestjs'
import { Controller, Get, Inject } from '@nestjs/common'
import { HealthCheck, HealthCheckService } from '@nestjs/terminus'
import type { HealthCheckResult } from '@nestjs/terminus'

@Controller('health')
export class HealthController {
  readonly #health: HealthCheckService
  readonly #hostpool: HostpoolHealthIndicator
  readonly #pool: Pool

  constructor(
    @Inject(HealthCheckService) health: HealthCheckService,
    @Inject(HostpoolHealthIndicator) hostpool: HostpoolHealthIndicator,
    @InjectPool() pool: Pool,
  ) {
    this.#health = health
    this.#hostpool = hostpool
    this.#pool = pool
  }

  /** For people: which hosts are up, and what the pool is doing. */
  @Get()
  status(): object {
    const { state, connectionLimit, inUse, idle, waiting, hosts } = this.#pool.status()
    return {
      state,
      connections: { limit: connectionLimit, inUse, idle, waiting },
      hosts: hosts.map(({ name, state, reason }) => ({ name, state, reason })),
    }
  }

  /** For load balancers: 503 while no host serves writes. One host that is down takes nothing out of rotation. */
  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.#health.check([() => this.#hostpool.isReady('database', { access: 'write' })])
  }

  /** For what restarts the process: a new process would find the same hosts down. */
  @Get('live')
  live(): object {
    return { status: 'ok' }
  }
}
