import { tracingChannel } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'

import type { HostStatus, Pool, PoolEventName, PoolEvents, PoolStatus, StatementMessage } from '@mysql-hostpool/core'

const CLOSES = {
  broken: 2,
  destroyed: 0,
  'idle timeout': 1,
  'max lifetime': 0,
  'max idle': 0,
  'host down': 0,
  draining: 0,
  'validation failed': 0,
  'clean-up failed': 0,
  'session changed': 0,
  rebalanced: 0,
  refreshed: 0,
  'server changed': 0,
  'login refused': 0,
  'room needed': 0,
  'pool ended': 0,
}

const statements = tracingChannel('mysql-hostpool:statement')

export function hostStatus(name: string, known: Partial<HostStatus> = {}): HostStatus {
  return {
    name,
    state: 'up',
    reason: '',
    since: 0,
    origin: 'configured',
    zone: undefined,
    weight: 1,
    writable: true,
    serves: { read: true, write: true },
    inUse: 1,
    idle: 2,
    connecting: 0,
    generation: 0,
    latency: undefined,
    counters: { opened: 3, closed: 0, connectsFailed: 0, served: 0 },
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
      poolName,
      state: 'open',
      connectionLimit: 10,
      total: 6,
      inUse: 2,
      idle: 4,
      connecting: 0,
      waiting: 0,
      hosts: [hostStatus('db1:3306'), hostStatus('db2:3306')],
      counters: {
        served: 18,
        acquireTimeouts: 5,
        waits: 7,
        waited: 100,
        closes: CLOSES,
        staleCheckouts: 0,
        retriedReads: 4,
        hedges: 1,
        retries: { lost: 2, notReady: 0, readOnly: 0, conflict: 1 },
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
