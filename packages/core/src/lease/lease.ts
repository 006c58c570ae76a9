import type { Readable } from 'node:stream'

import type { RetryOptions } from '../config/retry-options.js'
import type { Access } from '../sql/access.js'
import type { Decoding } from '../sql/decoding.js'
import type { Queryable } from '../sql/queryable.js'
import type { StatementOptions, StatementValues } from '../sql/statement.js'
import type { UserChange } from '../sql/user-change.js'

/** How `getConnection` chooses and waits. */
export interface LeaseOptions {
  /** What the borrower is going to do. Default: the first statement decides. */
  readonly access?: Access | undefined
  /** Gives up waiting; the promise rejects with `ERR_HOSTPOOL_ABORTED`. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds to wait at most, in place of the pool's `acquireTimeout`. */
  readonly acquireTimeout?: number | undefined
  /** How this borrower's values are decoded, in place of the pool's options of the same names. */
  readonly decoding?: Decoding | undefined
}

export type IsolationLevel = 'READ UNCOMMITTED' | 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE'

export interface TransactionOptions {
  readonly isolationLevel?: IsolationLevel | undefined
  /** `START TRANSACTION READ ONLY`; it may then run on a host that only reads. Default false. */
  readonly readOnly?: boolean | undefined
}

/** How `pool.transaction()` borrows, begins and runs again. */
export interface PoolTransactionOptions extends TransactionOptions, LeaseOptions {
  /**
   * Whether the whole callback is run again, after a pause of random length, when its transaction was undone before it was
   * committed: a deadlock, Galera's certification, a lock wait timeout, a lost host. `true` means with the defaults of
   * {@link RetryOptions}, a number how many times more at most. An abort of `signal` ends a pause. Default false.
   */
  readonly retry?: boolean | number | RetryOptions | undefined
}

/**
 * What a borrower holds. Outside a transaction the connection under it may change when a host is lost; inside one it never
 * does.
 */
export interface Lease extends Queryable {
  /** `name:port` of the host under this lease; between two connections that of the last one. */
  readonly host: string
  /** The server's own number of this connection, for its logs; undefined when it sent none, or the lease has none. Not an identity. */
  readonly threadId: number | undefined
  /** The version of the server under this lease, as it says it, e.g. `10.11.19-MariaDB`. */
  readonly serverVersion: string
  /** True between `beginTransaction` (or a `START TRANSACTION` of the caller's) and its end. */
  readonly inTransaction: boolean
  /** True while the session has the `sql_mode` NO_BACKSLASH_ESCAPES: text escaped by backslashes is not safe then. */
  readonly noBackslashEscapes: boolean
  beginTransaction(options?: TransactionOptions): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  /**
   * Rows one by one, with back-pressure; emits `fields` before the first of each result, and with nothing for a
   * result without rows. When it is destroyed early the rest is thrown away;
   * a connection still receiving `validationTimeout` after its release is closed.
   */
  stream(sql: string | StatementOptions, values?: StatementValues): Readable
  /** A round trip that touches no table. */
  ping(): Promise<void>
  /**
   * For a library that begins and ends a transaction around the statements of its own user. What is asked for while this is true
   * belongs to that transaction: a statement that ends it early, or commits a part of it, is the user's mistake, and what fails
   * afterwards is told as ERR_HOSTPOOL_IMPLICIT_COMMIT or ERR_HOSTPOOL_TRANSACTION_LOST. True goes before the library's own
   * beginning or right after it, false before its COMMIT or ROLLBACK. Default false; `pool.transaction()` does so by itself.
   */
  manage(managed: boolean): void
  /**
   * An error that was told while a transaction was open, as it is to be told once the transaction is over: statements that
   * were asked for at the same time have run since, and may have committed a part. Then the answer is an error with the code
   * ERR_HOSTPOOL_IMPLICIT_COMMIT in place of one that `isRetryable` is true of; otherwise the error itself.
   */
  trueInTheEnd(error: unknown): unknown
  /**
   * Logs in as another user on this connection (COM_CHANGE_USER), for this borrower alone: it is closed when it is given back.
   * What was open in the session is gone, as after a reset.
   * @throws the server's error, e.g. 1045; the connection is closed then.
   */
  changeUser(to: UserChange): Promise<void>
  /**
   * Cancels the statement under way, as the abort of its `signal` would: it rejects with `ERR_HOSTPOOL_ABORTED`. Statements behind
   * it go on. Does nothing when none is under way. After `destroy()` the server is told to stop the statement that was under way
   * then.
   */
  cancel(): void
  /** Gives the connection back; an open transaction is rolled back. Calling it again does nothing. */
  release(): void
  /** Closes the connection at once in place of giving it back. */
  destroy(): void
  /** So that `await using lease = await pool.getConnection()` releases it. */
  [Symbol.asyncDispose](): Promise<void>
}
