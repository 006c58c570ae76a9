import type { Readable } from 'node:stream'

import type { Lease, QueryResult } from '@mysql-hostpool/core'

import { statementOf, valuesOf } from './statement-arguments.js'

type Answer = QueryResult<unknown>

/** A lease in the hands of this shape's user: takes statements in all of mysql2's forms and knows which are under way. */
export class BorrowedLease {
  readonly lease: Lease
  #running = 0
  #gone = false

  constructor(lease: Lease) {
    this.lease = lease
  }

  /** True when nothing would be lost by taking the connection back: no statement under way, no transaction open. */
  get idle(): boolean {
    return this.#running === 0 && !this.lease.inTransaction
  }

  /** True once it was given back. */
  get gone(): boolean {
    return this.#gone
  }

  query(sql: unknown, values: unknown): Promise<Answer> {
    try {
      return this.track(
        typeof sql === 'string' ? this.lease.query(sql, valuesOf(values)) : this.lease.query(statementOf(sql, values)),
      )
    } catch (error) {
      return Promise.reject(error)
    }
  }

  execute(sql: unknown, values: unknown): Promise<Answer> {
    try {
      return this.track(
        typeof sql === 'string'
          ? this.lease.execute(sql, valuesOf(values))
          : this.lease.execute(statementOf(sql, values)),
      )
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** @throws TypeError and ERR_HOSTPOOL_UNSUPPORTED for arguments that cannot be a statement. */
  stream(sql: unknown, values: unknown): Readable {
    const source =
      typeof sql === 'string' ? this.lease.stream(sql, valuesOf(values)) : this.lease.stream(statementOf(sql, values))
    this.#running += 1
    source.once('close', this.#settled)
    return source
  }

  /** Counts a promise as a statement under way. */
  track<T>(promise: Promise<T>): Promise<T> {
    this.#running += 1
    promise.then(this.#settled, this.#settled)
    return promise
  }

  /** Marks the lease as given back; false when it had been already. */
  leave(): boolean {
    const first = !this.#gone
    this.#gone = true
    return first
  }

  readonly #settled = (): void => {
    this.#running -= 1
  }
}
