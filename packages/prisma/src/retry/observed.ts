import { isAtomicWrite, isCertainlyRead } from '@mysql-hostpool/core'

import { toDriverError } from '../errors/driver-error.js'
import { currentOperation } from './operation.js'
import { isRetryableTransaction } from './is-retryable.js'

const NO_TRANSACTION = { inTransaction: false } as const

/**
 * Runs a statement outside a transaction, and tells its operation whether the statement may have changed data.
 * @throws the error for Prisma
 */
export async function observed<T>(sql: string, run: () => Promise<T>): Promise<T> {
  const operation = currentOperation()
  const ends = operation === undefined || isCertainlyRead(sql) ? undefined : operation.begins()
  try {
    const result = await run()
    ends?.(true)
    return result
  } catch (error) {
    const known = toDriverError(error, NO_TRANSACTION)
    operation?.failed(known)
    ends?.(!(isAtomicWrite(sql) && isRetryableTransaction(known)))
    throw known
  }
}
