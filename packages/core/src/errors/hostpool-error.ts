/** Every code a {@link HostpoolError} can carry. */
export type HostpoolErrorCode =
  /** The configuration is wrong. Thrown by `createPool`, before any connection is opened. */
  | 'ERR_HOSTPOOL_CONFIG'
  /** No connection became free within `acquireTimeout`. */
  | 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT'
  /** `queueLimit` callers wait already, or `waitForConnections` is off and no connection is free. */
  | 'ERR_HOSTPOOL_QUEUE_FULL'
  /** The pool has been ended. */
  | 'ERR_HOSTPOOL_CLOSED'
  /** No host can be used; `cause` is the last real error. */
  | 'ERR_HOSTPOOL_NO_HOST'
  /** The host was lost while the borrower depended on its session (an open transaction, for one). */
  | 'ERR_HOSTPOOL_HOST_LOST'
  /** The transaction of this lease is gone, and the statement was meant for it. Send ROLLBACK to go on. */
  | 'ERR_HOSTPOOL_TRANSACTION_LOST'
  /** The answer to a write or a COMMIT was lost: the write or the COMMIT may or may not have happened. */
  | 'ERR_HOSTPOOL_OUTCOME_UNKNOWN'
  /** The lease was used after it had been released. */
  | 'ERR_HOSTPOOL_LEASE_RELEASED'
  /** The caller's `AbortSignal` fired; `cause` is its reason. */
  | 'ERR_HOSTPOOL_ABORTED'
  /**
   * A part of the transaction was committed by a statement that commits implicitly, and the rest is gone. Do not run the whole
   * transaction again.
   */
  | 'ERR_HOSTPOOL_IMPLICIT_COMMIT'
  /**
   * The answer could not be decoded, so the connection was closed. The server has run the statement. `cause` is the thrown
   * error.
   */
  | 'ERR_HOSTPOOL_DECODE_FAILED'
  /** The stream of a LOAD DATA LOCAL INFILE failed; `cause` is the error of the stream. */
  | 'ERR_HOSTPOOL_LOCAL_FILE'
  /** The call asks for a function that this pool does not have. */
  | 'ERR_HOSTPOOL_UNSUPPORTED'

/** What an error of the pool carries besides its code and its message. */
export interface HostpoolErrorDetails {
  /** The host that the error is about, as `name:port`. */
  readonly host?: string | undefined
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * An error of the pool itself. Errors of the server and of sockets stay mysql2's own objects, with `host` added. Tell errors
 * apart by `code`, never by the message.
 */
export class HostpoolError extends Error {
  /** Always `HostpoolError`. */
  override readonly name = 'HostpoolError'
  /** What went wrong. The code is stable; the message is not. */
  readonly code: HostpoolErrorCode
  /** The host that the error is about, as `name:port`; undefined where it is about none. */
  readonly host: string | undefined

  /**
   * @param code - what went wrong
   * @param message - the text for a reader: the option or the host, the value, the remedy
   */
  constructor(code: HostpoolErrorCode, message: string, details: HostpoolErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.host = details.host
  }
}

/** True for any error of the pool, also for one that another copy of this package made. */
export function isHostpoolError(error: unknown): error is HostpoolError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('ERR_HOSTPOOL_')
  )
}

/** True for the error of a statement that may or may not have run. */
export function isOutcomeUnknown(error: Error): boolean {
  return isHostpoolError(error) && error.code === 'ERR_HOSTPOOL_OUTCOME_UNKNOWN'
}
