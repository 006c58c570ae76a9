import { isRetryable } from '@mysql-hostpool/core'

import { driverErrorOf, originalError } from '../errors/original-error.js'

/** Prisma's code for a transaction that was rolled back and can be run again. */
const WRITE_CONFLICT = 'P2034'

/**
 * Whether a transaction that ended with this error was certainly undone as a whole, and can succeed when it runs again: a
 * deadlock, a failed certification, a lock wait timeout, a server that takes no writes any more, or a host that was lost before
 * COMMIT was sent. When COMMIT itself got no answer, the transaction may have been committed, and must not run again.
 */
export function isRetryableTransaction(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && error.code === WRITE_CONFLICT) return true
  const known = driverErrorOf(error)
  if (known === undefined) return false
  // Raw queries fail with a code of their own, whatever the reason is.
  if (known.cause.kind === 'TransactionWriteConflict') return true
  const original = originalError(known)
  return isRetryable(original)
}
