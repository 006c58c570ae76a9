import { ErrorClass } from '../errors/error-class.js'
import type { StatementKind } from '../sql/statement-kind.js'

/** Everything that the reaction to a failed statement depends on. */
export interface Failure {
  readonly errorClass: ErrorClass
  readonly statement: StatementKind
  /** Whether the server may have run the statement. False where the statement never left this process, or was only prepared. */
  readonly mayHaveRun: boolean
  /** The server's error proves that the statement did nothing: the server could not even read the text, for example. */
  readonly refusedAtOnce: boolean
  /** The statement can be sent a second time: its whole input is in memory, and no part of its answer has been handed on. */
  readonly repeatable: boolean
  /** The statement concerns the session alone, as a change of user does. */
  readonly onlyForSession: boolean
  /** A transaction was open when the statement was sent. */
  readonly inTransaction: boolean
  /** The session holds no state that would be missed on another connection. */
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
  /** The caller gets the error as it is, and the transaction of the statement is gone. */
  | 'rethrowTransactionGone'
  /** The transaction was lost with its connection, so ROLLBACK has nothing left to do and succeeds. */
  | 'rolledBack'
  /** The same statement is sent again, on another connection. */
  | 'retry'
  /**
   * If the server turns out to be read-only, the statement is sent again on another connection. Else the caller gets the error
   * as it is.
   */
  | 'retryIfReadOnly'
  /** The caller gets the error as it is, and the pool finds out whether the server is read-only. */
  | 'rethrowIfReadOnly'
  /**
   * ERR_HOSTPOOL_HOST_LOST: the transaction or the session state was lost with the connection, or a second host after the
   * first.
   */
  | 'hostLost'
  /** ERR_HOSTPOOL_OUTCOME_UNKNOWN: the statement may or may not have happened. */
  | 'outcomeUnknown'

/**
 * Decides what becomes of a failed statement. "Did not run" and "was rolled back" are reported only with proof; without proof
 * the outcome is unknown. A write is sent a second time only where the first one certainly did not run, or was undone
 * completely.
 */
export function retryPolicy(failure: Failure): Reaction {
  const { errorClass, inTransaction, statement } = failure
  if (inTransaction && statement.kind === 'commit') return afterCommit(failure)
  switch (errorClass) {
    case ErrorClass.lost:
      return inTransaction ? lostInTransaction(failure) : lostOutside(failure)
    case ErrorClass.notReady:
      return inTransaction ? 'hostLost' : refused(failure)
    case ErrorClass.unknown:
      return statement.kind === 'read' && !inTransaction ? 'rethrow' : 'outcomeUnknown'
    case ErrorClass.timeout:
      // The server may still be running the statement.
      return inTransaction ? 'rethrowTransactionGone' : 'rethrow'
    case ErrorClass.conflict:
      return inTransaction ? 'rethrowTransactionGone' : undone(failure)
    case ErrorClass.readOnly:
      // A pool of one host retries as well: the host's address may lead to another server, and a writer may appear in a moment.
      return !inTransaction && refused({ ...failure, hosts: Math.max(2, failure.hosts) }) === 'retry'
        ? 'retryIfReadOnly'
        : 'rethrowIfReadOnly'
    case ErrorClass.lockTimeout:
    case ErrorClass.configuration:
    case ErrorClass.overload:
    case ErrorClass.statement:
      return 'rethrow'
    default:
      return errorClass satisfies never
  }
}

/**
 * What becomes of a failed COMMIT. A few errors prove that the COMMIT did nothing, and a few that the whole transaction is
 * undone.
 */
function afterCommit({ errorClass, mayHaveRun, refusedAtOnce }: Failure): Reaction {
  switch (errorClass) {
    case ErrorClass.notReady:
      return 'hostLost'
    case ErrorClass.conflict:
      return 'rethrowTransactionGone'
    case ErrorClass.readOnly:
      return 'rethrowIfReadOnly'
    case ErrorClass.lost:
      return mayHaveRun ? 'outcomeUnknown' : 'hostLost'
    case ErrorClass.statement:
      return refusedAtOnce || !mayHaveRun ? 'rethrow' : 'outcomeUnknown'
    case ErrorClass.unknown:
    case ErrorClass.timeout:
    case ErrorClass.lockTimeout:
    case ErrorClass.configuration:
    case ErrorClass.overload:
      return 'outcomeUnknown'
    default:
      return errorClass satisfies never
  }
}

function lostInTransaction({ statement }: Failure): Reaction {
  // ROLLBACK AND CHAIN also begins the next transaction, which is impossible on a lost connection.
  return statement.kind === 'rollback' && statement.chain !== true ? 'rolledBack' : 'hostLost'
}

function lostOutside(failure: Failure): Reaction {
  const { statement, mayHaveRun, sessionClean, attempts, retryReads, repeatable, onlyForSession } = failure
  const again = sessionClean && attempts < 2 ? 'retry' : 'hostLost'
  if (onlyForSession) return 'hostLost'
  if (!mayHaveRun) return again
  switch (statement.kind) {
    case 'read':
      if (!sessionClean || asksForTraces(statement)) return 'hostLost'
      if (!retryReads || !repeatable) return 'rethrow'
      // The statement is not tried on every host: the statement itself may be the reason for the losses.
      return again
    case 'begin':
    case 'commit':
    case 'rollback':
      // Outside a transaction these statements change nothing that could be lost or done twice.
      return again
    case 'write':
      // SET TRANSACTION is the exception: its only effect was on the next transaction of the lost session.
      return statement.forNextTransaction === true && statement.several !== true ? again : 'outcomeUnknown'
    default:
      return statement.kind satisfies never
  }
}

/** The server refused the statement, so the statement did not run. */
function refused({ statement, repeatable, sessionClean, attempts, hosts }: Failure): Reaction {
  const whole = !(statement.kind === 'write' && statement.mayTaint)
  const again = sessionClean && whole && repeatable && !asksForTraces(statement) && attempts < hosts
  return again ? 'retry' : 'rethrow'
}

/**
 * Another transaction came first and has undone the whole statement. The pool repeats the statement once, as its caller would.
 */
function undone(failure: Failure): Reaction {
  return failure.attempts < 2 ? refused({ ...failure, hosts: 2 }) : 'rethrow'
}

/** Whether the statement reads traces, which were lost with the connection: on another connection it would read other values. */
function asksForTraces({ asks }: StatementKind): boolean {
  if (asks === undefined) return false
  return (
    asks.statement === true || asks.warnings === true || asks.rows === true || asks.id === true || asks.gtid === true
  )
}
