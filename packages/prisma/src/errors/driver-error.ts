import { isHostpoolError, isRetryable } from '@mysql-hostpool/core'
import { DriverAdapterError, isDriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'

import { mapByClass } from './error-classes.js'
import { describeFailure, type Failure } from './failure.js'
import { mapPoolError } from './pool-errors.js'
import { asTold, SERVER_ERRORS } from './server-errors.js'

/** Reasons for "no host can be used" that are the same on every host, although the hosts themselves work. */
const SAME_EVERYWHERE: ReadonlySet<MappedError['kind']> = new Set<MappedError['kind']>([
  'AuthenticationFailed',
  'DatabaseDoesNotExist',
  'DatabaseAccessDenied',
  'TlsConnectionError',
  'TooManyConnections',
])

/** The place of an error, as far as its meaning depends on the place. */
export interface ErrorContext {
  readonly inTransaction: boolean
}

/**
 * The error for Prisma in place of the pool's, the server's or a socket's. An error without a place in Prisma's list (a mistake
 * in the program, for example) is returned unchanged, and Prisma passes it on untouched.
 */
export function toDriverError(error: unknown, context: ErrorContext): unknown {
  if (!(error instanceof Error) || isDriverAdapterError(error)) return error
  const failure = describeFailure(error)
  const mapped = mapFailure(error, failure, context)
  if (mapped === undefined) return error
  const known = new DriverAdapterError({
    ...mapped,
    originalCode: failure.errno === undefined ? (failure.code ?? mapped.kind) : String(failure.errno),
    originalMessage: failure.sqlMessage ?? failure.message,
  })
  // For applications that need more than a code: the whole error with its host, not enumerable, so that serialisers leave it
  // out.
  Object.defineProperty(known, 'original', { value: error, enumerable: false })
  return known
}

function mapFailure(error: Error, failure: Failure, context: ErrorContext): MappedError | undefined {
  if (isHostpoolError(error)) {
    if (error.code === 'ERR_HOSTPOOL_NO_HOST') {
      const cause = mapCause(failure.cause, context)
      if (cause !== undefined) return cause
    }
    // The connection itself worked; its node refused to go on with the transaction.
    if (error.code === 'ERR_HOSTPOOL_HOST_LOST' && isRefusal(failure.cause)) return { kind: 'TransactionWriteConflict' }
    // Where a part of the transaction may be committed, the error must not ask for a repetition.
    if (error.code === 'ERR_HOSTPOOL_TRANSACTION_LOST' && !isRetryable(error)) return { kind: 'ConnectionClosed' }
    return mapPoolError(failure)
  }
  const ownRule = failure.errno === undefined ? undefined : SERVER_ERRORS.get(failure.errno)
  return ownRule === undefined ? (mapByClass(failure, context.inTransaction) ?? asTold(failure)) : ownRule(failure)
}

function isRefusal(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false
  const mapped = mapFailure(cause, describeFailure(cause), { inTransaction: true })
  return mapped?.kind === 'TransactionWriteConflict'
}

function mapCause(cause: unknown, context: ErrorContext): MappedError | undefined {
  if (!(cause instanceof Error)) return undefined
  const mapped = mapFailure(cause, describeFailure(cause), context)
  return mapped !== undefined && SAME_EVERYWHERE.has(mapped.kind) ? mapped : undefined
}
