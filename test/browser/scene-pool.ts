import { EventEmitter } from 'node:events'

import type { HostStatus, Pool, PoolEventName, PoolEvents, PoolStatus } from '@mysql-hostpool/core'

const CLOSES: PoolStatus['counters']['closes'] = {
  broken: 6,
  destroyed: 0,
  'idle timeout': 41,
  'max lifetime': 12,
  'max idle': 0,
  'host down': 4,
  draining: 0,
  'validation failed': 0,
  'clean-up failed': 0,
  'session changed': 3,
  rebalanced: 5,
  refreshed: 0,
  'server changed': 0,
  'login refused': 0,
  'room needed': 0,
  'pool ended': 0,
}

function host(name: string, now: number, known: Partial<HostStatus>): HostStatus {
  return {
    name: `${name}:3306`,
    state: 'up',
    reason: '',
    since: now - 7 * 3_600_000,
    origin: 'configured',
    zone: undefined,
    weight: 1,
    writable: true,
    serves: { read: true, write: true },
    inUse: 6,
    idle: 3,
    connecting: 0,
    generation: 0,
    latency: 2.1,
    counters: { opened: 31, closed: 22, connectsFailed: 0, served: 861_204 },
    ...known,
  }
}

/** A pool as it is forty seconds after one of its three hosts was lost: what the pictures of the documentation show. */
export class ScenePool {
  readonly hosts = {}
  readonly #now: number
  readonly #events = new EventEmitter()

  constructor(now: number) {
    this.#now = now
  }

  /** As `statusPage` takes it. */
  get pool(): Pool {
    return this as unknown as Pool
  }

  on(event: string, listener: (details: object) => void): this {
    this.#events.on(event, listener)
    return this
  }

  emit<E extends PoolEventName>(event: E, details: Omit<PoolEvents[E], 'poolName'>): void {
    this.#events.emit(event, { poolName: 'shop', ...details })
  }

  status(): PoolStatus {
    const lost: Partial<HostStatus> = {
      state: 'down',
      reason: 'connect failed: connect ECONNREFUSED 10.0.4.12:3306',
      since: this.#now - 40_000,
      serves: { read: false, write: false },
      inUse: 0,
      idle: 0,
      counters: { opened: 31, closed: 31, connectsFailed: 9, served: 803_377 },
    }
    return {
      poolName: 'shop',
      state: 'open',
      connectionLimit: 24,
      total: 19,
      inUse: 13,
      idle: 6,
      connecting: 0,
      waiting: 0,
      hosts: [
        host('db1', this.#now, {}),
        host('db2', this.#now, lost),
        host('db3', this.#now, { inUse: 7, latency: 2.6 }),
      ],
      counters: {
        served: 2_538_912,
        acquireTimeouts: 0,
        waits: 1_204,
        waited: 10_113,
        closes: CLOSES,
        staleCheckouts: 0,
        retriedReads: 11,
        hedges: 4,
        retries: { lost: 6, notReady: 1, readOnly: 0, conflict: 0 },
        unknownOutcomes: 1,
      },
    }
  }
}
