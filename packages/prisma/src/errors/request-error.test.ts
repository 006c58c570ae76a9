import { HostpoolError } from '@mysql-hostpool/core'
import { PrismaClientInitializationError, PrismaClientKnownRequestError } from '@prisma/client/runtime/client'
import { describe, expect, test } from 'vitest'

import { toConnectError, toRequestError } from './request-error.js'

function server(errno: number, sqlMessage = 'text', more: object = {}): Error {
  return Object.assign(new Error(sqlMessage), { errno, sqlMessage, sqlState: 'HY000', host: 'db1:3306', ...more })
}

function socket(code: string, more: object = {}): Error {
  return Object.assign(new Error(`connect ${code}`), { code, fatal: true, host: 'db1:3306', ...more })
}

describe('errors of the first connection', () => {
  test.each([
    [server(1045, "Access denied for user 'app'@'h'"), 'P1000'],
    [socket('ECONNREFUSED'), 'P1001'],
    [server(1049, "Unknown database 'shop'"), 'P1003'],
    [server(1044, "Access denied for user 'u'@'h' to database 'shop'"), 'P1010'],
    [socket('CERT_HAS_EXPIRED'), 'P1011'],
    [socket('ECONNRESET'), 'P1017'],
    [new HostpoolError('ERR_HOSTPOOL_ACQUIRE_TIMEOUT', 'busy'), 'P2037'],
    [server(9999, 'odd'), 'P2039'],
  ])('%s is %s', (error, code) => {
    const known = toConnectError(error)
    expect(known).toBeInstanceOf(PrismaClientInitializationError)
    expect(known).toMatchObject({ code, errorCode: code, message: expect.stringContaining(error.message) })
  })
})

describe('errors of COMMIT and of savepoints', () => {
  test.each([
    [server(1213, 'Deadlock found'), 'P2034'],
    [server(1180, 'Got error 6 during COMMIT'), 'P1017'],
    [server(1047, 'not prepared'), 'P2034'],
    [new HostpoolError('ERR_HOSTPOOL_OUTCOME_UNKNOWN', 'it may or may not have happened'), 'P1017'],
    [new HostpoolError('ERR_HOSTPOOL_HOST_LOST', 'db1 was lost'), 'P1017'],
    [server(1305, 'SAVEPOINT a does not exist'), 'P2039'],
  ])('%s is %s', (error, code) => {
    const known = toRequestError(error, { inTransaction: true })
    expect(known).toBeInstanceOf(PrismaClientKnownRequestError)
    expect(known).toMatchObject({ code, message: expect.stringContaining(error.message) })
  })

  test('a mistake in the program stays what it is', () => {
    const error = new TypeError('x')
    expect(toRequestError(error, { inTransaction: true })).toBe(error)
    expect(toConnectError(error)).toBe(error)
  })
})
