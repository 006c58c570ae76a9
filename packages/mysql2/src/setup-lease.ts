import type { Readable } from 'node:stream'

import type {
  Lease,
  QueryResult,
  SetupSession,
  StatementOptions,
  StatementResult,
  StatementValues,
} from '@mysql-hostpool/core'

import { bufferedRows } from './buffered-rows.js'
import { unsupported } from './unsupported.js'

/** A new connection during its set-up, as a lease that cannot be given back: no caller has borrowed the connection yet. */
export class SetupLease implements Lease {
  readonly host: string
  readonly threadId: number | undefined
  readonly serverVersion: string
  readonly inTransaction = false
  readonly noBackslashEscapes = false
  readonly #connection: SetupSession

  constructor(connection: SetupSession) {
    this.#connection = connection
    this.host = connection.host
    this.threadId = connection.threadId
    this.serverVersion = connection.serverVersion
  }

  query<T extends StatementResult>(sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    return this.#connection.query<T>(sql, values)
  }

  execute<T extends StatementResult>(
    sql: string | StatementOptions,
    values?: StatementValues,
  ): Promise<QueryResult<T>> {
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

  /** Does nothing: a failed set-up leaves no connection, so its transactions need no marking. */
  manage(): void {}

  trueInTheEnd(error: unknown): unknown {
    return error
  }

  changeUser(): Promise<void> {
    return Promise.reject(unsupported('changeUser() in onConnect', 'the connections of a pool belong to its user'))
  }

  stream(sql: string | StatementOptions, values?: StatementValues): Readable {
    return bufferedRows(this.#connection.query<StatementResult>(sql, values))
  }

  cancel(): void {}

  release(): void {}

  destroy(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
