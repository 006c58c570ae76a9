import { ErrorClass, errorClassOf, isReadOnlySession, isRefusedAtOnce } from '../errors/error-class.js'
import type { LeasePort, SessionCheckout } from './lease-port.js'
import type { Operation } from './operation.js'
import { type Reaction, retryPolicy } from './retry-policy.js'

/** A statement that was answered with an error, or not at all. */
export interface FailedStatement {
  readonly operation: Operation
  readonly checkout: SessionCheckout
  readonly error: Error
  /** The state of the session when the operation was sent: this field and the next two. */
  readonly inTransaction: boolean
  readonly transactionOpen: boolean
  readonly sessionClean: boolean
  /** Whether the server may have run the statement. */
  readonly mayHaveRun: boolean
}

/**
 * The class of the failure. An error that looks like one of the network, on a connection that is open, comes from the
 * application's own code.
 */
export function errorClassIn({ error, checkout, inTransaction, sessionClean }: FailedStatement): ErrorClass {
  // Outside a transaction, and in a session as the pool has set it up, the server itself is read-only.
  if (!inTransaction && sessionClean && isReadOnlySession(error)) return ErrorClass.readOnly
  const errorClass = errorClassOf(error)
  return errorClass === ErrorClass.lost && checkout.connection.resource.alive ? ErrorClass.statement : errorClass
}

/** What this pool does about the failure. */
export function reactionTo(
  { operation, error, inTransaction, sessionClean, mayHaveRun }: FailedStatement,
  errorClass: ErrorClass,
  { retryReads, hostCount }: Pick<LeasePort, 'retryReads' | 'hostCount'>,
): Reaction {
  const { what, kind, attempts, refusal } = operation
  const reaction = retryPolicy({
    errorClass,
    statement: kind,
    mayHaveRun,
    refusedAtOnce: isRefusedAtOnce(error),
    repeatable: (what === 'query' || what === 'execute' || what === 'ping') && kind.localFile !== true,
    onlyForSession: what === 'changeUser',
    inTransaction,
    sessionClean,
    attempts,
    hosts: hostCount,
    retryReads,
  })
  // An aborted statement is not sent again.
  return refusal !== undefined && isRetry(reaction) ? 'rethrow' : reaction
}

function isRetry(reaction: Reaction): boolean {
  return reaction === 'retry' || reaction === 'retryIfReadOnly'
}
