import type { Readable } from 'node:stream'

import { HostpoolError, transactionControl } from '@mysql-hostpool/core'
import type {
  Lease,
  LeaseOptions,
  Pool,
  QueryResult,
  ResultSetHeader,
  Row,
  StatementOptions,
  StatementResult,
  StatementValues,
  TransactionControl,
  TransactionOptions,
  UserChange,
} from '@mysql-hostpool/core'

import { bufferedRows } from './buffered-rows.js'

/** The answer to ROLLBACK without a lease: nothing has been done. */
const NOTHING_DONE: ResultSetHeader = Object.freeze({
  affectedRows: 0,
  insertId: 0,
  changedRows: 0,
  info: '',
  serverStatus: 2,
  warningStatus: 0,
})

/**
 * Stands in for a lease that is not there yet. After a failed checkout, the first statement rejects with the failure, and each
 * further statement asks the pool again, until a lease runs it. After a BEGIN that failed, ROLLBACK must come before any other
 * statement.
 */
export class DeferredLease implements Lease {
  readonly #borrow: () => Promise<Lease>
  #failure: unknown
  #lease: Lease | undefined
  /** Why a transaction could not begin; set until ROLLBACK or the next BEGIN. */
  #unbegun: unknown
  #asking: Promise<Lease> | undefined
  #released = false
  #managed = false

  constructor(failure: unknown, pool: Pick<Pool, 'getConnection'>, options: LeaseOptions) {
    this.#failure = failure
    this.#borrow = () => pool.getConnection(options)
  }

  get host(): string {
    return this.#lease?.host ?? ''
  }

  get threadId(): number | undefined {
    return this.#lease?.threadId
  }

  get serverVersion(): string {
    return this.#lease?.serverVersion ?? ''
  }

  get inTransaction(): boolean {
    return this.#lease?.inTransaction ?? false
  }

  get noBackslashEscapes(): boolean {
    return this.#lease?.noBackslashEscapes ?? false
  }

  async query<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
  ): Promise<QueryResult<T>> {
    if (this.#lease !== undefined) return this.#lease.query<T>(sql, values)
    const control = controlOf(sql)
    if (control === 'rollback') return this.#rolledBack<T>()
    return (await this.#bound(control)).query<T>(sql, values)
  }

  async execute<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
  ): Promise<QueryResult<T>> {
    if (this.#lease !== undefined) return this.#lease.execute<T>(sql, values)
    const control = controlOf(sql)
    if (control === 'rollback') return this.#rolledBack<T>()
    return (await this.#bound(control)).execute<T>(sql, values)
  }

  async beginTransaction(options?: TransactionOptions): Promise<void> {
    await (await this.#bound('begin')).beginTransaction(options)
  }

  async commit(): Promise<void> {
    await (await this.#bound('commit')).commit()
  }

  async rollback(): Promise<void> {
    this.#unbegun = undefined
    await this.#lease?.rollback()
  }

  manage(managed: boolean): void {
    this.#managed = managed
    this.#lease?.manage(managed)
  }

  trueInTheEnd(error: unknown): unknown {
    return this.#lease === undefined ? error : this.#lease.trueInTheEnd(error)
  }

  async changeUser(to: UserChange): Promise<void> {
    await (await this.#bound()).changeUser(to)
  }

  async ping(): Promise<void> {
    await (await this.#bound()).ping()
  }

  stream(sql: string | StatementOptions, values?: StatementValues): Readable {
    return this.#lease === undefined
      ? bufferedRows(this.query<StatementResult>(sql, values))
      : this.#lease.stream(sql, values)
  }

  cancel(): void {
    this.#lease?.cancel()
  }

  release(): void {
    this.#released = true
    this.#lease?.release()
  }

  destroy(): void {
    this.#released = true
    this.#lease?.destroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release()
    return Promise.resolve()
  }

  /** Resolves when the lease is there. */
  async ready(): Promise<void> {
    await this.#bound()
  }

  /** Answers ROLLBACK without a lease, and gives up a transaction that could not begin. */
  #rolledBack<T extends StatementResult>(): QueryResult<T> {
    this.#unbegun = undefined
    // The answer to ROLLBACK has no rows, whatever type the caller gave.
    return [NOTHING_DONE, undefined] as unknown as QueryResult<T>
  }

  async #bound(control?: TransactionControl): Promise<Lease> {
    if (this.#lease !== undefined) return this.#lease
    // SET TRANSACTION belongs to the next transaction.
    const begins = control === 'begin' || control === 'next'
    if (this.#unbegun !== undefined && !begins) throw unbegunError(this.#unbegun)
    try {
      if (this.#failure !== undefined) throw this.#takeFailure()
      this.#asking ??= this.#ask()
      const lease = await this.#asking
      this.#unbegun = undefined
      return lease
    } catch (error) {
      // Later statements were meant for the transaction, and must not run outside one just because a connection is there by
      // then.
      if (begins) this.#unbegun = error
      throw error
    }
  }

  #takeFailure(): unknown {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }

  /** Asks for a lease. Statements that are sent together share one. */
  async #ask(): Promise<Lease> {
    try {
      const lease = await this.#borrow()
      this.#lease = lease
      if (this.#managed) lease.manage(true)
      // A released lease refuses statements by itself.
      if (this.#released) lease.release()
      return lease
    } finally {
      this.#asking = undefined
    }
  }
}

function controlOf(sql: string | StatementOptions): TransactionControl | undefined {
  return transactionControl(typeof sql === 'string' ? sql : sql.sql)
}

function unbegunError(cause: unknown): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_TRANSACTION_LOST',
    'The transaction of this connection could not begin; send ROLLBACK before any other statement',
    { cause },
  )
}
