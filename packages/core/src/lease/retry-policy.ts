import { ErrorClass } from '../errors/error-class.js'
import type { StatementKind } from '../sql/statement-kind.js'

/** Everything that the reaction to a failed statement depends on. */
export interface Failure {
  readonly errorClass: ErrorClass
  readonly statement: StatementKind
  /** Whether the server may have run it; false where it never left this process, or was only prepared. */
  readonly mayHaveRun: boolean
  /** The server's error proves that it did nothing: it could not even read the statement, for one. */
  readonly refusedAtOnce: boolean
  /** It can be sent a second time: its input is in its text, and nothing of its answer was handed on. */
  readonly repeatable: boolean
  /** It concerns the session alone, as a change of user does. */
  readonly onlyForSession: boolean
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

/**
 * Decides what becomes of a failed statement. "Did not run" and "was rolled back" are said where they are proven; what is left
 * is an unknown outcome. A write is never sent twice unless it surely did not run, or nothing of it is left.
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
      // The server may still be at it.
      return inTransaction ? 'rethrowTransactionGone' : 'rethrow'
    case ErrorClass.conflict:
      return inTransaction ? 'rethrowTransactionGone' : undone(failure)
    case ErrorClass.readOnly:
      // On one host as well: its address may lead to another server, and a writer may be a moment away.
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

/** Of COMMIT a few errors prove that it did nothing, and a few that all is undone. */
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
  // The next transaction, which a chain is to begin, cannot begin on a connection that is gone.
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
      // Not for as long as there are hosts: what it asks for may be what took them down.
      return again
    case 'begin':
    case 'commit':
    case 'rollback':
      // Nothing has been done yet, and nothing is left to do.
      return again
    case 'write':
      // Or it was for a transaction that has not begun, and nothing else.
      return statement.forNextTransaction === true && statement.several !== true ? again : 'outcomeUnknown'
    default:
      return statement.kind satisfies never
  }
}

/** The server said that it does nothing now: the statement did not run. */
function refused({ statement, repeatable, sessionClean, attempts, hosts }: Failure): Reaction {
  const whole = !(statement.kind === 'write' && statement.mayTaint)
  const again = sessionClean && whole && repeatable && !asksForTraces(statement) && attempts < hosts
  return again ? 'retry' : 'rethrow'
}

/** Another transaction came first and nothing is left of this statement: once more is what its caller would try. */
function undone(failure: Failure): Reaction {
  return failure.attempts < 2 ? refused({ ...failure, hosts: 2 }) : 'rethrow'
}

/** What it asks for went with the connection: the same statement elsewhere asks something else. */
function asksForTraces({ asks }: StatementKind): boolean {
  if (asks === undefined) return false
  return (
    asks.statement === true || asks.warnings === true || asks.rows === true || asks.id === true || asks.gtid === true
  )
}
