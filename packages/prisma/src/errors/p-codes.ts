import type { MappedError } from '@prisma/driver-adapter-utils'

/** Prisma's code of each error that can be met outside of a statement. Those of statements Prisma gives itself. */
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

/** What Prisma calls an error of the adapter that it has no name for. */
const OTHER = 'P2039'

export function pCodeOf({ kind }: MappedError): string {
  return P_CODES.get(kind) ?? OTHER
}
