import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { classifyConnectFailure, ErrorClass, errorClassOf } from './error-class.js'

/** What real servers and sockets gave: MariaDB 10.11 with Galera 4, MySQL 9 with Group Replication, mysql2 3.24. */
const SEEN: readonly (readonly [what: string, error: object, expected: ErrorClass])[] = [
  ['a query in flight when its server is killed', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, 'lost'],
  ['a command on a connection that is dead already', { fatal: true }, 'lost'],
  ['a refused connect', { code: 'ECONNREFUSED', errno: -111, fatal: true }, 'lost'],
  ['a connect to a hung server', { code: 'ETIMEDOUT', fatal: true }, 'lost'],
  ['a connection reset', { code: 'ECONNRESET', errno: -104, fatal: true }, 'lost'],
  ['a host without a route', { code: 'EHOSTUNREACH', errno: -113, fatal: true }, 'lost'],
  ['a name that does not resolve', { code: 'ENOTFOUND', fatal: true }, 'lost'],
  ['a server that shuts down', { code: 'ER_SERVER_SHUTDOWN', errno: 1053 }, 'lost'],
  ['a connection killed by an operator of MariaDB', { code: 'ER_CONNECTION_KILLED', errno: 1927 }, 'lost'],
  ['a host the pool itself gave up', { code: 'ERR_HOSTPOOL_HOST_LOST' }, 'lost'],
  ['a node outside the primary component', { code: 'ER_UNKNOWN_COM_ERROR', errno: 1047 }, 'notReady'],
  ['a commit caught in a partition', { code: 'ER_ERROR_DURING_COMMIT', errno: 1180 }, 'unknown'],
  ['a commit hook of Group Replication that failed', { errno: 3100 }, 'unknown'],
  ['a server that a proxy has lost while a statement ran', { errno: 2013 }, 'lost'],
  ['MySQL in offline mode', { errno: 3032 }, 'notReady'],
  ['a write on a read-only server', { code: 'ER_OPTION_PREVENTS_STATEMENT', errno: 1290 }, 'readOnly'],
  ['a write on a read-only MySQL replica', { errno: 1836 }, 'readOnly'],
  ['a write in the caller’s own read-only transaction', { errno: 1792 }, 'statement'],
  ['a deadlock, or Galera’s certification', { code: 'ER_LOCK_DEADLOCK', errno: 1213 }, 'conflict'],
  ['Group Replication’s certification', { errno: 3101 }, 'conflict'],
  ['a lock wait timeout', { code: 'ER_LOCK_WAIT_TIMEOUT', errno: 1205 }, 'lockTimeout'],
  ['too many connections', { code: 'ER_CON_COUNT_ERROR', errno: 1040 }, 'overload'],
  ['too many connections of a user', { errno: 1203 }, 'overload'],
  ['a limit of a user', { code: 'ER_USER_LIMIT_REACHED', errno: 1226 }, 'overload'],
  ['a wrong password', { code: 'ER_ACCESS_DENIED_ERROR', errno: 1045, fatal: true }, 'configuration'],
  ['an unknown database', { code: 'ER_BAD_DB_ERROR', errno: 1049, fatal: true }, 'configuration'],
  ['no privilege on the database', { code: 'ER_DBACCESS_DENIED_ERROR', errno: 1044, fatal: true }, 'configuration'],
  ['a server without TLS', { code: 'HANDSHAKE_NO_SSL_SUPPORT', fatal: true }, 'configuration'],
  ['a certificate nobody vouches for', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', fatal: true }, 'configuration'],
  ['a certificate for another name', { code: 'ERR_TLS_CERT_ALTNAME_INVALID', fatal: true }, 'configuration'],
  ['a statement that timed out on the client', { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }, 'timeout'],
  ['a statement beyond max_statement_time', { errno: 1969 }, 'statement'],
  ['a killed query', { code: 'ER_QUERY_INTERRUPTED', errno: 1317 }, 'statement'],
  ['a syntax error', { code: 'ER_PARSE_ERROR', errno: 1064 }, 'statement'],
  ['a duplicate key', { code: 'ER_DUP_ENTRY', errno: 1062 }, 'statement'],
  ['a missing table', { code: 'ER_NO_SUCH_TABLE', errno: 1146 }, 'statement'],
  ['values that cannot be sent', new TypeError('Bind parameters must not contain undefined'), 'statement'],
]

/** An error as a real server, or its absence, gave it through mysql2; the integration tests provoke those of MariaDB again. */
interface Observed {
  readonly what: string
  readonly servers: readonly string[]
  readonly at: 'connect' | 'statement'
  readonly error: object
  readonly class: ErrorClass
}

const OBSERVED = JSON.parse(
  readFileSync(new URL('../testing/observed-errors.json', import.meta.url), 'utf8'),
) as readonly Observed[]

describe('the class of an error that was observed', () => {
  it.each(OBSERVED.map((row) => [row.what, row.servers.join(' and '), row] as const))('%s (%s)', (_, __, row) => {
    const classOf = row.at === 'connect' ? classifyConnectFailure : errorClassOf
    expect(classOf(row.error)).toBe(row.class)
  })

  it('has a row for every class but the one that only a partition at the moment of a commit shows', () => {
    const classes = Object.values(ErrorClass).filter((one) => one !== ErrorClass.unknown)
    expect(new Set(OBSERVED.map((row) => row.class))).toEqual(new Set(classes))
  })
})

describe('the class of an error', () => {
  it.each(SEEN)('%s', (_, error, expected) => {
    expect(errorClassOf(error)).toBe(expected)
  })

  it('does not depend on the message', () => {
    expect(errorClassOf({ message: 'Connection lost: deadlock: Access denied' })).toBe('statement')
  })

  it.each([
    ['what nobody knows', new Error('something'), 'lost'],
    ['a wrong password', { errno: 1045, fatal: true }, 'configuration'],
    ['too many connections', { errno: 1040 }, 'overload'],
  ])('of a connect: %s', (_, error, expected) => {
    expect(classifyConnectFailure(error)).toBe(expected)
  })
})
