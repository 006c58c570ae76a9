import { ErrorClass, errorClassOf, refusesWrites } from './error-class.js'
import { isHostpoolError } from './hostpool-error.js'

/** Errors after which a rolled-back transaction can be tried again. */
const UNDONE: ReadonlySet<ErrorClass> = new Set([ErrorClass.conflict, ErrorClass.lockTimeout, ErrorClass.notReady])

/**
 * True when a transaction that ended in this error was undone as a whole, or never began: a conflict, a lock wait timeout, a
 * node that is not ready, a server that takes no writes any more, or a host that was lost before COMMIT was sent. The same work
 * can succeed when it runs again.
 */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isHostpoolError(error)) {
    return (
      error.code === 'ERR_HOSTPOOL_HOST_LOST' ||
      (error.code === 'ERR_HOSTPOOL_TRANSACTION_LOST' && isCauseRetryable(error))
    )
  }
  // A server that takes no writes any more has a successor, as after a planned switch of a group's primary.
  return UNDONE.has(errorClassOf(error)) || refusesWrites(error)
}

function isCauseRetryable({ cause }: Error): boolean {
  if (!(cause instanceof Error)) return false
  const errorClass = errorClassOf(cause)
  return UNDONE.has(errorClass) || errorClass === ErrorClass.lost || refusesWrites(cause)
}
