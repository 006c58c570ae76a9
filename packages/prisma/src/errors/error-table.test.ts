import { endsTransaction, HostpoolError, type HostpoolErrorCode } from '@mysql-hostpool/core'
import { isDriverAdapterError } from '@prisma/driver-adapter-utils'
import { describe, expect, test } from 'vitest'

import { toDriverError } from './driver-error.js'

/** What is told of the errors of a list, `over` where they end the transaction that they are met in. */
type Table = Readonly<Record<string, string>>

const OF_STATEMENTS: Table = {
  DatabaseAlreadyExists: '1007',
  'TransactionWriteConflict, over': '1020 1213 3101',
  TooManyConnections: '1040 1203 1226',
  DatabaseAccessDenied: '1044',
  AuthenticationFailed: '1045 1698 1820 1862 3118 3955 4151',
  'DatabaseNotReachable, in a transaction TransactionWriteConflict, over': '1047 3032',
  NullConstraintViolation: '1048 1263 1364',
  DatabaseDoesNotExist: '1049',
  ColumnNotFound: '1054',
  UniqueConstraintViolation: '1062 1586',
  TableDoesNotExist: '1146',
  'ConnectionClosed, over': '1053 1079 1152 1158 1159 1160 1161 1180 1184 1927 2006 2013 2055 3100 4031',
  MissingFullTextSearchIndex: '1191',
  TransactionWriteConflict: '1205',
  ForeignKeyConstraintViolation: '1216 1217 1451 1452',
  ValueOutOfRange: '1264',
  'DatabaseNotReachable, in a transaction TransactionWriteConflict': '1290 1836 1874',
  LengthMismatch: '1406',
  SocketTimeout: '1969 3024',
  TlsConnectionError: '3159',
}

const WITH_THE_CONNECTION: Table = {
  'DatabaseAlreadyExists, over': '1007',
  'TransactionWriteConflict, over': '1020 1205 1213 3101',
  'TooManyConnections, over': '1040 1203 1226',
  'DatabaseAccessDenied, over': '1044',
  'AuthenticationFailed, over': '1045 1698 1820 1862 3118 3955 4151',
  'DatabaseNotReachable, in a transaction TransactionWriteConflict, over': '1047 1290 1836 1874 3032',
  'NullConstraintViolation, over': '1048 1263 1364',
  'DatabaseDoesNotExist, over': '1049',
  'ConnectionClosed, over': '1053 1079 1152 1158 1159 1160 1161 1180 1184 1927 2006 2013 2055 3100 4031',
  'ColumnNotFound, over': '1054',
  'UniqueConstraintViolation, over': '1062 1586',
  'TableDoesNotExist, over': '1146',
  'MissingFullTextSearchIndex, over': '1191',
  'ForeignKeyConstraintViolation, over': '1216 1217 1451 1452',
  'ValueOutOfRange, over': '1264',
  'LengthMismatch, over': '1406',
  'SocketTimeout, over': '1969 3024',
  'TlsConnectionError, over': '3159',
}

const AS_CAUSE: Readonly<Partial<Record<HostpoolErrorCode, Table>>> = {
  ERR_HOSTPOOL_NO_HOST: {
    TooManyConnections: '1040 1203 1226',
    DatabaseAccessDenied: '1044',
    AuthenticationFailed: '1045 1698 1820 1862 3118 3955 4151',
    DatabaseDoesNotExist: '1049',
    TlsConnectionError: '3159',
  },
  ERR_HOSTPOOL_HOST_LOST: {
    TransactionWriteConflict: '1020 1047 1205 1213 1290 1836 1874 3032 3101',
  },
  ERR_HOSTPOOL_TRANSACTION_LOST: {
    TransactionWriteConflict:
      '1020 1047 1053 1079 1152 1158 1159 1160 1161 1184 1205 1213 1290 1836 1874 1927 2006 2013 2055 3032 3101 4031',
  },
}

const OF_CODES: Table = {
  'DatabaseNotReachable, over':
    'ECONNREFUSED ETIMEDOUT EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN EADDRNOTAVAIL ENOENT ENOTFOUND EAI_AGAIN',
  'ConnectionClosed, over': 'ECONNRESET ECONNABORTED EPIPE PROTOCOL_CONNECTION_LOST',
  'TlsConnectionError, over':
    'EPROTO HANDSHAKE_NO_SSL_SUPPORT HANDSHAKE_SSL_ERROR ERR_TLS_CERT_ALTNAME_INVALID ERR_SSL_WRONG_VERSION_NUMBER CERT_HAS_EXPIRED HOSTNAME_MISMATCH UNABLE_TO_VERIFY_LEAF_SIGNATURE SELF_SIGNED_CERT_IN_CHAIN DEPTH_ZERO_SELF_SIGNED_CERT',
  'SocketTimeout, over': 'PROTOCOL_SEQUENCE_TIMEOUT',
  'AuthenticationFailed, over': 'AUTH_SWITCH_PLUGIN_ERROR MFA_UNSUPPORTED',
}

const CODES = Object.values(OF_CODES).flatMap((codes) => codes.split(' '))
/** Codes that say nothing of hosts, of TLS or of the login by themselves. */
const OTHER_CODES = ['EMFILE', 'ENOTCONN', 'PROTOCOL_PACKETS_OUT_OF_ORDER', 'ERR_INVALID_ARG_TYPE']
const NUMBERS = Array.from({ length: 3201 }, (_, index) => 1000 + index)

/** 1290 is about writes only where the message names the option. */
const MESSAGE = 'running with the --read-only option'

function server(errno: number, more: object = {}): Error {
  return Object.assign(new Error(MESSAGE), { errno, sqlMessage: MESSAGE, sqlState: 'HY000', ...more })
}

function socket(code: string, more: object): Error {
  return Object.assign(new Error('told by a socket'), { code, ...more })
}

function kindOf(error: Error, inTransaction: boolean): string {
  const known = toDriverError(error, { inTransaction })
  return known instanceof Error && isDriverAdapterError(known) ? known.cause.kind : 'as it came'
}

/** The kind outside of a transaction and, where it differs, inside of one; and whether that transaction is over. */
function fateOf(error: Error): string {
  const [outside, inside] = [kindOf(error, false), kindOf(error, true)]
  const kinds = outside === inside ? outside : `${outside}, in a transaction ${inside}`
  return endsTransaction(error) ? `${kinds}, over` : kinds
}

/** All that share a fate, in the order in which they are given; the fate that is named is of all others. */
function tableOf<T>(all: readonly T[], fate: (one: T) => string, ofAllOthers?: string): Table {
  const table: Record<string, string> = {}
  for (const one of all) {
    const name = fate(one)
    if (name !== ofAllOthers) table[name] = table[name] === undefined ? String(one) : `${table[name]} ${String(one)}`
  }
  return table
}

describe('every number of a server has its kind', () => {
  test('as the error of a statement', () => {
    expect(tableOf(NUMBERS, (errno) => fateOf(server(errno)), 'mysql')).toEqual(OF_STATEMENTS)
  })

  test('as an error with which the connection ended', () => {
    const fate = (errno: number): string => fateOf(server(errno, { fatal: true }))
    expect(tableOf(NUMBERS, fate, 'mysql, over')).toEqual(WITH_THE_CONNECTION)
  })

  test.each([
    ['ERR_HOSTPOOL_NO_HOST', 'DatabaseNotReachable'],
    ['ERR_HOSTPOOL_HOST_LOST', 'ConnectionClosed'],
    ['ERR_HOSTPOOL_TRANSACTION_LOST', 'ConnectionClosed'],
  ] as const)('as the cause of %s, for others than which it is %s', (code, ofAllOthers) => {
    const kind = (errno: number): string => kindOf(new HostpoolError(code, 'told', { cause: server(errno) }), true)
    expect(tableOf(NUMBERS, kind, ofAllOthers)).toEqual(AS_CAUSE[code])
  })
})

describe('every code of sockets, of TLS and of the protocol', () => {
  test.each([{}, { fatal: false }, { fatal: true }, { errno: -111 }, { errno: -111, fatal: true }])(
    'has its kind, with %j',
    (more) => {
      expect(tableOf(CODES, (code) => fateOf(socket(code, more)))).toEqual(OF_CODES)
    },
  )

  test.each([
    [{}, 'as it came'],
    [{ fatal: true }, 'ConnectionClosed, over'],
    [{ errno: -24, fatal: true }, 'as it came, over'],
  ])('that says nothing by itself, with %j: %s', (more, fate) => {
    expect(tableOf(OTHER_CODES, (code) => fateOf(socket(code, more)))).toEqual({ [fate]: OTHER_CODES.join(' ') })
  })
})
