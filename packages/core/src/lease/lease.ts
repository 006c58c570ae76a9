import type { Readable } from 'node:stream'

import type { RetryOptions } from '../config/retry-options.js'
import type { Access } from '../sql/access.js'
import type { Decoding } from '../sql/decoding.js'
import type { Queryable } from '../sql/queryable.js'
import type { StatementOptions, StatementValues } from '../sql/statement.js'
import type { UserChange } from '../sql/user-change.js'

/** How `getConnection` chooses a host and waits for a connection. */
export interface LeaseOptions {
  /** Whether the borrower is going to read or to write. Default: the first statement decides. */
  readonly access?: Access | undefined
  /** An abort ends the wait; the promise rejects with `ERR_HOSTPOOL_ABORTED`. */
  readonly signal?: AbortSignal | undefined
  /** The longest wait, in milliseconds, in place of the pool's `acquireTimeout`. */
  readonly acquireTimeout?: number | undefined
  /** How this borrower's values are decoded, in place of the pool's options of the same names. */
  readonly decoding?: Decoding | undefined
}

/** The isolation level of one transaction, by its name in SQL. */
export type IsolationLevel = 'READ UNCOMMITTED' | 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE'

/** How a transaction begins. */
export interface TransactionOptions {
  /** The isolation level. Default: the session's. */
  readonly isolationLevel?: IsolationLevel | undefined
  /** Begins with `START TRANSACTION READ ONLY`; such a transaction may run on a host that only reads. Default false. */
  readonly readOnly?: boolean | undefined
}

/** How `pool.transaction()` borrows a connection, begins its transaction and runs the callback again. */
export interface PoolTransactionOptions extends TransactionOptions, LeaseOptions {
  /**
   * Whether the whole callback runs again, after a pause of random length, when its transaction was undone before the commit: a
   * deadlock, Galera's certification, a lock wait timeout, a lost host. `true` takes the defaults of {@link RetryOptions}; a
   * number is the largest number of repetitions. An abort of `signal` ends a pause. Default false.
   */
  readonly retry?: boolean | number | RetryOptions | undefined
}

/**
 * A borrower's hold on one connection. Outside a transaction the connection under a lease may change when its host is lost.
 * Inside a transaction the connection never changes.
 */
export interface Lease extends Queryable {
  /** `name:port` of the host under this lease; between two connections, of the last host. */
  readonly host: string
  /**
   * The server's own number of this connection, as its logs show it. Undefined where the server sent none, or the lease has no
   * connection. Not an identity.
   */
  readonly threadId: number | undefined
  /** The version of the server under this lease, as the server reports it, e.g. `10.11.19-MariaDB`. */
  readonly serverVersion: string
  /** True from `beginTransaction` (or the caller's own `START TRANSACTION`) to the end of the transaction. */
  readonly inTransaction: boolean
  /** True while the `sql_mode` of the session has NO_BACKSLASH_ESCAPES: then text escaped by backslashes is not safe. */
  readonly noBackslashEscapes: boolean
  /**
   * Begins a transaction.
   * @throws the server's error, or ERR_HOSTPOOL_UNSUPPORTED for unknown options
   */
  beginTransaction(options?: TransactionOptions): Promise<void>
  /**
   * Commits the transaction.
   * @throws ERR_HOSTPOOL_OUTCOME_UNKNOWN where the answer was lost, ERR_HOSTPOOL_TRANSACTION_LOST where the transaction is
   * gone, or the server's error
   */
  commit(): Promise<void>
  /** Rolls the transaction back. After the loss of a transaction this call is what lets the lease go on. */
  rollback(): Promise<void>
  /**
   * A stream of the rows, one by one, with back-pressure. The stream emits `fields` before the first row of each result, and
   * `fields` with undefined for a result without rows. An early `destroy()` of the stream discards the remaining rows. A
   * connection that is still receiving rows `validationTimeout` after its release is closed.
   */
  stream(sql: string | StatementOptions, values?: StatementValues): Readable
  /** A round trip that touches no table. */
  ping(): Promise<void>
  /**
   * For a library that begins and ends a transaction around the statements of its own user. A statement that is sent while
   * `managed` is true belongs to that transaction. Where such a statement ends the transaction early, or commits a part of it,
   * the mistake is the user's, and later failures are reported as ERR_HOSTPOOL_IMPLICIT_COMMIT or
   * ERR_HOSTPOOL_TRANSACTION_LOST. The library passes true before its own BEGIN or right after it, and false before its COMMIT
   * or ROLLBACK. Default false; `pool.transaction()` makes these calls itself.
   */
  manage(managed: boolean): void
  /**
   * The final form of an error that was reported while a transaction was open, now that the transaction is over. Statements
   * that were asked for at the same time have run since the error, and may have committed a part. Then the result is an error
   * with the code ERR_HOSTPOOL_IMPLICIT_COMMIT in place of one for which `isRetryable` is true. Otherwise the result is the
   * error itself.
   */
  trueInTheEnd(error: unknown): unknown
  /**
   * Logs in as another user on this connection (COM_CHANGE_USER), for this borrower alone: the pool closes the connection at
   * its release. Everything that was open in the session is gone, as after a reset.
   * @throws the server's error, e.g. 1045; the connection is closed then.
   */
  changeUser(to: UserChange): Promise<void>
  /**
   * Cancels the statement under way, as an abort of its `signal` would: the statement rejects with `ERR_HOSTPOOL_ABORTED`. The
   * statements behind it go on. Without a statement under way the call does nothing. After `destroy()` the call tells the
   * server to stop the statement that was under way at that time.
   */
  cancel(): void
  /** Gives the connection back; an open transaction is rolled back. A second call does nothing. */
  release(): void
  /** Closes the connection at once in place of giving it back. */
  destroy(): void
  /** Lets `await using lease = await pool.getConnection()` release the lease. */
  [Symbol.asyncDispose](): Promise<void>
}
