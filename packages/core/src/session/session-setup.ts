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

/** Error number of a server that does not know the variable. */
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
 * Sets up the state that every borrower finds: session tracking on, the `sessionVariables`, and the settings of the
 * application's `onConnect`. A reset of the session undoes this state, so the set-up runs again after each reset. None of these
 * settings counts as a change of the borrower's.
 */
export class SessionSetup {
  readonly resetOnRelease: boolean
  readonly #options: SessionSetupOptions
  /**
   * The assignments of SET, with values escaped for a session in which a backslash escapes, and (by doubling quotes) for one in
   * which it does not.
   */
  readonly #assignments: readonly string[]
  readonly #assignmentsByDoubling: readonly string[]
  #noBackslashEscapes: boolean
  /** The assignments that repeat mysql2's handshake, because a reset drops them. Made at the first reset. */
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

  /**
   * Whether a backslash is an ordinary character in the sessions that borrowers find. Before the first session, the options
   * alone tell.
   */
  get noBackslashEscapes(): boolean {
    return this.#noBackslashEscapes
  }

  /** Sets up a new connection. */
  prepare(session: Session, work: ApplicationWork, done: Done): void {
    const ready: Done = (error) => {
      if (error === null) this.#noBackslashEscapes = session.noBackslashEscapes
      done(error)
    }
    this.#setVariables(session, charsetOf(this.#options), () => this.#runHook(session, ready, work), ready)
  }

  /** Sets up a session after a reset, which keeps the schema of the last `USE` and drops the settings of the handshake. */
  restore(session: Session, schemaChanged: boolean, done: Done): void {
    const { database } = this.#options
    if (schemaChanged && database === undefined) {
      done(new Error('The borrower chose a schema, and the pool has no schema of its own to go back to'))
      return
    }
    const next = (): void => {
      if (schemaChanged && database !== undefined)
        this.#use(session, database, () => this.#runHook(session, done), done)
      else this.#runHook(session, done)
    }
    this.#setVariables(session, (this.#handshake ??= handshakeOf(this.#options)), next, done)
  }

  /** Sets all variables in one round trip. */
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
        // A server that reports changes also reports the switching on of the reports. A server or a proxy that does not report
        // this change reports no other.
        if (!connection.sessionChanged) this.#untracked.add(connection)
        next()
      },
      (error) => {
        if (error === null || !('errno' in error) || error.errno !== UNKNOWN_VARIABLE) {
          failed(error)
          return
        }
        // Either the server has no session tracking, or one of the application's variables does not exist. The next answer
        // tells which.
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

/**
 * Errors of the server and of the network speak for themselves. Any other error is the application's own, and gets a message
 * that names `onConnect`.
 */
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

/**
 * The assignment that asks for the charset again. A server without the charset of the handshake silently takes its own; to SET
 * NAMES it answers with an error.
 */
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
