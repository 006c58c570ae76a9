import { HostpoolError } from '../errors/hostpool-error.js'
import type { Queryable } from '../statement/queryable.js'
import type { Session } from './session.js'
import type { QueryResult, Row, StatementOptions, StatementValues } from '../statement/statement.js'
import { toStatement } from '../statement/to-statement.js'

/** What an `onConnect` hook works with: the connection itself, before anybody borrows it. */
export class SetupConnection implements Queryable {
  readonly #session: Session
  readonly #turn: (server: boolean) => void
  #ended = false
  /** The last statement that was asked for: a connection takes one at a time. */
  #tail: Promise<unknown> = Promise.resolve()

  /** @param turn - told whose turn it is: the server's while a statement is under way */
  constructor(session: Session, turn: (server: boolean) => void) {
    this.#session = session
    this.#turn = turn
  }

  query<T = Row[]>(sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    return this.#run(false, sql, values)
  }

  execute<T = Row[]>(sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    return this.#run(true, sql, values)
  }

  /** Nothing more is sent; resolves when all that was asked for has been answered, and the connection may be a borrower's. */
  async end(): Promise<void> {
    this.#ended = true
    await this.#tail
  }

  #run<T>(prepared: boolean, sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    if (this.#ended) return Promise.reject(afterHookError())
    const run = (): Promise<QueryResult<T>> => this.#send(prepared, sql, values)
    const result = this.#tail.then(run, run)
    this.#tail = result.catch(() => undefined)
    return result
  }

  #send<T>(prepared: boolean, sql: string | StatementOptions, values?: StatementValues): Promise<QueryResult<T>> {
    return new Promise((resolve, reject) => {
      const statement = toStatement(sql, values)
      const { connection } = this.#session
      const run = prepared ? connection.execute.bind(connection) : connection.query.bind(connection)
      this.#turn(true)
      run(statement, statement.decoding ?? {}, (error, result, fields) => {
        this.#turn(false)
        if (error === null) resolve([result as T, fields as QueryResult<T>[1]])
        else reject(error)
      })
    })
  }
}

function afterHookError(): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_LEASE_RELEASED', 'The connection given to onConnect was used after the hook')
}
