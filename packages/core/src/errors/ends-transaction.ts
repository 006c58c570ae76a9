import { ErrorClass, errorClassOf, isAnswer } from './error-class.js'
import { isHostpoolError } from './hostpool-error.js'

/** Classes of errors after which the surrounding transaction is undone, lost with its connection, or in an unknown state. */
const ENDING: ReadonlySet<ErrorClass> = new Set([
  ErrorClass.conflict,
  ErrorClass.notReady,
  ErrorClass.unknown,
  ErrorClass.lost,
  ErrorClass.timeout,
])

/** Whether an error of this class, from a statement in a transaction, ends the transaction. */
export function endsTransactionByClass(errorClass: ErrorClass): boolean {
  return ENDING.has(errorClass)
}

/**
 * Whether this error of a statement ends the transaction for its borrower: the server has undone the transaction, or its
 * connection is gone, or the pool itself says that the transaction cannot go on. A later statement would run outside the
 * transaction. False for errors of a single statement (a duplicate key, a lock wait timeout), and for errors of the program.
 */
export function endsTransaction(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isHostpoolError(error) || ('fatal' in error && error.fatal === true)) return true
  const errorClass = errorClassOf(error)
  // As the server's answer to a statement, an error of privileges leaves the transaction open; errors of TLS or of the login
  // end it.
  if (errorClass === ErrorClass.configuration) return !isAnswer(error)
  return endsTransactionByClass(errorClass)
}
