import { type Done, type DriverConnection, type RowReceiver, ServerStatus, type StatementDone } from '../driver/port.js'
import type { ApplicationWork } from '../host-timer.js'
import { question } from '../driver/question.js'
import type { Host } from '../hosts/host.js'
import type { Resource } from '../pool/resource.js'
import type { Decoding } from '../sql/decoding.js'
import type { StatementOptions } from '../sql/statement.js'
import type { StatementKind } from '../sql/statement-kind.js'
import type { UserChange } from '../sql/user-change.js'
import type { SessionSetup } from './session-setup.js'
import { type Forgetting, LeftTraces } from './left-traces.js'

/** What runs statements on a session. */
export interface Borrower {
  /** A statement is under way or waits for its turn. */
  readonly busy: boolean
  /** Calls back once when neither is so any more. */
  whenIdle(done: () => void): void
  /** The session's host answers nothing. */
  hostUnresponsive(): void
}

/**
 * What a session knows of the statements before (the last generated key, counts, warnings) is a server's answer to the statement
 * that asks for it, so an earlier borrower's must be gone before. DO leaves what FOUND_ROWS() answers, and a SELECT without
 * LAST_INSERT_ID(0) the key. A statement without a table leaves the warnings on MariaDB, whatever it is. Nothing but a reset
 * makes a session forget the number of its last transaction.
 */
const FORGETS: Readonly<Record<Forgetting, string>> = {
  'forget id': 'DO LAST_INSERT_ID(0)',
  'forget counts': 'SELECT 1 FROM (SELECT 1) AS t',
  'forget all': 'SELECT LAST_INSERT_ID(0) FROM (SELECT 1) AS t',
}

const GALERA_SQL = "SHOW GLOBAL VARIABLES LIKE 'wsrep_provider'"

const ASKS_KEY = 'SELECT CAST(LAST_INSERT_ID() AS CHAR) AS hostpool_key'

/**
 * One connection and what its borrowers have left in its session. The engine sees a resource that is clean or not; leases see
 * something that runs statements, one after the other.
 */
export class Session implements Resource {
  readonly connection: DriverConnection
  readonly #setup: SessionSetup
  readonly #host: Host
  /** A statement may have left something that the server does not report. */
  #tainted = false
  /** Something was set for a transaction that has not begun. */
  #nextTransaction = false
  askedAt = Infinity
  /** Whose statements run on it now. */
  borrower: Borrower | undefined
  /** It was made to belong to another user than the pool's. */
  #userChanged = false
  /** Statements have run since it was last clean. */
  #used = false
  /** What statements have left in it for those that ask. */
  readonly traces = new LeftTraces()
  /** The application's `onConnect` is at work, and waits for no answer of the server's. */
  hookRuns = false
  /** The beginning of a transaction is under way. */
  #beginning = false
  #onLost: ((error: Error) => void) | undefined

  constructor(connection: DriverConnection, setup: SessionSetup, host: Host) {
    this.connection = connection
    this.#setup = setup
    this.#host = host
  }

  /** `name:port` of its host. */
  get hostName(): string {
    return this.#host.name
  }

  get alive(): boolean {
    return this.connection.alive
  }

  get applicationAtWork(): boolean {
    return this.hookRuns && !this.connection.busy
  }

  get onLost(): ((error: Error) => void) | undefined {
    return this.#onLost
  }

  set onLost(listener: ((error: Error) => void) | undefined) {
    this.#onLost = listener
    this.connection.onLost = listener
  }

  /** Whether a transaction is open, or about to be. Without autocommit every statement may have opened one. */
  get inTransaction(): boolean {
    const { serverStatus } = this.connection
    if (this.#beginning || (serverStatus & ServerStatus.inTransaction) !== 0) return true
    return this.#used && (serverStatus & ServerStatus.autocommit) === 0
  }

  /** Whether the server says that a transaction is open. */
  get transactionOpen(): boolean {
    return (this.connection.serverStatus & ServerStatus.inTransaction) !== 0
  }

  /** Whether the server reads a backslash in a string as any other character; true as well while that is not certain. */
  get noBackslashEscapes(): boolean {
    return this.connection.noBackslashEscapes !== false
  }

  /** Whether session state was changed: variables, temporary tables, locks, the schema. */
  get changed(): boolean {
    const { sessionChanged, noBackslashEscapes } = this.connection
    return (
      this.#tainted || this.#nextTransaction || this.#userChanged || sessionChanged || noBackslashEscapes === undefined
    )
  }

  /** Whether the borrower's next statement could as well run on another connection. */
  get rebindable(): boolean {
    return !this.inTransaction && !this.changed && !this.connection.busy
  }

  /** What was left until now is not its next borrower's. */
  attach(borrower: Borrower): void {
    this.borrower = borrower
    this.traces.attach()
  }

  get needsCleaning(): boolean {
    return (
      this.borrower?.busy === true ||
      this.connection.busy ||
      this.inTransaction ||
      this.changed ||
      (this.#setup.resetOnRelease && this.#used)
    )
  }

  run(
    prepared: boolean,
    statement: StatementOptions,
    decoding: Decoding,
    kind: StatementKind,
    done: StatementDone,
  ): void {
    this.#note(kind)
    const answered = kind.kind === 'begin' ? this.#begins(done) : done
    if (prepared) this.connection.execute(statement, decoding, answered)
    else this.connection.query(statement, decoding, answered)
  }

  stream(statement: StatementOptions, decoding: Decoding, kind: StatementKind, receiver: RowReceiver): void {
    this.#note(kind)
    this.connection.stream(statement, decoding, receiver)
  }

  changeUser(to: UserChange, done: Done): void {
    // Also if it fails: what asked to be another user must not go on as the pool's.
    this.#userChanged = true
    this.#used = true
    this.connection.changeUser(to, (error) => {
      if (error === null) {
        this.#setup.restore(this, false, (failure) => {
          // The server has changed the user, and the borrower is told that it failed: nothing may go on as that user.
          if (failure !== null) this.destroy(failure)
          done(failure)
        })
      } else done(error)
    })
  }

  ping(done: Done): void {
    this.connection.ping(done)
  }

  validate(done: Done): void {
    this.connection.ping(done)
  }

  /** Brings the server's status flags up to date, which no error carries. */
  askStatus(done: Done): void {
    this.connection.query({ sql: 'DO 0' }, {}, (error) => done(error))
  }

  /** The key that LAST_INSERT_ID() answers, as text. FOUND_ROWS() and ROW_COUNT() are those of this question afterwards. */
  askKey(done: (error: Error | null, key: string) => void): void {
    this.connection.query({ sql: ASKS_KEY }, {}, (error, rows) => {
      const [row] = Array.isArray(rows) ? (rows as readonly { readonly hostpool_key?: unknown }[]) : []
      done(error, String(row?.hostpool_key))
    })
  }

  /** Makes the session forget what earlier statements have left for those that ask. */
  forgetTraces(what: Forgetting, done: Done): void {
    this.connection.query({ sql: FORGETS[what] }, {}, (error) => {
      if (error === null) this.traces.forgotten(what)
      done(error)
    })
  }

  /** Waits until everything that was asked for has been answered, and only then decides what is to be undone. */
  clean(done: Done): void {
    const { borrower } = this
    if (borrower?.busy === true) borrower.whenIdle(() => this.#cleanNow(done))
    else this.#cleanNow(done)
  }

  hostUnresponsive(): void {
    this.borrower?.hostUnresponsive()
  }

  /** Says goodbye when everything that was asked for has been answered. */
  close(done: () => void): void {
    const { borrower } = this
    if (borrower?.busy === true) borrower.whenIdle(() => this.connection.close(done))
    else this.connection.close(done)
  }

  destroy(error?: Error): void {
    this.connection.destroy(error)
  }

  unref(): void {
    this.connection.unref()
  }

  /** Another user's, or changed on a server whose reset does not undo everything. */
  get unresettable(): boolean {
    return this.#userChanged || (this.#host.resetIsSafe === false && this.changed)
  }

  /** Brings a new connection into the state that every borrower finds. */
  prepare(done: Done, work: ApplicationWork): void {
    this.#setup.prepare(this, work, (error) => {
      if (error === null) this.#cleaned(done)
      else done(error)
    })
  }

  #cleanNow(done: Done): void {
    this.borrower = undefined
    if (!this.alive) done(new Error('The connection was lost'))
    else if (this.unresettable) done(null)
    else if (this.changed && this.#host.resetIsSafe === undefined) this.#askForGalera(done)
    else if (this.changed || (this.#setup.resetOnRelease && this.#used)) this.#reset(done)
    else if (this.inTransaction) this.#rollBack(done)
    else this.#cleaned(done)
  }

  /** A Galera node does not reset all there is. No probe has told what this server is, so it is asked before a reset is relied on. */
  #askForGalera(done: Done): void {
    question(this.connection, GALERA_SQL, (error, answer) => {
      if (answer === undefined) {
        done(error ?? new Error('The server did not say whether it is a Galera node'))
        return
      }
      this.#host.resetIsSafe ??= !answer.rows.some(([name, provider]) => isProvider(name, provider))
      this.#cleanNow(done)
    })
  }

  #rollBack(done: Done): void {
    this.connection.query({ sql: 'ROLLBACK' }, {}, (error) => {
      if (error !== null) done(error)
      else if (this.transactionOpen) done(new Error('A transaction is open after ROLLBACK'))
      else if (this.unresettable) done(null)
      else if (this.changed) this.#reset(done)
      else this.#cleaned(done)
    })
  }

  /** Until its answer is there nothing tells whether a transaction is open. */
  #begins(done: StatementDone): StatementDone {
    this.#beginning = true
    return (error, result, fields) => {
      this.#beginning = false
      // One that was refused leaves what was set for it to the next.
      if (error === null) this.#nextTransaction = false
      done(error, result, fields)
    }
  }

  #note(kind: StatementKind): void {
    this.#used = true
    if (kind.forNextTransaction === true) this.#nextTransaction = true
    if (kind.mayTaint || (kind.kind === 'write' && !this.#setup.tracked(this.connection))) this.#tainted = true
  }

  #reset(done: Done): void {
    const schemaChanged = this.connection.schemaChangedTo !== undefined || !this.#setup.tracked(this.connection)
    this.connection.reset((error) => {
      if (error !== null) done(error)
      else
        this.#setup.restore(this, schemaChanged, (failure) => {
          this.traces.reset()
          if (failure === null) this.#cleaned(done)
          else done(failure)
        })
    })
  }

  #cleaned(done: Done): void {
    this.#tainted = false
    this.#nextTransaction = false
    this.#used = false
    this.connection.forgetChanges()
    done(null)
  }
}

/** Whether a variable of the server names a provider of Galera's replication. */
function isProvider(name: unknown, value: unknown): boolean {
  return name === 'wsrep_provider' && value !== 'none' && value !== ''
}
