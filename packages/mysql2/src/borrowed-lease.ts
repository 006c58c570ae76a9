import type { Readable } from 'node:stream'

import { heedRejection, type Lease, type QueryResult, reportFault } from '@mysql-hostpool/core'

import type { StatementObserver } from './facade-options.js'
import { statementOf, valuesOf } from './statement-arguments.js'

type Answer = QueryResult<unknown>

/** Called with the answer to a statement: its text, and its rows or header. */
export type ResultObserver = (sql: string, result: unknown) => void

/** A lease in the hands of this facade's user. It takes statements in all of mysql2's forms, and counts those under way. */
export class BorrowedLease {
  readonly lease: Lease
  readonly #onResult: ResultObserver | undefined
  readonly #onStatement: StatementObserver | undefined
  #running = 0
  #released = false
  #onQuiet: (() => void) | undefined

  constructor(lease: Lease, onResult?: ResultObserver, onStatement?: StatementObserver) {
    this.lease = lease
    this.#onResult = onResult
    this.#onStatement = onStatement
  }

  /** True when taking the connection back would lose nothing: no statement is under way, and no transaction is open. */
  get idle(): boolean {
    return this.#running === 0 && !this.lease.inTransaction
  }

  /** True when no statement is under way. */
  get quiet(): boolean {
    return this.#running === 0
  }

  /** True after the lease was given back. */
  get released(): boolean {
    return this.#released
  }

  query(sql: unknown, values: unknown): Promise<Answer> {
    try {
      if (typeof sql === 'string') {
        this.#onStatement?.(this.lease, sql)
        return this.#observed(sql, this.lease.query(sql, valuesOf(values)))
      }
      const statement = statementOf(sql, values)
      this.#onStatement?.(this.lease, statement.sql)
      return this.#observed(statement.sql, this.lease.query(statement))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  execute(sql: unknown, values: unknown): Promise<Answer> {
    try {
      if (typeof sql === 'string') {
        this.#onStatement?.(this.lease, sql)
        return this.#observed(sql, this.lease.execute(sql, valuesOf(values)))
      }
      const statement = statementOf(sql, values)
      this.#onStatement?.(this.lease, statement.sql)
      return this.#observed(statement.sql, this.lease.execute(statement))
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

  /**
   * Counts a promise as a statement under way. The caller must await the returned promise instead: V8 lists the callers of an
   * error only along the promises that are awaited.
   */
  track<T>(promise: Promise<T>): Promise<T> {
    this.#running += 1
    return promise.then(this.#answered, this.#failed) as Promise<T>
  }

  /** Calls back whenever the last statement under way has been answered, and at once where none is under way. */
  whenQuiet(quiet: () => void): void {
    this.#onQuiet = quiet
    if (this.#running === 0) quiet()
  }

  /** Marks the lease as given back. Returns false where the lease was given back before. */
  leave(): boolean {
    const first = !this.#released
    this.#released = true
    return first
  }

  #observed(sql: string, answer: Promise<Answer>): Promise<Answer> {
    const onResult = this.#onResult
    if (onResult === undefined) return this.track(answer)
    this.#running += 1
    return answer.then((given) => {
      this.#settled()
      tell(onResult, sql, given[0])
      return given
    }, this.#failed)
  }

  readonly #answered = (answer: unknown): unknown => {
    this.#settled()
    return answer
  }

  readonly #failed = (error: unknown): never => {
    this.#settled()
    throw error
  }

  readonly #settled = (): void => {
    this.#running -= 1
    if (this.#running === 0) this.#onQuiet?.()
  }
}

/** Calls the observer. The statement has succeeded, and an error of its observer must not make the statement fail. */
function tell(onResult: ResultObserver, sql: string, result: unknown): void {
  try {
    const answer: unknown = onResult(sql, result)
    heedRejection(answer, (reason) => reportFault('The onResult function rejected', reason))
  } catch (error) {
    reportFault('The onResult function threw', error)
  }
}
