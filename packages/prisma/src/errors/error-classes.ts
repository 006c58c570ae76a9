import { type ErrorClass, errorClassOf, isTlsError, isUnreachable, refusesWrites } from '@mysql-hostpool/core'
import type { MappedError } from '@prisma/driver-adapter-utils'

import { accountName } from './detail.js'
import { type Failure, place, text } from './failure.js'

type ClassRule = (failure: Failure, inTransaction: boolean) => MappedError | undefined

const writeConflict: ClassRule = () => ({ kind: 'TransactionWriteConflict' })
const tlsFailed: ClassRule = (failure) => ({ kind: 'TlsConnectionError', reason: text(failure) })
const loginFailed: ClassRule = (failure) => {
  const user = accountName(text(failure))
  return { kind: 'AuthenticationFailed', ...(user === undefined ? {} : { user }) }
}
/**
 * The host takes no part in its cluster now, or takes no writes. Outside a transaction the pool has already tried other hosts.
 * Inside one the whole transaction can run again, on another host, as applications do after a write conflict.
 */
const hostUnfit: ClassRule = (failure, inTransaction) =>
  inTransaction ? { kind: 'TransactionWriteConflict' } : { kind: 'DatabaseNotReachable', host: place(failure) }

/** Prisma's error for each of the pool's error classes; `undefined` where the class does not decide. */
const CLASS_RULES: Readonly<Record<ErrorClass, ClassRule>> = {
  configuration: (failure, inTransaction) => (isTlsError(failure) ? tlsFailed : loginFailed)(failure, inTransaction),
  lost: (failure) =>
    isUnreachable(failure) ? { kind: 'DatabaseNotReachable', host: place(failure) } : { kind: 'ConnectionClosed' },
  notReady: hostUnfit,
  unknown: () => ({ kind: 'ConnectionClosed' }),
  readOnly: (failure, inTransaction) =>
    refusesWrites({ errno: failure.errno, message: text(failure) }) ? hostUnfit(failure, inTransaction) : undefined,
  conflict: writeConflict,
  lockTimeout: writeConflict,
  overload: (failure) => ({ kind: 'TooManyConnections', cause: text(failure) }),
  timeout: () => ({ kind: 'SocketTimeout' }),
  statement: () => undefined,
}

/** Prisma's error by the class of an error; `undefined` where the class does not decide. */
export function mapByClass(failure: Failure, inTransaction: boolean): MappedError | undefined {
  return CLASS_RULES[classOf(failure)](failure, inTransaction)
}

/** The class of an error. The number decides, also where the connection ended with the error. */
function classOf({ code, errno, fatal }: Failure): ErrorClass {
  return errorClassOf({ code, errno, fatal: fatal && errno === undefined })
}
