import { tracingChannel } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'

import {
  type ChannelMessages,
  createPool,
  type HostStatus,
  type Pool,
  type PoolStatus,
  type ProbeMessage,
  type StatementMessage,
} from '@mysql-hostpool/core'

/** The status of a real pool that has done nothing yet: what is no matter of a test is as the pool has it. */
const FRESH = await freshStatus()

async function freshStatus(): Promise<PoolStatus> {
  await using pool = createPool({ host: 'db1' })
  return pool.status()
}

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
    counters: { ...fresh.counters, opened: 3, served: 9 },
    ...known,
  }
}

/** The face of a pool, as far as its metrics are read from there, and what it tells through its channels. */
export class FakePool {
  hosts: HostStatus[] = [hostStatus('db1:3306'), hostStatus('[fd00::3]:3307', { state: 'down', writable: false })]
  readonly config: object
  readonly #events = new EventEmitter()
  readonly #poolName: string

  constructor(poolName = 'shop') {
    this.#poolName = poolName
    this.config = { poolName, maxIdle: 8, minIdle: 2, connectionLimit: 10, connection: { database: 'store' } }
  }

  /** As `instrument` takes it. */
  get pool(): Pool {
    return this as unknown as Pool
  }

  /** Listeners of all events. */
  get listeners(): number {
    return this.#events.eventNames().reduce((sum, name) => sum + this.#events.listenerCount(name), 0)
  }

  status(): PoolStatus {
    return {
      ...FRESH,
      poolName: this.#poolName,
      connectionLimit: 10,
      total: 6,
      inUse: 2,
      idle: 4,
      waiting: 3,
      hosts: this.hosts,
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

  on(event: string, listener: (details: object) => void): this {
    this.#events.on(event, listener)
    return this
  }

  off(event: string, listener: (details: object) => void): this {
    this.#events.off(event, listener)
    return this
  }

  emit(event: string, details: object): void {
    this.#events.emit(event, details)
  }

  /** A statement, from its start to its end. @param during - runs between the two */
  statement(known: Partial<StatementMessage> = {}, during: () => void = () => undefined): void {
    const message = {
      poolName: this.#poolName,
      pool: this,
      command: 'query',
      kind: 'read',
      verb: 'select',
      sql: 'SELECT price FROM item WHERE id = ?',
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
    } satisfies StatementMessage
    this.#tell('mysql-hostpool:statement', 'start', message)
    during()
    this.#tell('mysql-hostpool:statement', 'asyncEnd', message)
  }

  probe(known: Partial<ProbeMessage> = {}): void {
    this.#tell('mysql-hostpool:host', 'asyncEnd', {
      type: 'probe',
      poolName: this.#poolName,
      pool: this,
      host: 'db1:3306',
      duration: 2,
      fresh: false,
      usable: true,
      writable: true,
      lastResort: false,
      reason: '',
      errorType: undefined,
      error: undefined,
      outcome: 'done',
      ...known,
    })
  }

  #tell<Name extends keyof ChannelMessages>(
    name: Name,
    event: 'start' | 'asyncEnd',
    message: ChannelMessages[Name],
  ): void {
    tracingChannel<unknown, ChannelMessages[Name]>(name)[event].publish(message)
  }
}
