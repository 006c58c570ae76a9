import type { Readable } from 'node:stream'

import { type Done, type DriverConnection, ServerStatus, type StatementDone } from '../driver/port.js'
import type { Host } from '../hosts/host.js'
import type { Resource } from '../pool/resource.js'
import type { Decoding } from '../statement/decoding.js'
import type { UserChange } from '../statement/user-change.js'
import type { SessionSetup } from './session-setup.js'
import type { StatementOptions } from '../statement/statement.js'
import type { StatementKind } from '../statement/statement-kind.js'

/** Whoever runs statements on a session. */
export interface Borrower {
  /** The session's host answers nobody. */
  hostSilent(): void
}

/**
 * One connection and what its borrowers have left in its session. The engine sees a resource that is clean or not; leases see
 * something that runs statements.
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
  #foreign = false
  /** Statements have run since it was last clean. */
  #used = false
  /** Beginnings of transactions whose answer is outstanding. */
  #beginning = 0
  #onLost: ((error: Error) => void) | undefined

  constructor(connection: DriverConnection, setup: SessionSetup, host: Host) {
    this.connection = connection
    this.#setup = setup
    this.#host = host
  }

  get alive(): boolean {
    return this.connection.alive
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
    if (this.#beginning > 0 || (serverStatus & ServerStatus.inTransaction) !== 0) return true
    return this.#used && (serverStatus & ServerStatus.autocommit) === 0
  }

  /** Whether session state was changed: variables, temporary tables, locks, the schema. */
  get changed(): boolean {
    return this.#tainted || this.#nextTransaction || this.#foreign || this.connection.sessionChanged
  }

  /** Whether the borrower's next statement could as well run on another connection. */
  get movable(): boolean {
    return !this.inTransaction && !this.changed && this.connection.pending === 0
  }

  get needsCleaning(): boolean {
    return (
      this.connection.pending > 0 || this.inTransaction || this.changed || (this.#setup.resetOnRelease && this.#used)
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
    const heard = kind.kind === 'begin' ? this.#begins(done) : done
    if (prepared) this.connection.execute(statement, decoding, heard)
    else this.connection.query(statement, decoding, heard)
  }

  stream(statement: StatementOptions, decoding: Decoding, kind: StatementKind): Readable {
    this.#note(kind)
    return this.connection.stream(statement, decoding)
  }

  changeUser(to: UserChange, done: Done): void {
    // Also if it fails: whoever wanted to be somebody else must not go on as the pool's user.
    this.#foreign = true
    this.connection.changeUser(to, (error) => {
      if (error === null) this.#setup.restore(this, false, done)
      else done(error)
    })
  }

  validate(done: Done): void {
    this.connection.ping(done)
  }

  clean(done: Done): void {
    if (this.changed || this.#setup.resetOnRelease) {
      this.#reset(done)
      return
    }
    // Waits behind statements that are still under way, too.
    this.connection.query({ sql: 'ROLLBACK' }, {}, (error) => {
      if (error !== null) done(error)
      else if (this.spoilt) done(null)
      else if (this.changed) this.#reset(done)
      else this.#cleaned(done)
    })
  }

  hostSilent(): void {
    this.borrower?.hostSilent()
  }

  close(done: () => void): void {
    this.connection.close(done)
  }

  destroy(error?: Error): void {
    this.connection.destroy(error)
  }

  unref(): void {
    this.connection.unref()
  }

  /** Another user's, or changed on a server whose reset does not undo everything. */
  get spoilt(): boolean {
    return this.#foreign || (!this.#host.resetIsSafe && this.changed)
  }

  /** Brings a new connection into the state that every borrower finds. */
  prepare(done: Done): void {
    this.#setup.prepare(this, (error) => {
      if (error === null) this.#cleaned(done)
      else done(error)
    })
  }

  /** Until its answer is there nobody can know whether a transaction is open. */
  #begins(done: StatementDone): StatementDone {
    this.#beginning += 1
    return (error, result, fields) => {
      this.#beginning -= 1
      done(error, result, fields)
    }
  }

  #note(kind: StatementKind): void {
    this.#used = true
    if (kind.forNextTransaction === true) this.#nextTransaction = true
    else if (kind.kind === 'begin') this.#nextTransaction = false
    if (kind.mayTaint || (!this.#setup.tracked(this.connection) && kind.kind === 'write')) this.#tainted = true
  }

  #reset(done: Done): void {
    const schema = this.connection.schemaChangedTo
    this.connection.reset((error) => {
      if (error !== null) done(error)
      else
        this.#setup.restore(this, schema !== undefined, (failure) =>
          failure === null ? this.#cleaned(done) : done(failure),
        )
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
