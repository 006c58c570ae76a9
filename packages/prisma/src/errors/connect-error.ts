import { DriverAdapterError, isDriverAdapterError, type MappedError } from '@prisma/driver-adapter-utils'

import { toDriverError } from './driver-error.js'

const CODES: ReadonlyMap<MappedError['kind'], string> = new Map<MappedError['kind'], string>([
  ['AuthenticationFailed', 'P1000'],
  ['DatabaseNotReachable', 'P1001'],
  ['DatabaseDoesNotExist', 'P1003'],
  ['SocketTimeout', 'P1008'],
  ['DatabaseAccessDenied', 'P1010'],
  ['TlsConnectionError', 'P1011'],
  ['ConnectionClosed', 'P1017'],
  ['TooManyConnections', 'P2037'],
])

/**
 * An error of the first connection. Prisma turns the errors of statements into P-codes, but not those of connecting: so
 * this one brings its `code` along, which Prisma's request path keeps and `$connect()` shows as it is.
 */
export function toConnectError(error: unknown): unknown {
  const known = toDriverError(error, { inTransaction: false })
  if (!(known instanceof Error) || !isDriverAdapterError(known)) return known
  const { kind, originalMessage } = known.cause
  const code = CODES.get(kind) ?? 'P2039'
  const coded = new DriverAdapterError(known.cause)
  coded.message = `${summary(known.cause)}: ${originalMessage ?? known.message}`
  return Object.assign(coded, { code, errorCode: code })
}

function summary(mapped: MappedError): string {
  if (mapped.kind === 'AuthenticationFailed') return `Authentication failed for the database user ${mapped.user ?? ''}`
  if (mapped.kind === 'DatabaseNotReachable') return "Can't reach the database"
  if (mapped.kind === 'DatabaseDoesNotExist') return `The database ${mapped.db ?? ''} does not exist`
  if (mapped.kind === 'DatabaseAccessDenied') return `Access to the database ${mapped.db ?? ''} was denied`
  if (mapped.kind === 'TlsConnectionError') return 'The TLS connection to the database failed'
  return 'Connecting to the database failed'
}
