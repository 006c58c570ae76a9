import { collationOf } from '../driver/mysql2/charset.js'
import { escape, escapeId } from '../driver/mysql2/escape.js'
import { escapeSql } from '../driver/mysql2/sql-text.js'
import type { Done, DriverConnection } from '../driver/port.js'
import type { ApplicationWork } from '../host-timer.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import { reportFault, wordsOf } from '../user-fault.js'
import type { SetupSession } from '../sql/setup-session.js'
import type { Session } from './session.js'
import { SetupConnection } from './setup-connection.js'

/** The server does not know the variable. */
const UNKNOWN_VARIABLE = 1193
const TRACK_STATE = 'session_track_state_change = 1'

export interface SessionSetupOptions {
  readonly database: string | undefined
  readonly charset: string
  readonly flags: readonly string[]
  readonly resetOnRelease: boolean
  readonly sessionVariables: Readonly<Record<string, string | number | boolean>>
  readonly onConnect: ((connection: SetupSession) => void | Promise<void>) | undefined
}

/**
 * The state every borrower finds: session tracking on, the `sessionVariables`, and what the application's `onConnect` sets. A reset of the session
 * undoes it, so it is done again afterwards; none of it counts as a change of the borrower's.
 */
export class SessionSetup {
  readonly resetOnRelease: boolean
  readonly #options: SessionSetupOptions
  /** What is set, with values as a session reads them in which a backslash escapes, and in which it does not. */
  readonly #assignments: readonly string[]
  readonly #assignmentsByDoubling: readonly string[]
  #noBackslashEscapes: boolean
  /** What mysql2 asks for in the handshake, and a reset drops; only known once there was a reset. */
  #handshake: readonly string[] | undefined
  /** Connections to servers without session tracking. */
  readonly #untracked = new WeakSet<DriverConnection>()

  constructor(options: SessionSetupOptions) {
    this.#options = options
    const { sessionVariables } = options
    this.#assignments = assignmentsOf(options, false)
    this.#assignmentsByDoubling = assignmentsOf(options, true)
    this.#noBackslashEscapes = /\bNO_BACKSLASH_ESCAPES\b/i.test(String(sessionVariables['sql_mode'] ?? ''))
    this.resetOnRelease = options.resetOnRelease
  }

  /** Whether the server reports changes of session state. */
  tracked(connection: DriverConnection): boolean {
    return connection.tracksSession && !this.#untracked.has(connection)
  }

  /** Whether a backslash is any other character in the sessions that borrowers find; before the first, as far as the options say. */
  get noBackslashEscapes(): boolean {
    return this.#noBackslashEscapes
  }

  /** On a new connection. */
  prepare(session: Session, work: ApplicationWork, done: Done): void {
    const ready: Done = (error) => {
      if (error === null) this.#noBackslashEscapes = session.noBackslashEscapes
      done(error)
    }
    this.#setVariables(session, charsetOf(this.#options), () => this.#runHook(session, ready, work), ready)
  }

  /** After a reset, which keeps the schema that a `USE` changed to and drops what the handshake had set. */
  restore(session: Session, schemaChanged: boolean, done: Done): void {
    const { database } = this.#options
    if (schemaChanged && database === undefined) {
      done(new Error('The borrower chose a schema, and the connection has none of its own to go back to'))
      return
    }
    const next = (): void => {
      if (schemaChanged && database !== undefined)
        this.#use(session, database, () => this.#runHook(session, done), done)
      else this.#runHook(session, done)
    }
    this.#setVariables(session, (this.#handshake ??= handshakeOf(this.#options)), next, done)
  }

  /** All of them in one round trip. */
  #setVariables(session: Session, more: readonly string[], next: () => void, failed: Done): void {
    const { connection } = session
    const own = session.noBackslashEscapes ? this.#assignmentsByDoubling : this.#assignments
    const assignments = [...more, ...own]
    const set = (list: readonly string[], done: () => void, otherwise: Done): void => {
      const sql = `SET ${list.join(', ')}`
      connection.query({ sql }, {}, (error) => (error === null ? done() : otherwise(error)))
    }
    if (this.#untracked.has(connection)) {
      if (assignments.length === 0) next()
      else set(assignments, next, failed)
      return
    }
    set(
      [TRACK_STATE, ...assignments],
      () => {
        // Switching the reports on is a change that they report: a server, or a proxy, that keeps silent about it keeps silent.
        if (!connection.sessionChanged) this.#untracked.add(connection)
        next()
      },
      (error) => {
        if (error === null || !('errno' in error) || error.errno !== UNKNOWN_VARIABLE) {
          failed(error)
          return
        }
        // Either the server has no session tracking, or one of the application's variables does not exist: the next answer tells.
        this.#untracked.add(connection)
        this.#setVariables(session, more, next, failed)
      },
    )
  }

  #use(session: Session, database: string, next: () => void, failed: Done): void {
    const sql = `USE ${escapeId(database, true)}`
    session.connection.query({ sql }, {}, (error) => (error === null ? next() : failed(error)))
  }

  #runHook(session: Session, done: Done, work?: ApplicationWork): void {
    const { onConnect } = this.#options
    if (onConnect === undefined) {
      done(null)
      return
    }
    const turn = (server: boolean): void => work?.(server ? undefined : 'the onConnect function')
    const connection = new SetupConnection(session, turn)
    session.hookRuns = true
    turn(false)
    const ended: Done = (error) => {
      session.hookRuns = false
      turn(true)
      done(error)
    }
    Promise.resolve(connection)
      .then(onConnect)
      .then(
        () => connection.end(),
        (error: unknown) => {
          void connection.end()
          throw error
        },
      )
      .then(
        () => ended(null),
        (error: unknown) => ended(hookError(error)),
      )
      .catch((error: unknown) => reportFault('A session could not be set up', error))
  }
}

/** Errors of the server and of the network are known by what they are; any other is the application's own, and says where from. */
function hookError(error: unknown): Error {
  const fromServer = error instanceof Error && ('host' in error || ('errno' in error && Number(error.errno) > 0))
  if (fromServer) return error
  return new HostpoolError('ERR_HOSTPOOL_CONFIG', `The onConnect function failed: ${wordsOf(error)}`, { cause: error })
}

function assignmentsOf({ sessionVariables }: SessionSetupOptions, noBackslashEscapes: boolean): readonly string[] {
  return Object.entries(sessionVariables).map(
    ([name, value]) => `${name} = ${escapeSql(value, { noBackslashEscapes })}`,
  )
}

/** A server that has not the charset that a handshake asks for takes its own, without a word; asked again, it says so. */
function charsetOf({ charset }: SessionSetupOptions): readonly string[] {
  return /^utf8/i.test(charset) ? [] : [namesOf(charset)]
}

function namesOf(given: string): string {
  const { charset, collation } = collationOf(given)
  return `NAMES ${escape(charset)} COLLATE ${escape(collation)}`
}

function handshakeOf({ charset: given, flags, sessionVariables }: SessionSetupOptions): readonly string[] {
  const names = namesOf(given)
  const ignoresSpace = !flags.includes('-IGNORE_SPACE') && !Object.hasOwn(sessionVariables, 'sql_mode')
  return ignoresSpace ? [names, "sql_mode = CONCAT_WS(',', @@sql_mode, 'IGNORE_SPACE')"] : [names]
}
