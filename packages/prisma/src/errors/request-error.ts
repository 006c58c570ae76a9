import { isDriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'
import { PrismaClientInitializationError, PrismaClientKnownRequestError } from '@prisma/client/runtime/client'

import { type ErrorContext, toDriverError } from './driver-error.js'
import { pCodeOf } from './p-codes.js'

/** The adapter does not know the client's version; Prisma fills it in where it passes an error on. */
const CLIENT_VERSION = 'unknown'

/**
 * An error of COMMIT or of a savepoint. Prisma turns the errors of statements into P-codes, and passes these errors on
 * unchanged. So this function makes the error that applications look for: `error instanceof PrismaClientKnownRequestError`,
 * `code === 'P2034'`.
 */
export function toRequestError(error: unknown, context: ErrorContext): unknown {
  const known = toDriverError(error, context)
  if (!(known instanceof Error) || !isDriverAdapterError(known)) return known
  return new PrismaClientKnownRequestError(describe(known.cause), {
    code: pCodeOf(known.cause),
    clientVersion: CLIENT_VERSION,
    meta: { driverAdapterError: known },
  })
}

/**
 * An error of the first connection, as `$connect()` throws it when a database cannot be used. The error also has a `code`, as
 * Prisma's request path gives it when the first query connects.
 */
export function toConnectError(error: unknown): unknown {
  const known = toDriverError(error, { inTransaction: false })
  if (!(known instanceof Error) || !isDriverAdapterError(known)) return known
  const code = pCodeOf(known.cause)
  const failed = new PrismaClientInitializationError(describe(known.cause), CLIENT_VERSION, code)
  return Object.assign(failed, { code, meta: { driverAdapterError: known } })
}

function describe(mapped: MappedError & { readonly originalMessage?: string }): string {
  const what = summary(mapped)
  return mapped.originalMessage === undefined ? what : `${what}: ${mapped.originalMessage}`
}

function summary(mapped: MappedError): string {
  if (mapped.kind === 'AuthenticationFailed') return `Authentication failed for the database user ${mapped.user ?? ''}`
  if (mapped.kind === 'DatabaseNotReachable') return "Can't reach the database"
  if (mapped.kind === 'DatabaseDoesNotExist') return `The database ${mapped.db ?? ''} does not exist`
  if (mapped.kind === 'DatabaseAccessDenied') return `Access to the database ${mapped.db ?? ''} was denied`
  if (mapped.kind === 'TlsConnectionError') return 'The TLS connection to the database failed'
  if (mapped.kind === 'ConnectionClosed') return 'The connection to the database was lost'
  if (mapped.kind === 'TransactionWriteConflict') return 'The transaction was rolled back and can be run again'
  return 'The database refused'
}
