import { HostpoolError } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'
import { describeError, errorChain, outcomeOfFailure } from './failures.js'
import { Outcome } from './ledger.js'

const lost = Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST' })
const unknown = new HostpoolError('ERR_HOSTPOOL_OUTCOME_UNKNOWN', 'no answer to a write', { cause: lost })
const hostLost = new HostpoolError('ERR_HOSTPOOL_HOST_LOST', 'rolled back', { cause: lost })

/** As TypeORM wraps what its driver throws. */
const inTypeorm = (driverError: Error) =>
  Object.assign(new Error(`HostpoolError: ${driverError.message}`), { driverError })

/** As Prisma wraps what its adapter throws. */
const inPrisma = (original: Error) =>
  Object.assign(new Error('\nInvalid `prisma.a.create()` invocation:\n\n\nServer has closed the connection.'), {
    code: 'P1017',
    meta: { driverAdapterError: Object.assign(new Error('ConnectionClosed'), { original }) },
  })

test('an unknown outcome is found behind whatever wraps it', () => {
  for (const error of [unknown, inTypeorm(unknown), inPrisma(unknown)]) {
    expect(outcomeOfFailure(error)).toBe(Outcome.Unknown)
  }
})

test('every other failure is one', () => {
  for (const error of [hostLost, inTypeorm(hostLost), inPrisma(hostLost), lost, 'text', undefined]) {
    expect(outcomeOfFailure(error)).toBe(Outcome.Failed)
  }
})

test('a description goes from the outside to the inside', () => {
  expect(describeError(inPrisma(hostLost))).toBe(
    'P1017: Server has closed the connection. <- Error: ConnectionClosed <- ' +
      'ERR_HOSTPOOL_HOST_LOST: rolled back <- PROTOCOL_CONNECTION_LOST: Connection lost',
  )
})

test('what a wrapper has said already is told by its code alone, or not at all', () => {
  const wrapper = Object.assign(inTypeorm(unknown), { code: unknown.code })
  expect(describeError(wrapper)).toBe(
    'ERR_HOSTPOOL_OUTCOME_UNKNOWN: HostpoolError: no answer to a write <- PROTOCOL_CONNECTION_LOST: Connection lost',
  )
  const telling = new HostpoolError('ERR_HOSTPOOL_HOST_LOST', 'a was lost (Connection lost)', { cause: lost })
  expect(describeError(telling)).toBe(
    'ERR_HOSTPOOL_HOST_LOST: a was lost (Connection lost) <- PROTOCOL_CONNECTION_LOST',
  )
})

test('what is no error is told as it is', () => {
  expect(describeError('text')).toBe('text')
})

test('errors that contain each other come to an end', () => {
  const one = new Error('one')
  const two = new Error('two', { cause: one })
  one.cause = two
  expect(errorChain(one)).toEqual([one, two])
})
