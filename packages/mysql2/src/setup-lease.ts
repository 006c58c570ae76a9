import type { Readable } from 'node:stream'

import type { Lease, Queryable, QueryResult, StatementOptions, StatementValues } from '@mysql-hostpool/core'

import { bufferedRows } from './buffered-rows.js'
import { unsupported } from './unsupported.js'

/** A new connection while it is set up, as a lease that cannot be given back: nobody has borrowed it yet. */
export class SetupLease implements Lease {
  readonly host = ''
  readonly threadId = undefined
  readonly serverVersion = ''
  readonly inTransaction = false
  readonly noBackslashEscapes = false
  readonly #connection: Queryable

  constructor(connection: Queryable) {
    this.#connection = connection
  }

  query<T>(sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    return this.#connection.query<T>(sql, values)
  }

  execute<T>(sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    return this.#connection.execute<T>(sql, values)
  }

  async beginTransaction(): Promise<void> {
    await this.#connection.query('START TRANSACTION')
  }

  async commit(): Promise<void> {
    await this.#connection.query('COMMIT')
  }

  async rollback(): Promise<void> {
    await this.#connection.query('ROLLBACK')
  }

  async ping(): Promise<void> {
    await this.#connection.query('DO 1')
  }

  /** Nothing is left of a set-up that fails, so nothing in it has to be told apart. */
  manage(): void {}

  trueInTheEnd(error: unknown): unknown {
    return error
  }

  changeUser(): Promise<void> {
    return Promise.reject(unsupported('changeUser() in onConnect', 'the connections of a pool belong to its user'))
  }

  stream(sql: string | StatementOptions, values?: StatementValues): Readable {
    return bufferedRows(this.#connection.query<unknown>(sql, values))
  }

  release(): void {}

  destroy(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
