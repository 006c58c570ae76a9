import type { MappedError } from '@prisma/driver-adapter-utils'

/** Prisma's codes of errors that can occur outside a statement. Prisma itself gives errors of statements their codes. */
const P_CODES: ReadonlyMap<MappedError['kind'], string> = new Map<MappedError['kind'], string>([
  ['AuthenticationFailed', 'P1000'],
  ['DatabaseNotReachable', 'P1001'],
  ['DatabaseDoesNotExist', 'P1003'],
  ['SocketTimeout', 'P1008'],
  ['DatabaseAccessDenied', 'P1010'],
  ['TlsConnectionError', 'P1011'],
  ['ConnectionClosed', 'P1017'],
  ['TransactionAlreadyClosed', 'P1018'],
  ['UniqueConstraintViolation', 'P2002'],
  ['ForeignKeyConstraintViolation', 'P2003'],
  ['TransactionWriteConflict', 'P2034'],
  ['TooManyConnections', 'P2037'],
])

/** Prisma's code for an error of an adapter without a code of its own. */
const OTHER = 'P2039'

export function pCodeOf({ kind }: MappedError): string {
  return P_CODES.get(kind) ?? OTHER
}
