/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import type { Decoding } from '../../sql/decoding.js'
import type { StatementOptions } from '../../sql/statement.js'
import type { FailureReader } from './failure-reader.js'
import { loadsLocally } from './local-file.js'
import type { RawCommand, RawConnection, RawDone, RawError } from './mysql2-internals.js'
import { FastExecute } from './fast-path/fast-execute.js'
import type { PreparedHolder, PreparedShare } from './prepared-share.js'
import { isPlain, rawStatement } from './raw-statement.js'
import { textStatement } from './text-statement.js'

/** Error number: the server does not know the statement any more, because the server or a proxy has dropped it. */
const UNKNOWN_STATEMENT = 1243
/** Error number: the objects of the statement have changed, and the server cannot prepare the statement again by itself. */
const NEEDS_PREPARING = 1615
/** Error number: `max_prepared_stmt_count` is reached. */
const NO_ROOM = 1461

/**
 * Statements that run no other prepared statements. A CALL, or a block, may have done a part of its work before a statement
 * inside it was not known any more. Functions and triggers prepare nothing.
 */
const ONE_STATEMENT = /^[\s(]*(?:select|insert|update|delete|replace|with|values|table|set|show|do)\b/i

/** The statements that one connection keeps prepared. */
export class PreparedStatements implements PreparedHolder {
  /** Whether any statement was ever prepared. Asking mysql2's list would take longer. */
  any = false
  readonly #raw: RawConnection
  readonly #share: PreparedShare
  readonly #fast: FastExecute | undefined
  #limit: number

  constructor(raw: RawConnection, share: PreparedShare, fastPath: boolean) {
    this.#raw = raw
    this.#share = share
    this.#fast = fastPath ? new FastExecute(raw) : undefined
    this.#limit = share.limit
    if (this.#limit > 0) raw._statements.resize(this.#limit)
    share.add(this)
  }

  get size(): number {
    return this.#raw._statements.size
  }

  /**
   * The statement as text with its values; undefined where the statement is to be prepared.
   * @throws TypeError for values that are no parameters
   */
  textInstead(statement: StatementOptions): StatementOptions | undefined {
    // mysql2's execute does not handle a server's request for a file.
    return this.#limit === 0 || loadsLocally(statement.sql) ? this.#asText(statement) : undefined
  }

  /** Prepares a statement, unless it is prepared already, and runs it. */
  execute(
    statement: StatementOptions,
    decoding: Decoding | undefined,
    failures: FailureReader,
    settle: RawDone,
  ): RawCommand {
    const raw = this.#raw
    this.any = true
    if (!isPlain(statement)) return raw.execute(rawStatement(statement, failures), settle)
    const { sql, values } = statement
    const again = decoding === undefined ? undefined : this.#fast?.send(sql, values, decoding, settle)
    if (again !== undefined) return again
    const command = raw.execute(sql, values, settle)
    this.#fast?.note(sql, command)
    return command
  }

  /**
   * Whether a statement that failed did not run, and can be prepared anew and sent again.
   * @param mayHaveRun - whether the server may have run the statement, beyond preparing it
   */
  makesReady({ errno, sqlState, sql }: RawError, statement: StatementOptions, mayHaveRun: boolean): boolean {
    if (typeof sqlState !== 'string') return false
    if (errno === NO_ROOM) {
      // A procedure that the statement called may have met the limit as well.
      if (!mayHaveRun) this.#share.refused()
      return !mayHaveRun
    }
    if (errno !== UNKNOWN_STATEMENT && errno !== NEEDS_PREPARING) return false
    // mysql2 keeps the statement under its text with question marks in place of names, which it also puts into its errors.
    const text = sql ?? statement.sql
    this.#raw.unprepare({ ...rawStatement(statement), sql: text })
    return ONE_STATEMENT.test(text)
  }

  /** The statement as text, where the server still has no room after some statements were closed. */
  asText({ errno }: RawError, statement: StatementOptions): StatementOptions | undefined {
    return errno === NO_ROOM ? this.#asText(statement) : undefined
  }

  #asText(statement: StatementOptions): StatementOptions {
    return textStatement(statement, (statement.namedPlaceholders ?? this.#raw.config.namedPlaceholders) === true)
  }

  /** Closes all prepared statements: they were prepared under a session state that has changed. */
  forget(): void {
    if (this.any) this.#raw._statements.clear()
  }

  /** Notes the end of a statement. One that was being prepared when all others were closed is closed now. */
  ended(): void {
    if (this.#limit === 0 && this.size > 0) this.forget()
  }

  keepAtMost(limit: number): void {
    this.#limit = limit
    if (limit > 0) this.#raw._statements.resize(limit)
    else this.forget()
  }

  /** Leaves the share, because the connection is gone. */
  close(): void {
    this.#share.remove(this)
  }
}
