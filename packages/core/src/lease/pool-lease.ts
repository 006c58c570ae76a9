import type { Readable } from 'node:stream'

import { checkCall } from '../config/call-options.js'
import type { RowReceiver, StatementDone } from '../driver/port.js'
import { type CallSite, callSite, failNamingCallers } from './callers.js'
import { Cancellation } from './cancellation.js'
import { kindOfStatement } from './kind-of-statement.js'
import type { Lease, LeaseOptions, TransactionOptions } from './lease.js'
import { releasedError } from './lease-errors.js'
import type { LeasePort, SessionCheckout } from './lease-port.js'
import type { Operation } from './operation.js'
import { RowStream } from './row-stream.js'
import { startTransaction } from './start-transaction.js'
import { StatementExecutor } from './statement-executor.js'
import type { Field, QueryResult, Row, StatementOptions, StatementResult, StatementValues } from '../sql/statement.js'
import type { StatementKind } from '../sql/statement-kind.js'
import { callbackError, toStatement } from '../session/to-statement.js'
import type { UserChange } from '../sql/user-change.js'

/** Frozen, so that `checkCall` checks the object only once. */
const NO_OPTIONS: TransactionOptions = Object.freeze({})

const NO_STATEMENT: StatementOptions = Object.freeze({ sql: '' })
const PING: StatementKind = Object.freeze({ kind: 'read', mayTaint: false })
const CHANGE_USER: StatementKind = Object.freeze({ kind: 'write', mayTaint: true })

/** The lease that `getConnection` returns. */
export class PoolLease implements Lease {
  readonly #port: LeasePort
  readonly #executor: StatementExecutor
  #streams: Set<RowStream> | undefined

  constructor(port: LeasePort, checkout: SessionCheckout, options: LeaseOptions) {
    this.#port = port
    this.#executor = new StatementExecutor(port, checkout, options)
  }

  get host(): string {
    return this.#executor.lastCheckout.connection.hostPool.host.name
  }

  get threadId(): number | undefined {
    return this.#executor.session?.connection.threadId
  }

  get serverVersion(): string {
    return this.#executor.lastCheckout.connection.resource.connection.serverVersion
  }

  get inTransaction(): boolean {
    return this.#executor.inTransaction
  }

  get noBackslashEscapes(): boolean {
    return this.#executor.lastCheckout.connection.resource.noBackslashEscapes
  }

  query<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
    unexpected?: unknown,
  ): Promise<QueryResult<T>> {
    return this.#promised('query', sql, values, unexpected)
  }

  execute<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
    unexpected?: unknown,
  ): Promise<QueryResult<T>> {
    return this.#promised('execute', sql, values, unexpected)
  }

  stream(sql: string | StatementOptions, values?: StatementValues, unexpected?: unknown): Readable {
    const statement = toStatement(sql, values, unexpected)
    const executor = this.#executor
    // Before the stream's turn, and after it, the rows on the connection are another statement's.
    const stream = new RowStream(() => (executor.isCurrent(operation) ? executor.session?.connection : undefined))
    // The socket is older than this call, and so is the asynchronous context of its events. Listeners of the stream run in the
    // caller's.
    const finish = (error: Error | null): void => context.runInAsyncScope(() => stream.finish(error))
    const kind = kindOfStatement(this.#port.kinds, statement, false, executor.decoding)
    const asked = executor.operation('stream', statement, kind, finish)
    const { context, span } = asked
    const rows: RowReceiver = {
      fields: (fields: readonly Field[] | undefined) => context.runInAsyncScope(() => stream.fields(fields)),
      row: (row: unknown) => context.runInAsyncScope(() => stream.row(row)),
      done: () => undefined,
    }
    const operation: Operation = {
      ...asked,
      receiver: span === undefined ? rows : span.receiving(rows),
    }
    const streams = (this.#streams ??= new Set())
    streams.add(stream)
    stream.once('close', () => streams.delete(stream))
    if (statement.signal !== undefined) endWithSignal(stream, statement.signal)
    executor.run(operation)
    return stream
  }

  beginTransaction(options: TransactionOptions = NO_OPTIONS, unexpected?: unknown): Promise<void> {
    const site = this.#port.trace ? callSite(this, 'beginTransaction') : undefined
    return new Promise((resolve) => {
      if (typeof options === 'function' || unexpected !== undefined) throw callbackError('beginTransaction()')
      checkCall('beginTransaction', options)
      // All operations enter the queue at once, so that no other operation comes between them. Those after a failed one are not
      // sent.
      const operations: Operation[] = []
      let failed = false
      for (const sql of startTransaction(options)) {
        const kind = this.#port.kinds.of(sql)
        const place = operations.length
        const operation = this.#executor.operation('query', { sql }, kind, (error) => {
          if (error !== null) {
            for (const later of operations.slice(place + 1)) later.refusal = error
            if (!failed) failNamingCallers(resolve, error, site)
            failed = true
          } else if (place === operations.length - 1) resolve()
        })
        operations.push(operation)
      }
      for (const operation of operations) this.#executor.run(operation)
    })
  }

  async commit(unexpected?: unknown): Promise<void> {
    if (unexpected !== undefined) throw callbackError('commit()')
    await this.query('COMMIT')
  }

  async rollback(unexpected?: unknown): Promise<void> {
    if (unexpected !== undefined) throw callbackError('rollback()')
    await this.query('ROLLBACK')
  }

  ping(unexpected?: unknown): Promise<void> {
    const site = this.#port.trace ? callSite(this, 'ping') : undefined
    return new Promise((resolve) => {
      if (unexpected !== undefined) throw callbackError('ping()')
      if (this.#executor.released) throw releasedError()
      this.#executor.run(this.#executor.operation('ping', NO_STATEMENT, PING, settle(resolve, site)))
    })
  }

  changeUser(to: UserChange, unexpected?: unknown): Promise<void> {
    const site = this.#port.trace ? callSite(this, 'changeUser') : undefined
    return new Promise((resolve) => {
      if (unexpected !== undefined) throw callbackError('changeUser()')
      this.#executor.run({
        ...this.#executor.operation('changeUser', NO_STATEMENT, CHANGE_USER, settle(resolve, site)),
        to,
      })
    })
  }

  cancel(): void {
    this.#executor.cancel()
    this.abandonUnreadStreams()
  }

  /** Destroys the streams that have no reader: the next statement would wait behind them for ever. */
  abandonUnreadStreams(): void {
    for (const stream of this.#streams ?? []) if (!stream.isRead) stream.destroy()
  }

  manage(managed: boolean): void {
    this.#executor.manage(managed)
  }

  trueInTheEnd(error: unknown): unknown {
    return this.#executor.trueInTheEnd(error)
  }

  release(): void {
    this.#executor.release()
  }

  destroy(): void {
    this.#executor.destroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release()
    return Promise.resolve()
  }

  #promised<T>(
    what: 'query' | 'execute',
    sql: string | StatementOptions,
    values: StatementValues | undefined,
    unexpected: unknown,
  ): Promise<QueryResult<T>> {
    const site = this.#port.trace ? callSite(this, what) : undefined
    return new Promise((resolve) => {
      const statement = toStatement(sql, values, unexpected)
      const kind = kindOfStatement(this.#port.kinds, statement, what === 'execute', this.#executor.decoding)
      const operation = this.#executor.operation(what, statement, kind, (error, result, fields) => {
        if (error === null) resolve([result as T, fields as QueryResult<T>[1]])
        else failNamingCallers(resolve, error, site)
      })
      this.#executor.run(operation)
    })
  }
}

/** Ends a stream when the signal aborts: a reader that has given up has no use for rows that have arrived. */
function endWithSignal(stream: RowStream, signal: AbortSignal): void {
  if (signal.aborted) return
  const cancellation = new Cancellation(signal)
  cancellation.watch(() => stream.abandon(cancellation.readAborted()))
  stream.once('close', () => cancellation.over())
}

function settle(resolve: (ended: void | Promise<never>) => void, site: CallSite | undefined): StatementDone {
  return (error) => (error === null ? resolve() : failNamingCallers(resolve, error, site))
}
