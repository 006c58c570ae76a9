import { ErrorClass, errorClassOf, isAnswer } from './error-class.js'
import { isHostpoolError } from './hostpool-error.js'

/** Classes of errors after which the transaction that they were met in is undone, lost with its connection, or not known of. */
const ENDING: ReadonlySet<ErrorClass> = new Set([
  ErrorClass.conflict,
  ErrorClass.notReady,
  ErrorClass.unknown,
  ErrorClass.lost,
  ErrorClass.timeout,
])

/** Whether errors of a class, as those of a statement in a transaction, end that transaction. */
export function endsTransactionByClass(errorClass: ErrorClass): boolean {
  return ENDING.has(errorClass)
}

/**
 * Whether a transaction is over, for its borrower, with this error of one of its statements: the server has undone it, or its
 * connection is gone, or the pool itself says that it cannot go on. What would be sent after it would run outside of it.
 * False for errors of a single statement (a duplicate key, a lock wait timeout), and for errors of the program.
 */
export function endsTransaction(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isHostpoolError(error) || ('fatal' in error && error.fatal === true)) return true
  const errorClass = errorClassOf(error)
  // A server says of one statement, too, that it is not allowed, and the transaction goes on; what TLS or the login says ends all.
  if (errorClass === ErrorClass.configuration) return !isAnswer(error)
  return endsTransactionByClass(errorClass)
}
