import { isHostpoolError, type Pool, type PoolStatus } from '@mysql-hostpool/core'

import { refusal } from './refuse.js'

/** What has to be possible for a pool to be ready. */
export interface ReadinessOptions {
  /** The work that a host has to serve: `read`, or `write`, which is more where some hosts are read-only. Default: `read`. */
  readonly access?: 'read' | 'write' | undefined
  /**
   * Milliseconds to wait for answers where no host is known to be up; at least 1. Default: 800, less than the second that
   * Kubernetes waits.
   */
  readonly timeout?: number | undefined
}

export const readinessNames: readonly (keyof ReadinessOptions)[] = ['access', 'timeout']

const DEFAULT_TIMEOUT = 800

/** One host of a pool, as a health check shows it. */
export interface HostHealth {
  /** `name:port`. */
  readonly name: string
  /** The state of the host, as `pool.status()` has it. */
  readonly state: string
  /** The reason for this state, in words; empty for a host that is up. */
  readonly reason: string
  /** Whether the host accepts writes. */
  readonly writable: boolean
}

/** The health of a pool. */
export interface PoolHealth {
  /** Whether the pool can serve what was asked for. */
  readonly status: 'up' | 'down'
  /** The reason for a pool that is down. */
  readonly message?: string
  /** The connections of the pool, all hosts together. */
  readonly connections: {
    /** The option `connectionLimit`. */
    readonly limit: number
    /** Connections that are checked out. */
    readonly inUse: number
    /** Connections at rest. */
    readonly idle: number
    /** Callers that wait for a connection. */
    readonly waiting: number
  }
  /** The hosts of the pool. */
  readonly hosts: readonly HostHealth[]
}

type Access = 'read' | 'write'

/** Whether a pool can serve statements now. */
export async function poolHealth(
  pool: Pool,
  { access = 'read', timeout = DEFAULT_TIMEOUT }: ReadinessOptions,
): Promise<PoolHealth> {
  if (access !== 'read' && access !== 'write') throw refusal('isReady()', "access has to be 'read' or 'write'")
  if (!Number.isFinite(timeout) || timeout < 1) {
    throw refusal('isReady()', 'timeout has to be a number of milliseconds, 1 or more')
  }
  const problem = await problemOf(pool, access, timeout)
  return healthOf(pool.status(), problem)
}

function healthOf(status: PoolStatus, message: string | undefined): PoolHealth {
  const { connectionLimit: limit, inUse, idle, waiting, hosts } = status
  return {
    status: message === undefined ? 'up' : 'down',
    ...(message === undefined ? {} : { message }),
    connections: { limit, inUse, idle, waiting },
    hosts: hosts.map(({ name, state, reason, writable }) => ({ name, state, reason, writable })),
  }
}

/**
 * Pools whose hosts have all been asked once. Before that, a host may count as up because a connection to it was opened, while no
 * probe has told yet whether the host is ready and takes writes. Afterwards only probes bring hosts up.
 */
const asked = new WeakSet<Pool>()

/** The reason for which the pool cannot serve, in words; undefined when the pool can. */
async function problemOf(pool: Pool, access: Access, timeout: number): Promise<string | undefined> {
  if (pool.status().state !== 'open') return 'the pool has been ended'
  // Probes keep the status up to date, and a host that hangs must not delay the answer about the others.
  if (pool.config.health.probe !== false && asked.has(pool) && hasHostFor(access, pool)) return undefined
  try {
    const served = asked.has(pool) ? await firstServing(pool, access, timeout) : await anyServing(pool, access, timeout)
    asked.add(pool)
    return served ? undefined : `no host serves ${access}s`
  } catch (error) {
    if (isHostpoolError(error) && error.code === 'ERR_HOSTPOOL_CLOSED') return 'the pool has been ended'
    throw error
  }
}

/** Asks all hosts, and waits for all of them. */
async function anyServing(pool: Pool, access: Access, timeout: number): Promise<boolean> {
  const { readable, writable } = await pool.check({ timeout })
  return access === 'write' ? writable : readable
}

/** Asks all hosts, and waits for the first that serves. */
async function firstServing(pool: Pool, access: Access, timeout: number): Promise<boolean> {
  let look = (): void => undefined
  const found = new Promise<boolean>((resolve) => {
    look = () => {
      if (hasHostFor(access, pool)) resolve(true)
    }
  })
  pool.on('hostUp', look)
  try {
    return await Promise.race([anyServing(pool, access, timeout), found])
  } finally {
    pool.off('hostUp', look)
  }
}

function hasHostFor(access: Access, pool: Pool): boolean {
  return pool.status().hosts.some(({ state, writable }) => state === 'up' && (access === 'read' || writable))
}
