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

/** The lease that runs statements on a session. */
export interface Borrower {
  /** Whether a statement is under way or waits for its turn. */
  readonly busy: boolean
  /** Calls back once when the borrower is not busy any more. */
  whenIdle(done: () => void): void
  /** Tells the borrower that the host of the session is unresponsive. */
  hostUnresponsive(): void
}

/**
 * The statements that make a session forget traces (the last generated key, counts, warnings), so that no borrower reads an
 * earlier borrower's. DO leaves FOUND_ROWS() as it was, and a SELECT without LAST_INSERT_ID(0) leaves the key. On MariaDB any
 * statement without a table leaves the warnings. Only a reset makes a session forget the number of its last transaction.
 */
const FORGETS: Readonly<Record<Forgetting, string>> = {
  'forget id': 'DO LAST_INSERT_ID(0)',
  'forget counts': 'SELECT 1 FROM (SELECT 1) AS t',
  'forget all': 'SELECT LAST_INSERT_ID(0) FROM (SELECT 1) AS t',
}

const GALERA_SQL = "SHOW GLOBAL VARIABLES LIKE 'wsrep_provider'"

const ASKS_KEY = 'SELECT CAST(LAST_INSERT_ID() AS CHAR) AS hostpool_key'

/**
 * One connection and the state that its borrowers have left in its session. The engine sees a resource that is clean or not.
 * Leases see an object that runs statements, one after the other.
 */
export class Session implements Resource {
  readonly connection: DriverConnection
  readonly #setup: SessionSetup
  readonly #host: Host
  /** A statement may have left state in the session that the server does not report. */
  #tainted = false
  /** SET TRANSACTION was sent, and the transaction has not begun. */
  #nextTransaction = false
  askedAt = Infinity
  /** The lease that has the session now. */
  borrower: Borrower | undefined
  /** The user of the session was changed, away from the pool's. */
  #userChanged = false
  /** Statements have run since the session was last clean. */
  #used = false
  /** The traces that statements have left in the session. */
  readonly traces = new LeftTraces()
  /** The application's `onConnect` is at work. */
  hookRuns = false
  /** A BEGIN has been sent, and its answer has not come. */
  #beginning = false
  #onLost: ((error: Error) => void) | undefined

  constructor(connection: DriverConnection, setup: SessionSetup, host: Host) {
    this.connection = connection
    this.#setup = setup
    this.#host = host
  }

  /** `name:port` of the session's host. */
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

  /** Whether a transaction is open, or about to be. Without autocommit, every statement may have opened a transaction. */
  get inTransaction(): boolean {
    const { serverStatus } = this.connection
    if (this.#beginning || (serverStatus & ServerStatus.inTransaction) !== 0) return true
    return this.#used && (serverStatus & ServerStatus.autocommit) === 0
  }

  /** Whether the server says that a transaction is open. */
  get transactionOpen(): boolean {
    return (this.connection.serverStatus & ServerStatus.inTransaction) !== 0
  }

  /** Whether the server reads a backslash in a string as an ordinary character; true as well while this is not certain. */
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

  /** Whether the borrower's next statement could run on another connection just as well. */
  get rebindable(): boolean {
    return !this.inTransaction && !this.changed && !this.connection.busy
  }

  /** Gives the session to a borrower: the traces until now are not the new borrower's. */
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
    // Set before the answer: also after a failed change the session must not go on as the pool's.
    this.#userChanged = true
    this.#used = true
    this.connection.changeUser(to, (error) => {
      if (error === null) {
        this.#setup.restore(this, false, (failure) => {
          // The server has changed the user, but the borrower gets an error: no statement may run as that user.
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

  /** Brings the server's status flags up to date after an error: an error carries no flags. */
  askStatus(done: Done): void {
    this.connection.query({ sql: 'DO 0' }, {}, (error) => done(error))
  }

  /** Asks for the key of LAST_INSERT_ID(), as text. Afterwards FOUND_ROWS() and ROW_COUNT() are those of this question. */
  askKey(done: (error: Error | null, key: string) => void): void {
    this.connection.query({ sql: ASKS_KEY }, {}, (error, rows) => {
      const [row] = Array.isArray(rows) ? (rows as readonly { readonly hostpool_key?: unknown }[]) : []
      done(error, String(row?.hostpool_key))
    })
  }

  /** Makes the session forget traces of earlier statements. */
  forgetTraces(what: Forgetting, done: Done): void {
    this.connection.query({ sql: FORGETS[what] }, {}, (error) => {
      if (error === null) this.traces.forgotten(what)
      done(error)
    })
  }

  /** Waits for the answers to all statements of the borrower, and only then decides how to clean the session. */
  clean(done: Done): void {
    const { borrower } = this
    if (borrower?.busy === true) borrower.whenIdle(() => this.#cleanNow(done))
    else this.#cleanNow(done)
  }

  hostUnresponsive(): void {
    this.borrower?.hostUnresponsive()
  }

  /** Closes the connection after the answers to all statements of the borrower. */
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

  /**
   * Whether no reset can clean the session: it belongs to another user, or was changed on a server whose reset does not undo
   * everything.
   */
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

  /**
   * Asks whether the server is a Galera node, before the first reset: a Galera node does not reset everything, and no probe has
   * told yet.
   */
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

  /** Notes that a BEGIN is under way: until its answer, nothing tells whether a transaction is open. */
  #begins(done: StatementDone): StatementDone {
    this.#beginning = true
    return (error, result, fields) => {
      this.#beginning = false
      // A refused BEGIN leaves the settings of SET TRANSACTION to the next one.
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
