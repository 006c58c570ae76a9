import { tracingChannel } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'

import {
  createPool,
  type HostStatus,
  type Pool,
  type PoolEventName,
  type PoolEvents,
  type PoolStatus,
  type StatementMessage,
} from '@mysql-hostpool/core'

/** The status of a real pool that has done nothing yet: what is no matter of a test is as the pool has it. */
const FRESH = await freshStatus()

async function freshStatus(): Promise<PoolStatus> {
  await using pool = createPool({ host: 'db1' })
  return pool.status()
}

const statements = tracingChannel('mysql-hostpool:statement')

export function hostStatus(name: string, known: Partial<HostStatus> = {}): HostStatus {
  const [fresh] = FRESH.hosts
  if (fresh === undefined) throw new Error('the pool has a host')
  return {
    ...fresh,
    name,
    state: 'up',
    since: 0,
    inUse: 1,
    idle: 2,
    counters: { ...fresh.counters, opened: 3 },
    ...known,
  }
}

/** The face of a pool, as far as a page looks at it, and what it tells through its channel. */
export class FakePool {
  now: PoolStatus
  readonly hosts = {}
  /** How often it was looked at. */
  looks = 0
  readonly #events = new EventEmitter()
  readonly #poolName: string

  constructor(poolName = 'shop') {
    this.#poolName = poolName
    this.now = {
      ...FRESH,
      poolName,
      connectionLimit: 10,
      total: 6,
      inUse: 2,
      idle: 4,
      hosts: [hostStatus('db1:3306'), hostStatus('db2:3306')],
      counters: {
        ...FRESH.counters,
        served: 18,
        acquireTimeouts: 5,
        waits: 7,
        waited: 100,
        closes: { ...FRESH.counters.closes, broken: 2, 'idle timeout': 1 },
        retriedReads: 4,
        hedges: 1,
        retries: { ...FRESH.counters.retries, lost: 2, conflict: 1 },
        unknownOutcomes: 6,
      },
    }
  }

  /** As `statusPage` takes it. */
  get pool(): Pool {
    return this as unknown as Pool
  }

  /** Sets the hosts of its status. */
  set shownHosts(hosts: readonly HostStatus[]) {
    this.now = { ...this.now, hosts }
  }

  status(): PoolStatus {
    this.looks += 1
    return this.now
  }

  on(event: string, listener: (details: object) => void): this {
    this.#events.on(event, listener)
    return this
  }

  emit<E extends PoolEventName>(event: E, details: Omit<PoolEvents[E], 'poolName'>): void {
    this.#events.emit(event, { poolName: this.#poolName, ...details })
  }

  /** Whether statements are followed. */
  static get isFollowed(): boolean {
    return statements.asyncEnd.hasSubscribers
  }

  /** A statement ends. */
  statement(known: Partial<StatementMessage>): void {
    const message: StatementMessage = {
      poolName: this.#poolName,
      pool: this,
      command: 'query',
      kind: 'read',
      verb: 'select',
      sql: "SELECT price FROM item WHERE code = 'secret'",
      host: 'db1:3306',
      serverVersion: '10.11.6-MariaDB',
      attempts: 1,
      sent: [{ host: 'db1:3306', at: 1, cause: 'first' }],
      waited: 1,
      wire: 3,
      rows: 1,
      affectedRows: undefined,
      hedged: false,
      retriedElsewhere: false,
      errorType: undefined,
      error: undefined,
      outcome: 'done',
      ...known,
    }
    statements.asyncEnd.publish(message)
  }
}
