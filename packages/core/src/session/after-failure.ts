import { ErrorClass } from '../errors/classify.js'
import type { StatementKind } from '../statement/statement-kind.js'

/** Everything that the reaction to a failed statement depends on. */
export interface Failure {
  readonly errorClass: ErrorClass
  readonly statement: StatementKind
  /** A transaction was open when the statement was sent. */
  readonly inTransaction: boolean
  /** Nothing in the session would be missed on another connection. */
  readonly sessionClean: boolean
  /** How often this statement has been sent. */
  readonly attempts: number
  /** Hosts in the pool. */
  readonly hosts: number
  readonly retryReads: boolean
}

/** What becomes of a statement that failed. */
export type Reaction =
  /** The caller gets the error as it is. */
  | 'rethrow'
  /** The same, and the transaction it was in is gone. */
  | 'rethrowTransactionGone'
  /** The transaction went with its connection, which is what ROLLBACK was to bring about. */
  | 'rolledBack'
  /** The same statement is sent again, on another connection. */
  | 'retry'
  /** The same, if the server turns out to be read-only; else the caller gets the error as it is. */
  | 'retryIfReadOnly'
  /** The caller gets the error as it is; whether the server is read-only is found out. */
  | 'rethrowIfReadOnly'
  /** The transaction or the session state was lost with the connection, or a second host after the first: a typed error. */
  | 'hostLost'
  /** It may or may not have happened: a typed error says so. */
  | 'outcomeUnknown'

/** Decides what becomes of a failed statement. A write is never sent twice unless it surely did not run. */
export function afterFailure(failure: Failure): Reaction {
  const { errorClass, inTransaction } = failure
  switch (errorClass) {
    case ErrorClass.lost:
      return inTransaction ? lostInTransaction(failure) : lostOutside(failure)
    case ErrorClass.notReady:
      return inTransaction ? 'hostLost' : refused(failure)
    case ErrorClass.timeout:
      // The server may still be at it, and COMMIT is what nobody may guess about.
      if (inTransaction && failure.statement.kind === 'commit') return 'outcomeUnknown'
      return inTransaction ? 'rethrowTransactionGone' : 'rethrow'
    case ErrorClass.conflict:
      return inTransaction ? 'rethrowTransactionGone' : undone(failure)
    case ErrorClass.readOnly:
      return !inTransaction && refused(failure) === 'retry' ? 'retryIfReadOnly' : 'rethrowIfReadOnly'
    case ErrorClass.lockTimeout:
    case ErrorClass.configuration:
    case ErrorClass.overload:
    case ErrorClass.statement:
      return 'rethrow'
    default:
      return errorClass satisfies never
  }
}

function lostInTransaction({ statement }: Failure): Reaction {
  switch (statement.kind) {
    case 'commit':
      return 'outcomeUnknown'
    case 'rollback':
      return 'rolledBack'
    default:
      return 'hostLost'
  }
}

function lostOutside({ statement, sessionClean, attempts, retryReads }: Failure): Reaction {
  switch (statement.kind) {
    case 'read':
      if (!sessionClean) return 'hostLost'
      if (!retryReads) return 'rethrow'
      // Not for as long as there are hosts: what it asks for may be what took them down.
      return attempts < 2 ? 'retry' : 'hostLost'
    case 'begin':
    case 'commit':
    case 'rollback':
      // Nothing has been done yet, and nothing is left to do.
      return sessionClean && attempts < 2 ? 'retry' : 'hostLost'
    case 'write':
      if (statement.forNextTransaction !== true) return 'outcomeUnknown'
      // It was for a transaction that has not begun, and nothing else.
      return sessionClean && attempts < 2 ? 'retry' : 'hostLost'
    default:
      return statement.kind satisfies never
  }
}

/** The server said that it does nothing now: the statement did not run. */
function refused({ statement, sessionClean, attempts, hosts }: Failure): Reaction {
  const whole = !(statement.kind === 'write' && statement.mayTaint)
  return sessionClean && whole && attempts < hosts ? 'retry' : 'rethrow'
}

/** Another transaction came first and nothing is left of this statement: once more is what its caller would try. */
function undone(failure: Failure): Reaction {
  return failure.attempts < 2 ? refused({ ...failure, hosts: 2 }) : 'rethrow'
}
