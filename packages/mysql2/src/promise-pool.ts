import { EventEmitter } from 'node:events'

import type { QueryResult } from '@mysql-hostpool/core'
import type { SqlValue } from 'sql-escaper'

import { forwardEvents } from './forward-events.js'
import type { Pool } from './pool.js'
import type { PromiseConnection } from './promise-connection.js'
import type { Facade } from './facade.js'
import { refuseCallbacks } from './statement-arguments.js'

const EVENTS = ['acquire', 'connection', 'enqueue', 'release', 'error', 'end'] as const

/** A pool in the shape of mysql2's promise pool: its members are mysql2's. */
export class PromisePool extends EventEmitter {
  /** The callback side of the same pool. */
  readonly pool: Pool
  readonly Promise = Promise
  readonly #facade: Facade

  constructor(pool: Pool, facade: Facade) {
    super()
    this.pool = pool
    this.#facade = facade
    forwardEvents(pool, this, EVENTS)
  }

  async getConnection(...unexpected: readonly unknown[]): Promise<PromiseConnection> {
    refuseCallbacks(unexpected)
    const connection = await this.#facade.acquire()
    return connection.promise()
  }

  releaseConnection(connection: { release(): void }): void {
    connection.release()
  }

  query(sql: unknown, values?: unknown, ...unexpected: readonly unknown[]): Promise<QueryResult<unknown>> {
    if (typeof values === 'function' || unexpected.length > 0) refuseCallbacks([values, ...unexpected])
    return this.#facade.run('query', sql, values)
  }

  execute(sql: unknown, values?: unknown, ...unexpected: readonly unknown[]): Promise<QueryResult<unknown>> {
    if (typeof values === 'function' || unexpected.length > 0) refuseCallbacks([values, ...unexpected])
    return this.#facade.run('execute', sql, values)
  }

  end(...unexpected: readonly unknown[]): Promise<void> {
    refuseCallbacks(unexpected)
    return this.#facade.close()
  }

  escape(value: SqlValue): string {
    return this.pool.escape(value)
  }

  escapeId(name: SqlValue): string {
    return this.pool.escapeId(name)
  }

  format(sql: string, values?: SqlValue): string {
    return this.pool.format(sql, values)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#facade.close()
  }
}
