import { escapeId } from '../driver/escape.js'
import type { Done, DriverConnection } from '../driver/port.js'
import type { Queryable } from './lease.js'
import type { Session } from './session.js'
import { SetupConnection } from './setup-connection.js'

/** The server does not know the variable. */
const UNKNOWN_VARIABLE = 1193

export interface SessionSetupOptions {
  readonly database: string | undefined
  readonly flags: readonly string[]
  readonly resetOnRelease: boolean
  readonly onConnect: ((connection: Queryable) => void | Promise<void>) | undefined
}

/**
 * The state every borrower finds: session tracking on, and what the application's `onConnect` sets. A reset of the session
 * undoes it, so it is done again afterwards; none of it counts as a change of the borrower's.
 */
export class SessionSetup {
  readonly resetOnRelease: boolean
  readonly #options: SessionSetupOptions
  /** Connections to servers without session tracking. */
  readonly #untracked = new WeakSet<DriverConnection>()

  constructor(options: SessionSetupOptions) {
    this.#options = options
    this.resetOnRelease = options.resetOnRelease
  }

  /** Whether the server reports changes of session state. */
  tracked(connection: DriverConnection): boolean {
    return !this.#untracked.has(connection)
  }

  /** On a new connection. */
  prepare(session: Session, done: Done): void {
    this.#track(session, '', () => this.#runHook(session, done), done)
  }

  /** After a reset, which keeps the schema that a `USE` changed to and drops what the handshake had set. */
  restore(session: Session, schemaChanged: boolean, done: Done): void {
    const { database, flags } = this.#options
    if (schemaChanged && database === undefined) {
      done(new Error('The borrower chose a schema, and the connection has none of its own to go back to'))
      return
    }
    const ignoreSpace = flags.includes('-IGNORE_SPACE') ? '' : ", sql_mode = CONCAT_WS(',', @@sql_mode, 'IGNORE_SPACE')"
    const next = (): void => {
      if (schemaChanged && database !== undefined)
        this.#use(session, database, () => this.#runHook(session, done), done)
      else this.#runHook(session, done)
    }
    this.#track(session, ignoreSpace, next, done)
  }

  #track(session: Session, more: string, next: () => void, failed: Done): void {
    const { connection } = session
    const sql = `SET SESSION session_track_state_change = 1${more}`
    connection.query({ sql }, {}, (error) => {
      if (error === null) next()
      else if ('errno' in error && error.errno === UNKNOWN_VARIABLE) {
        this.#untracked.add(connection)
        next()
      } else failed(error)
    })
  }

  #use(session: Session, database: string, next: () => void, failed: Done): void {
    const sql = `USE ${escapeId(database, true)}`
    session.connection.query({ sql }, {}, (error) => (error === null ? next() : failed(error)))
  }

  #runHook(session: Session, done: Done): void {
    const { onConnect } = this.#options
    if (onConnect === undefined) {
      done(null)
      return
    }
    const connection = new SetupConnection(session)
    Promise.resolve(connection)
      .then(onConnect)
      .then(
        () => done(null),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      )
      .finally(() => connection.end())
      .catch((error: unknown) => process.emitWarning(String(error), 'HostpoolWarning'))
  }
}
