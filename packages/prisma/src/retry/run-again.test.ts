import { HostpoolError, type HostpoolErrorCode } from '@mysql-hostpool/core'
import { expect, test } from 'vitest'

import { correct } from '../errors/corrected.js'
import { driverErrorOf } from '../errors/original-error.js'
import { toRequestError } from '../errors/request-error.js'
import { readRetryOptions, type RetryTransactionsOptions } from './retry-options.js'
import { runAgain } from './run-again.js'
import { isWorthRetrying } from './worth-retrying.js'

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
  expect(isWorthRetrying(error)).toBe(worth)
})

/** Runs something that fails with these errors one after the other and then succeeds. */
async function run(errors: readonly unknown[], options: RetryTransactionsOptions = {}, chance = 1) {
  const left = [...errors]
  const pauses: number[] = []
  const told: unknown[] = []
  let runs = 0
  const work = (): Promise<string> => {
    runs += 1
    const error = left.shift()
    return error === undefined ? Promise.resolve('done') : Promise.reject(error)
  }
  const settings = readRetryOptions({ onRetry: (retry) => told.push(retry), ...options })
  const world = {
    random: () => chance,
    pause: (milliseconds: number) => {
      pauses.push(milliseconds)
      return Promise.resolve()
    },
  }
  const outcome = await runAgain(work, settings, world).catch((error: unknown) => ({ failed: error }))
  return { outcome, runs, pauses, told }
}

const conflict = serverError(1213)

test('what succeeds is run once', async () => {
  expect(await run([])).toEqual({ outcome: 'done', runs: 1, pauses: [], told: [] })
})

test('a conflict is run again after a pause, and told of', async () => {
  expect(await run([conflict])).toEqual({
    outcome: 'done',
    runs: 2,
    pauses: [20],
    told: [{ attempt: 1, error: conflict, pause: 20 }],
  })
})

test('pauses grow to a limit and are chosen by chance below it', async () => {
  const errors = Array.from({ length: 5 }, () => conflict)
  const options = { retries: 5, firstPause: 100, longestPause: 500 }
  expect((await run(errors, options)).pauses).toEqual([100, 200, 400, 500, 500])
  expect((await run(errors, options, 0.5)).pauses).toEqual([50, 100, 200, 250, 250])
  expect((await run(errors, options, 0)).pauses).toEqual([0, 0, 0, 0, 0])
})

test('when it has been run often enough the last error comes out', async () => {
  const last = serverError(1205)
  expect(await run([conflict, conflict, last], { retries: 2 })).toMatchObject({ outcome: { failed: last }, runs: 3 })
  expect(await run([conflict], { retries: 0 })).toMatchObject({ outcome: { failed: conflict }, runs: 1 })
})

test('what is not worth it is not run again', async () => {
  const reason = new Error('changed my mind')
  expect(await run([conflict, reason])).toMatchObject({ outcome: { failed: reason }, runs: 2 })
})

test('what turned out to be committed in part is not run again, and is told so', async () => {
  const lock = serverError(1205)
  const partly = poolError('ERR_HOSTPOOL_IMPLICIT_COMMIT')
  correct(driverErrorOf(lock), partly)
  expect(await run([lock])).toMatchObject({ outcome: { failed: partly }, runs: 1 })
})

test('an async onRetry is waited for, and its error ends it', async () => {
  const stop = new Error('enough')
  const onRetry = (): Promise<void> => Promise.reject(stop)
  expect(await run([conflict], { onRetry })).toMatchObject({ outcome: { failed: stop }, runs: 1 })
})

test('an error of onRetry ends it', async () => {
  const stop = new Error('enough')
  const onRetry = () => {
    throw stop
  }
  expect(await run([conflict], { onRetry })).toMatchObject({ outcome: { failed: stop }, runs: 1 })
})
