import { Readable } from 'node:stream'

import { checkCall } from '../config/call-options.js'
import type { Lease, LeaseOptions, TransactionOptions } from './lease.js'
import { releasedError } from './lease-errors.js'
import type { Lender, SessionCheckout } from './lender.js'
import { Sender } from './sender.js'
import type { Session } from './session.js'
import { startTransaction } from './start-transaction.js'
import type { QueryResult, Row, StatementOptions, StatementValues } from '../statement/statement.js'
import { toStatement } from '../statement/to-statement.js'
import type { UserChange } from '../statement/user-change.js'

/** Frozen, so that they are checked once. */
const NO_OPTIONS: TransactionOptions = Object.freeze({})

/** The lease that `getConnection` answers. */
export class PoolLease implements Lease {
  readonly #lender: Lender
  readonly #sender: Sender

  constructor(lender: Lender, checkout: SessionCheckout, options: LeaseOptions) {
    this.#lender = lender
    this.#sender = new Sender(lender, checkout, options)
  }

  get host(): string {
    return this.#sender.connection.home.host.name
  }

  get threadId(): number | undefined {
    return this.#session.connection.threadId
  }

  get serverVersion(): string {
    return this.#session.connection.serverVersion
  }

  get inTransaction(): boolean {
    return this.#sender.inTransaction
  }

  query<T = Row[]>(sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    return this.#promised(false, sql, values)
  }

  execute<T = Row[]>(sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    return this.#promised(true, sql, values)
  }

  stream(sql: string | StatementOptions, values?: StatementValues): Readable {
    const statement = toStatement(sql, values)
    const { refusal } = this.#sender
    if (refusal !== undefined) return failedStream(refusal)
    return this.#session.stream(statement, this.#sender.decodingOf(statement), this.#lender.kinds.of(statement.sql))
  }

  async beginTransaction(options: TransactionOptions = NO_OPTIONS): Promise<void> {
    checkCall('beginTransaction', options)
    for (const sql of startTransaction(options)) await this.query(sql)
  }

  async commit(): Promise<void> {
    await this.query('COMMIT')
  }

  async rollback(): Promise<void> {
    await this.query('ROLLBACK')
  }

  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#sender.released) throw releasedError()
      this.#session.connection.ping((error) => (error === null ? resolve() : reject(error)))
    })
  }

  changeUser(to: UserChange): Promise<void> {
    return new Promise((resolve, reject) => {
      const { refusal } = this.#sender
      if (refusal !== undefined) throw refusal
      this.#session.changeUser(to, (error) => (error === null ? resolve() : reject(error)))
    })
  }

  release(): void {
    this.#sender.release()
  }

  destroy(): void {
    this.#sender.destroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release()
    return Promise.resolve()
  }

  get #session(): Session {
    return this.#sender.connection.resource
  }

  #promised<T>(
    prepared: boolean,
    sql: string | StatementOptions,
    values: StatementValues | undefined,
  ): Promise<QueryResult<T>> {
    return new Promise((resolve, reject) => {
      this.#sender.run(prepared, toStatement(sql, values), (error, result, fields) => {
        if (error === null) resolve([result as T, fields as QueryResult<T>[1]])
        else reject(error)
      })
    })
  }
}

function failedStream(error: Error): Readable {
  const stream = new Readable({ objectMode: true, read: () => undefined })
  stream.destroy(error)
  return stream
}
