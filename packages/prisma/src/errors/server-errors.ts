import type { MappedError } from '@prisma/driver-adapter-utils'

import { duplicateKey, firstName, foreignKeyColumns, lastName, nameAfter, tableName, writtenTable } from './detail.js'
import type { Failure } from './failure.js'

/** Makes Prisma's error out of the server's; `undefined` where the number alone does not decide. */
export type ServerErrorRule = (failure: Failure, inTransaction: boolean) => MappedError | undefined

const writeConflict: ServerErrorRule = () => ({ kind: 'TransactionWriteConflict' })
const connectionClosed: ServerErrorRule = () => ({ kind: 'ConnectionClosed' })
const tooManyConnections: ServerErrorRule = (failure) => ({ kind: 'TooManyConnections', cause: text(failure) })
const timedOut: ServerErrorRule = () => ({ kind: 'SocketTimeout' })
const authenticationFailed: ServerErrorRule = (failure) => {
  const user = firstName(text(failure))
  return { kind: 'AuthenticationFailed', ...(user === undefined ? {} : { user }) }
}
const tableMissing: ServerErrorRule = (failure) => {
  const table = tableName(text(failure))
  return { kind: 'TableDoesNotExist', ...(table === undefined ? {} : { table }) }
}
const aboutColumn =
  (kind: 'ColumnNotFound' | 'LengthMismatch', find: (message: string) => string | undefined): ServerErrorRule =>
  (failure) => {
    const column = find(text(failure))
    return { kind, ...(column === undefined ? {} : { column }) }
  }
const aboutDatabase =
  (
    kind: 'DatabaseAlreadyExists' | 'DatabaseAccessDenied' | 'DatabaseDoesNotExist',
    find: (message: string) => string | undefined,
  ): ServerErrorRule =>
  (failure) => {
    const db = find(text(failure))
    return { kind, ...(db === undefined ? {} : { db }) }
  }
const foreignKey: ServerErrorRule = (failure) => {
  const fields = foreignKeyColumns(text(failure))
  return { kind: 'ForeignKeyConstraintViolation', ...(fields === undefined ? {} : { constraint: { fields } }) }
}
const uniqueConstraint: ServerErrorRule = (failure) => {
  const { index, table = failure.sql && writtenTable(failure.sql) } = duplicateKey(text(failure))
  return {
    kind: 'UniqueConstraintViolation',
    ...(index === undefined ? {} : { constraint: { index } }),
    ...(table === undefined ? {} : { table }),
  }
}
const notNull: ServerErrorRule = (failure) => {
  const field = firstName(text(failure))
  return { kind: 'NullConstraintViolation', ...(field === undefined ? {} : { constraint: { fields: [field] } }) }
}
/**
 * The node takes no part in its cluster now. Outside a transaction the pool has already tried elsewhere; inside one the
 * whole transaction can be run again, and on another host, which is what applications do on a write conflict.
 */
const notReady: ServerErrorRule = (failure, inTransaction) =>
  inTransaction ? { kind: 'TransactionWriteConflict' } : { kind: 'DatabaseNotReachable', host: place(failure) }
/** 1290 is also raised for other options of the server; the option's name is in the message, in every language. */
const readOnly: ServerErrorRule = (failure, inTransaction) =>
  /read[-_]only/i.test(text(failure)) ? notReady(failure, inTransaction) : undefined

/** Server error number → Prisma's error. */
export const SERVER_ERRORS: ReadonlyMap<number, ServerErrorRule> = new Map<number, ServerErrorRule>([
  [1007, aboutDatabase('DatabaseAlreadyExists', (message) => nameAfter('database', message))],
  [1020, writeConflict], // the record has changed since it was read (MariaDB, snapshot isolation)
  [1040, tooManyConnections],
  [1044, aboutDatabase('DatabaseAccessDenied', (message) => nameAfter('database', message))],
  [1045, authenticationFailed],
  [1047, notReady], // Galera: outside the primary component, or still joining
  [1048, notNull],
  [1049, aboutDatabase('DatabaseDoesNotExist', lastName)],
  [1053, connectionClosed], // shutdown in progress
  [1054, aboutColumn('ColumnNotFound', firstName)],
  [1062, uniqueConstraint],
  [1079, connectionClosed],
  [1146, tableMissing],
  [1152, connectionClosed],
  [1180, connectionClosed], // the commit failed, as in a Galera partition; it may or may not have been applied
  [1184, connectionClosed],
  [1191, () => ({ kind: 'MissingFullTextSearchIndex' })],
  [1203, tooManyConnections],
  [1205, writeConflict], // lock wait timeout
  [1213, writeConflict], // deadlock, and Galera's certification
  [1216, foreignKey],
  [1217, foreignKey],
  [1226, tooManyConnections], // a limit of this user
  [1263, notNull],
  [1264, (failure) => ({ kind: 'ValueOutOfRange', cause: text(failure) })],
  [1290, readOnly],
  [1364, notNull],
  [1406, aboutColumn('LengthMismatch', (message) => nameAfter('column', message))],
  [1451, foreignKey],
  [1452, foreignKey],
  [1586, uniqueConstraint],
  [1698, authenticationFailed],
  [1820, authenticationFailed], // password expired
  [1836, notReady], // read only mode
  [1927, connectionClosed], // MariaDB: the connection was killed
  [1969, timedOut], // MariaDB: max_statement_time
  [3024, timedOut], // MySQL: max_execution_time
  [3032, notReady], // MySQL: offline mode
  [3100, connectionClosed], // Group Replication: the commit hook failed; it may or may not have been applied
  [3101, writeConflict], // Group Replication: certification
  [3118, authenticationFailed], // account locked
  [3159, (failure) => ({ kind: 'TlsConnectionError', reason: text(failure) })], // TLS required
  [4031, connectionClosed], // MySQL: closed for inactivity
  [4151, authenticationFailed], // account locked (MariaDB)
])

/** After these the server has already undone the whole transaction: what follows would run outside of it. */
export const TRANSACTION_IS_GONE: ReadonlySet<number> = new Set([1020, 1047, 1180, 1213, 3100, 3101])

/** Where it happened and what was said there, for the one text that Prisma shows of an unreachable database. */
export function place(failure: Failure): string {
  return failure.host === undefined ? text(failure) : `${failure.host} (${text(failure)})`
}

function text(failure: Failure): string {
  return failure.sqlMessage ?? failure.message
}
