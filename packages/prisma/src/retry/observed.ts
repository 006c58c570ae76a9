import { isCertainlyRead } from '@mysql-hostpool/core'

import { toDriverError } from '../errors/driver-error.js'
import { currentOperation } from './operation.js'
import { isRetryableTransaction } from './is-retryable.js'

const NO_TRANSACTION = { inTransaction: false } as const

/** Statements that do one thing as a whole or not at all; what they call, a trigger or a function, cannot commit. */
const ATOMIC = /^\s*(?:insert|update|delete|replace)\b/i

/**
 * Runs a statement outside of a transaction, and tells the operation that it belongs to what may be kept of it.
 * @throws the error that Prisma is to be given
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
    ends?.(!(ATOMIC.test(sql) && isRetryableTransaction(known)))
    throw known
  }
}
