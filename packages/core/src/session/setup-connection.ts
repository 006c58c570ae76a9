import { HostpoolError } from '../errors/hostpool-error.js'
import type { SetupSession } from '../sql/setup-session.js'
import type { Session } from './session.js'
import type { QueryResult, Row, StatementOptions, StatementResult, StatementValues } from '../sql/statement.js'
import { toStatement } from './to-statement.js'

/** The argument of an `onConnect` hook: the connection itself, before its first borrower. */
export class SetupConnection implements SetupSession {
  readonly #session: Session
  readonly #turn: (server: boolean) => void
  #ended = false
  /** The end of the last statement: a connection takes one statement at a time. */
  #tail: Promise<unknown> = Promise.resolve()

  /** @param turn - called with true when the server's turn begins (a statement is under way), with false when it ends */
  constructor(session: Session, turn: (server: boolean) => void) {
    this.#session = session
    this.#turn = turn
  }

  get host(): string {
    return this.#session.hostName
  }

  get threadId(): number | undefined {
    return this.#session.connection.threadId
  }

  get serverVersion(): string {
    return this.#session.connection.serverVersion
  }

  query<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
    unexpected?: unknown,
  ): Promise<QueryResult<T>> {
    return this.#run(false, () => toStatement(sql, values, unexpected))
  }

  execute<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
    unexpected?: unknown,
  ): Promise<QueryResult<T>> {
    return this.#run(true, () => toStatement(sql, values, unexpected))
  }

  /**
   * Ends the hook's use of the connection: no more statements are sent. Resolves when all statements have been answered, and
   * the connection is fit for a borrower.
   */
  async end(): Promise<void> {
    this.#ended = true
    await this.#tail
  }

  #run<T>(prepared: boolean, read: () => StatementOptions): Promise<QueryResult<T>> {
    if (this.#ended) return Promise.reject(afterHookError())
    const run = (): Promise<QueryResult<T>> => this.#send(prepared, read)
    const result = this.#tail.then(run, run)
    this.#tail = result.catch(() => undefined)
    return result
  }

  #send<T>(prepared: boolean, read: () => StatementOptions): Promise<QueryResult<T>> {
    return new Promise((resolve, reject) => {
      const statement = read()
      if (statement.signal !== undefined) throw noSignalError()
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

function noSignalError(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    'A statement of onConnect takes no signal: connectTimeout limits the setting up of a connection; leave it out',
  )
}
