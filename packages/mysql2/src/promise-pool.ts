import { EventEmitter } from 'node:events'

import type { QueryResult } from '@mysql-hostpool/core'
import type { SqlValue } from 'sql-escaper'

import { forwardEvents } from './forward-events.js'
import type { Pool } from './pool.js'
import { noCallback } from './promise-connection.js'
import type { PromiseConnection } from './promise-connection.js'
import { refuseMethods, REFUSED_BY_POOL, REFUSED_SYNC } from './unsupported.js'

const EVENTS = ['acquire', 'connection', 'enqueue', 'release', 'error', 'end'] as const

/** A pool in the shape of mysql2's promise pool. */
export class PromisePool extends EventEmitter {
  /** The callback side of the same pool. */
  readonly pool: Pool
  readonly Promise = Promise

  constructor(pool: Pool) {
    super()
    this.pool = pool
    forwardEvents(pool, this, EVENTS)
  }

  get config(): Pool['config'] {
    return this.pool.config
  }

  async getConnection(): Promise<PromiseConnection> {
    const connection = await this.pool.lend()
    return connection.promise()
  }

  releaseConnection(connection: { release(): void }): void {
    connection.release()
  }

  query(sql: unknown, values?: unknown): Promise<QueryResult<unknown>> {
    if (typeof values === 'function') throw noCallback()
    return this.pool.run('query', sql, values)
  }

  execute(sql: unknown, values?: unknown): Promise<QueryResult<unknown>> {
    if (typeof values === 'function') throw noCallback()
    return this.pool.run('execute', sql, values)
  }

  end(): Promise<void> {
    return this.pool.close()
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
    await this.pool.close()
  }
}

refuseMethods(PromisePool.prototype, 'pool', 'rejects', REFUSED_BY_POOL)
refuseMethods(PromisePool.prototype, 'pool', 'throws', REFUSED_SYNC)
