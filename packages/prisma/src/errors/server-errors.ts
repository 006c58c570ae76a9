import type { MappedError } from '@prisma/driver-adapter-utils'

import { duplicateKey, firstName, foreignKeyColumns, lastName, nameAfter, tableName, writtenTable } from './detail.js'
import { type Failure, text } from './failure.js'

/** Makes Prisma's error from the server's. */
type ServerErrorRule = (failure: Failure) => MappedError | undefined

/** The server's error unchanged, where Prisma has no kind for it. */
export const asTold: ServerErrorRule = ({ errno, sqlMessage, sqlState }) =>
  errno === undefined || sqlMessage === undefined
    ? undefined
    : { kind: 'mysql', code: errno, message: sqlMessage, state: sqlState ?? '' }

const timedOut: ServerErrorRule = () => ({ kind: 'SocketTimeout' })
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
 * Error numbers for which Prisma has a more precise kind than their class tells: they concern one column, one table or one
 * database. All other numbers are mapped by class.
 */
export const SERVER_ERRORS: ReadonlyMap<number, ServerErrorRule> = new Map<number, ServerErrorRule>([
  [1007, aboutDatabase('DatabaseAlreadyExists', (message) => nameAfter('database', message))],
  [1044, aboutDatabase('DatabaseAccessDenied', (message) => nameAfter('database', message))],
  [1048, notNull],
  [1049, aboutDatabase('DatabaseDoesNotExist', lastName)],
  [1054, aboutColumn('ColumnNotFound', firstName)],
  [1062, uniqueConstraint],
  [1146, tableMissing],
  [1191, () => ({ kind: 'MissingFullTextSearchIndex' })],
  [1216, foreignKey],
  [1217, foreignKey],
  [1263, notNull],
  [1264, (failure) => ({ kind: 'ValueOutOfRange', cause: text(failure) })],
  [1364, notNull],
  [1406, aboutColumn('LengthMismatch', (message) => nameAfter('column', message))],
  [1451, foreignKey],
  [1452, foreignKey],
  [1586, uniqueConstraint],
  [1969, timedOut], // MariaDB: max_statement_time
  [3024, timedOut], // MySQL: max_execution_time
  // Prisma's text for a failed login blames the password, and its text for too many connections blames their number. Both would
  // be wrong here, so the server's own text is kept.
  [1129, asTold], // too many failed connects from this client
  [1130, asTold], // this client's address is not allowed
  [1251, asTold], // the client does not speak the account's authentication protocol
  [1524, asTold], // the account's authentication plugin is not loaded
])
