import { isHostpoolError, isRetryable } from '@mysql-hostpool/core'
import { DriverAdapterError, isDriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'

import { mapByClass } from './error-classes.js'
import { describeFailure, type Failure } from './failure.js'
import { mapPoolError } from './pool-errors.js'
import { asTold, SERVER_ERRORS } from './server-errors.js'

/** Why no host can be used, when it is the same on every host and the hosts themselves are well. */
const SAME_EVERYWHERE: ReadonlySet<MappedError['kind']> = new Set<MappedError['kind']>([
  'AuthenticationFailed',
  'DatabaseDoesNotExist',
  'DatabaseAccessDenied',
  'TlsConnectionError',
  'TooManyConnections',
])

/** Where an error happened, as far as its meaning depends on it. */
export interface ErrorContext {
  readonly inTransaction: boolean
}

/**
 * The error that Prisma is given in place of the pool's, the server's or a socket's. What has no place in Prisma's list
 * (a mistake in the program, for one) is returned as it came, and Prisma passes it on untouched.
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
  // For applications that want more than a code: the whole error, with its host, out of sight of serialisers.
  Object.defineProperty(known, 'original', { value: error, enumerable: false })
  return known
}

function mapFailure(error: Error, failure: Failure, context: ErrorContext): MappedError | undefined {
  if (isHostpoolError(error)) {
    if (error.code === 'ERR_HOSTPOOL_NO_HOST') {
      const cause = mapCause(failure.cause, context)
      if (cause !== undefined) return cause
    }
    // The connection itself was well: its node refused to go on with the transaction.
    if (error.code === 'ERR_HOSTPOOL_HOST_LOST' && isRefusal(failure.cause)) return { kind: 'TransactionWriteConflict' }
    // Where part of it may be there, nothing may ask for it to be run again.
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
