import { HostpoolError } from '@mysql-hostpool/core'
import { DriverAdapterError, isDriverAdapterError } from '@prisma/driver-adapter-utils'
import { describe, expect, test } from 'vitest'

import { toDriverError } from './driver-error.js'
import { SERVER_ERRORS } from './server-errors.js'

function server(errno: number, sqlMessage = 'text', more: object = {}): Error {
  return Object.assign(new Error(sqlMessage), { errno, sqlMessage, sqlState: 'HY000', host: 'db1:3306', ...more })
}

function socket(code: string, more: object = {}): Error {
  return Object.assign(new Error(`connect ${code}`), { code, fatal: true, host: 'db1:3306', ...more })
}

function mapped(error: unknown, inTransaction = false): unknown {
  const known = toDriverError(error, { inTransaction })
  if (!(known instanceof Error) || !isDriverAdapterError(known)) return known
  const { originalCode: _code, originalMessage: _message, ...rest } = known.cause
  return rest
}

const FOREIGN_KEY =
  'Cannot add or update a child row: a foreign key constraint fails (`shop`.`Book`, CONSTRAINT `Book_fk` ' +
  'FOREIGN KEY (`authorId`, `part`) REFERENCES `Author` (`id`, `part`))'

const rows: [number, string, object][] = [
  [1007, "Can't create database 'shop'; database exists", { kind: 'DatabaseAlreadyExists', db: 'shop' }],
  [1020, "Record has changed since last read in table 'Book'", { kind: 'TransactionWriteConflict' }],
  [1040, 'Too many connections', { kind: 'TooManyConnections', cause: 'Too many connections' }],
  [1044, "Access denied for user 'u'@'h' to database 'shop'", { kind: 'DatabaseAccessDenied', db: 'shop' }],
  [
    1045,
    "Access denied for user 'app'@'10.0.0.1' (using password: YES)",
    { kind: 'AuthenticationFailed', user: 'app' },
  ],
  [
    1047,
    'WSREP has not yet prepared node',
    { kind: 'DatabaseNotReachable', host: 'db1:3306 (WSREP has not yet prepared node)' },
  ],
  [1048, "Column 'name' cannot be null", { kind: 'NullConstraintViolation', constraint: { fields: ['name'] } }],
  [1049, "Unknown database 'shop'", { kind: 'DatabaseDoesNotExist', db: 'shop' }],
  [1053, 'Server shutdown in progress', { kind: 'ConnectionClosed' }],
  [1054, "Unknown column 'nope' in 'SELECT'", { kind: 'ColumnNotFound', column: 'nope' }],
  [
    1062,
    "Duplicate entry 'a' for key 'User.User_email_key'",
    { kind: 'UniqueConstraintViolation', constraint: { index: 'User_email_key' }, table: 'User' },
  ],
  [1079, 'Shutdown complete', { kind: 'ConnectionClosed' }],
  [
    1129,
    "Host 'h' is blocked because of many connection errors",
    { kind: 'mysql', code: 1129, message: "Host 'h' is blocked because of many connection errors", state: 'HY000' },
  ],
  [
    1130,
    "Host 'h' is not allowed to connect",
    { kind: 'mysql', code: 1130, message: "Host 'h' is not allowed to connect", state: 'HY000' },
  ],
  [1146, "Table 'shop.Book' doesn't exist", { kind: 'TableDoesNotExist', table: 'Book' }],
  [1152, 'Aborted connection', { kind: 'ConnectionClosed' }],
  [1180, 'Got error 6 "No such device or address" during COMMIT', { kind: 'ConnectionClosed' }],
  [1184, 'Aborted connection', { kind: 'ConnectionClosed' }],
  [1191, "Can't find FULLTEXT index matching the column list", { kind: 'MissingFullTextSearchIndex' }],
  [1203, 'User app has too many', { kind: 'TooManyConnections', cause: 'User app has too many' }],
  [1205, 'Lock wait timeout exceeded', { kind: 'TransactionWriteConflict' }],
  [1213, 'Deadlock found', { kind: 'TransactionWriteConflict' }],
  [1216, 'Cannot add or update a child row', { kind: 'ForeignKeyConstraintViolation' }],
  [1217, 'Cannot delete or update a parent row', { kind: 'ForeignKeyConstraintViolation' }],
  [1226, 'User app has exceeded', { kind: 'TooManyConnections', cause: 'User app has exceeded' }],
  [
    1251,
    'Client does not support authentication protocol',
    { kind: 'mysql', code: 1251, message: 'Client does not support authentication protocol', state: 'HY000' },
  ],
  [
    1263,
    "Column set to default value; NULL supplied to NOT NULL column 'name' at row 1",
    { kind: 'NullConstraintViolation', constraint: { fields: ['name'] } },
  ],
  [
    1264,
    "Out of range value for column 'n' at row 1",
    { kind: 'ValueOutOfRange', cause: "Out of range value for column 'n' at row 1" },
  ],
  [
    1290,
    'The MariaDB server is running with the --read-only option so it cannot execute this statement',
    {
      kind: 'DatabaseNotReachable',
      host: 'db1:3306 (The MariaDB server is running with the --read-only option so it cannot execute this statement)',
    },
  ],
  [
    1364,
    "Field 'name' doesn't have a default value",
    { kind: 'NullConstraintViolation', constraint: { fields: ['name'] } },
  ],
  [1406, "Data too long for column 'title' at row 1", { kind: 'LengthMismatch', column: 'title' }],
  [1451, FOREIGN_KEY, { kind: 'ForeignKeyConstraintViolation', constraint: { fields: ['authorId', 'part'] } }],
  [1452, FOREIGN_KEY, { kind: 'ForeignKeyConstraintViolation', constraint: { fields: ['authorId', 'part'] } }],
  [
    1524,
    "Plugin 'p' is not loaded",
    { kind: 'mysql', code: 1524, message: "Plugin 'p' is not loaded", state: 'HY000' },
  ],
  [1586, "Duplicate entry '1-2' for key 'pair'", { kind: 'UniqueConstraintViolation', constraint: { index: 'pair' } }],
  [1698, "Access denied for user 'root'@'localhost'", { kind: 'AuthenticationFailed', user: 'root' }],
  [1820, 'You must SET PASSWORD', { kind: 'AuthenticationFailed' }],
  [1836, 'Running in read-only mode', { kind: 'DatabaseNotReachable', host: 'db1:3306 (Running in read-only mode)' }],
  [1862, 'Your password has expired', { kind: 'AuthenticationFailed' }],
  [
    1874,
    'InnoDB is in read only mode',
    { kind: 'DatabaseNotReachable', host: 'db1:3306 (InnoDB is in read only mode)' },
  ],
  [1927, 'Connection was killed', { kind: 'ConnectionClosed' }],
  [1969, 'Query execution was interrupted (max_statement_time exceeded)', { kind: 'SocketTimeout' }],
  [3024, 'maximum statement execution time exceeded', { kind: 'SocketTimeout' }],
  [
    3032,
    'The server is currently in offline mode',
    { kind: 'DatabaseNotReachable', host: 'db1:3306 (The server is currently in offline mode)' },
  ],
  [3100, 'Error on observer while running', { kind: 'ConnectionClosed' }],
  [3101, 'Plugin instructed the server to rollback', { kind: 'TransactionWriteConflict' }],
  [3118, "Access denied for user 'app'@'h'. Account is locked.", { kind: 'AuthenticationFailed', user: 'app' }],
  [
    3159,
    'Connections using insecure transport are prohibited',
    { kind: 'TlsConnectionError', reason: 'Connections using insecure transport are prohibited' },
  ],
  [3955, "Access denied for user 'app'@'h'. Account is blocked", { kind: 'AuthenticationFailed', user: 'app' }],
  [4031, 'The client was disconnected by the server', { kind: 'ConnectionClosed' }],
  [4151, 'Access denied, this account is locked', { kind: 'AuthenticationFailed' }],
]

describe('errors of the server', () => {
  test.each(rows)('%i: %s', (errno, message, expected) => {
    expect(mapped(server(errno, message))).toEqual(expected)
  })

  test('every number that has a rule of its own has its row here', () => {
    expect(rows.map(([errno]) => errno)).toEqual(expect.arrayContaining([...SERVER_ERRORS.keys()]))
  })

  test('a node that refuses to go on with a transaction asks for it to be run again', () => {
    const lost = (cause: Error) =>
      mapped(new HostpoolError('ERR_HOSTPOOL_HOST_LOST', 'db1:3306 was lost', { cause }), true)
    expect(lost(server(1047, 'WSREP has not yet prepared node'))).toEqual({ kind: 'TransactionWriteConflict' })
    expect(lost(socket('ECONNRESET'))).toEqual({ kind: 'ConnectionClosed' })
  })

  test.each([1047, 1836])('%i in a transaction asks for it to be run again', (errno) => {
    expect(mapped(server(errno), true)).toEqual({ kind: 'TransactionWriteConflict' })
  })

  test('a transaction that is gone is run again only where nothing of it can be there', () => {
    const gone = (cause: Error) => mapped(new HostpoolError('ERR_HOSTPOOL_TRANSACTION_LOST', 'gone', { cause }), true)
    expect(gone(server(1213, 'Deadlock found'))).toEqual({ kind: 'TransactionWriteConflict' })
    expect(gone(server(1180, 'Got error 6 during COMMIT'))).toEqual({ kind: 'ConnectionClosed' })
  })

  test.each([1180, 3100])('%i in a transaction does not: its outcome is unknown', (errno) => {
    expect(mapped(server(errno), true)).toEqual({ kind: 'ConnectionClosed' })
  })

  test('1290 about another option than read-only is not taken for a read-only node', () => {
    const message = 'The MariaDB server is running with the --secure-file-priv option'
    expect(mapped(server(1290, message))).toEqual({ kind: 'mysql', code: 1290, message, state: 'HY000' })
  })

  test('an unknown number is passed on with its text and state', () => {
    expect(mapped(server(4025, 'CONSTRAINT failed'))).toEqual({
      kind: 'mysql',
      code: 4025,
      message: 'CONSTRAINT failed',
      state: 'HY000',
    })
  })

  test('a message in another language still gives the right kind', () => {
    expect(mapped(server(1062, 'Doppelter Eintrag'))).toEqual({ kind: 'UniqueConstraintViolation' })
    expect(mapped(server(1451, 'Geht nicht'))).toEqual({ kind: 'ForeignKeyConstraintViolation' })
    expect(mapped(server(1048, 'Geht nicht'))).toEqual({ kind: 'NullConstraintViolation' })
    expect(mapped(server(1045, "Benutzer 'app'@'h' hat keine Zugriffsberechtigung"))).toEqual({
      kind: 'AuthenticationFailed',
      user: 'app',
    })
  })

  test('an entry that holds quotes and dots does not hide the key', () => {
    expect(mapped(server(1062, "Duplicate entry 'it's for key 'x'' for key 'a_b'"))).toMatchObject({
      constraint: { index: 'a_b' },
    })
  })

  test.each([
    ['INSERT INTO `User` (`email`) VALUES (?)', 'User'],
    ['INSERT INTO `shop`.`User` (`email`) VALUES (?)', 'User'],
    ['INSERT IGNORE INTO `a``b` (`email`) VALUES (?)', 'a`b'],
    ['UPDATE `User` SET `email` = ? WHERE 1=1', 'User'],
    ["SET STATEMENT time_zone = '+00:00' FOR INSERT INTO `User` (`email`) VALUES (?)", 'User'],
    ['replace into User values (1)', 'User'],
    ['INSERT INTO `User` SELECT * FROM `Book` FOR UPDATE', 'User'],
    ['CALL fill()', undefined],
  ])('where the server does not name the table of a key, the statement does: %s', (sql, table) => {
    const found = mapped(server(1062, "Duplicate entry 'a' for key 'User_email_key'", { sql }))
    const constraint = { index: 'User_email_key' }
    expect(found).toEqual({ kind: 'UniqueConstraintViolation', constraint, ...(table === undefined ? {} : { table }) })
  })

  test('number and text stay with the error', () => {
    expect(toDriverError(server(1062, 'Duplicate'), { inTransaction: false })).toMatchObject({
      cause: { originalCode: '1062', originalMessage: 'Duplicate' },
      original: { host: 'db1:3306' },
    })
  })
})

describe('errors of sockets and of TLS', () => {
  test.each(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'])(
    '%s is an unreachable database',
    (code) => {
      expect(mapped(socket(code, { errno: -111 }))).toEqual({
        kind: 'DatabaseNotReachable',
        host: `db1:3306 (connect ${code})`,
      })
    },
  )

  test.each(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'])(
    '%s is a closed connection',
    (code) => {
      expect(mapped(socket(code))).toEqual({ kind: 'ConnectionClosed' })
    },
  )

  test('a fatal error without code or number is a closed connection', () => {
    const error = Object.assign(new Error("Can't add new command when connection is in closed state"), { fatal: true })
    expect(mapped(error)).toEqual({ kind: 'ConnectionClosed' })
  })

  test('an answer that did not come in time', () => {
    expect(mapped(socket('PROTOCOL_SEQUENCE_TIMEOUT', { fatal: false }))).toEqual({ kind: 'SocketTimeout' })
  })

  test.each([
    'HANDSHAKE_NO_SSL_SUPPORT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_HAS_EXPIRED',
  ])('%s is an error of TLS', (code) => {
    expect(mapped(socket(code))).toEqual({ kind: 'TlsConnectionError', reason: `connect ${code}` })
  })
})

describe('errors of the pool', () => {
  test.each([
    ['ERR_HOSTPOOL_ACQUIRE_TIMEOUT', { kind: 'TooManyConnections', cause: 'told' }],
    ['ERR_HOSTPOOL_QUEUE_FULL', { kind: 'TooManyConnections', cause: 'told' }],
    ['ERR_HOSTPOOL_NO_HOST', { kind: 'DatabaseNotReachable', host: 'told' }],
    ['ERR_HOSTPOOL_HOST_LOST', { kind: 'ConnectionClosed' }],
    ['ERR_HOSTPOOL_OUTCOME_UNKNOWN', { kind: 'ConnectionClosed' }],
    ['ERR_HOSTPOOL_CLOSED', { kind: 'ConnectionClosed' }],
    ['ERR_HOSTPOOL_LEASE_RELEASED', { kind: 'TransactionAlreadyClosed', cause: 'told' }],
  ] as const)('%s', (code, expected) => {
    expect(mapped(new HostpoolError(code, 'told'))).toEqual(expected)
  })

  test.each(['ERR_HOSTPOOL_CONFIG', 'ERR_HOSTPOOL_UNSUPPORTED', 'ERR_HOSTPOOL_ABORTED'] as const)(
    '%s is passed on as it is',
    (code) => {
      const error = new HostpoolError(code, 'told')
      expect(toDriverError(error, { inTransaction: false })).toBe(error)
    },
  )

  test.each([
    [server(1045, "Access denied for user 'app'@'h'"), { kind: 'AuthenticationFailed', user: 'app' }],
    [server(1049, "Unknown database 'shop'"), { kind: 'DatabaseDoesNotExist', db: 'shop' }],
    [socket('CERT_HAS_EXPIRED'), { kind: 'TlsConnectionError', reason: 'connect CERT_HAS_EXPIRED' }],
    [server(1040, 'Too many connections'), { kind: 'TooManyConnections', cause: 'Too many connections' }],
    [socket('ECONNREFUSED'), { kind: 'DatabaseNotReachable', host: 'no host' }],
    [server(1146, "Table 'a.b' doesn't exist"), { kind: 'DatabaseNotReachable', host: 'no host' }],
  ])('no host, because of: %s', (cause, expected) => {
    expect(mapped(new HostpoolError('ERR_HOSTPOOL_NO_HOST', 'no host', { cause }))).toEqual(expected)
  })
})

test('a mistake in the program is not dressed up as a database error', () => {
  const error = new TypeError('x is not a function')
  expect(toDriverError(error, { inTransaction: false })).toBe(error)
  expect(toDriverError('text', { inTransaction: false })).toBe('text')
})

test("an error that is Prisma's already stays", () => {
  const error = new DriverAdapterError({ kind: 'SocketTimeout' })
  expect(toDriverError(error, { inTransaction: true })).toBe(error)
})
