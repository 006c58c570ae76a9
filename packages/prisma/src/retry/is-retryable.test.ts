import { HostpoolError, type HostpoolErrorCode } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { toRequestError } from '../errors/request-error.js'
import { isRetryableTransaction } from './is-retryable.js'

const IN_TRANSACTION = { inTransaction: true }

function serverError(errno: number): unknown {
  const message = `error ${errno}`
  return toRequestError(Object.assign(new Error(message), { errno, sqlMessage: message }), IN_TRANSACTION)
}

function poolError(code: HostpoolErrorCode, cause?: Error): unknown {
  return toRequestError(new HostpoolError(code, 'lost', { cause }), IN_TRANSACTION)
}

test.each([
  ['a deadlock', serverError(1213), true],
  ['a lock wait timeout', serverError(1205), true],
  ['a failed certification of Group Replication', serverError(3101), true],
  ['a node that left its cluster', serverError(1047), true],
  ['a host lost before COMMIT', poolError('ERR_HOSTPOOL_HOST_LOST'), true],
  [
    'a transaction that was gone already',
    poolError('ERR_HOSTPOOL_TRANSACTION_LOST', Object.assign(new Error(), { errno: 1213 })),
    true,
  ],
  ['a transaction of which a part is committed', poolError('ERR_HOSTPOOL_IMPLICIT_COMMIT'), false],
  ['the code alone', Object.assign(new Error('conflict'), { code: 'P2034' }), true],
  ['a COMMIT without an answer', poolError('ERR_HOSTPOOL_OUTCOME_UNKNOWN'), false],
  ['a full pool', poolError('ERR_HOSTPOOL_ACQUIRE_TIMEOUT'), false],
  ['a closed pool', poolError('ERR_HOSTPOOL_CLOSED'), false],
  ['a duplicate key', serverError(1062), false],
  ['an error of the application', new Error('changed my mind'), false],
  ['no error at all', 'P2034', false],
  ['nothing', undefined, false],
])('%s: %o', (_, error, worth) => {
  expect(isRetryableTransaction(error)).toBe(worth)
})
