import { describe, expect, it } from 'vitest'

import { SessionWorld } from '../testing/session-world.js'
import { refusal } from '../testing/scripted-driver.js'
import {
  hostLostError,
  implicitCommitError,
  outcomeUnknownError,
  releasedError,
  transactionLostError,
} from './lease-errors.js'
import { isRetryable } from '../errors/is-retryable.js'

const cause = new Error('the socket was closed')

describe('an error of a lease', () => {
  it.each([
    [hostLostError('a:3306', true, 1, cause), 'the transaction on it was rolled back'],
    [hostLostError('a:3306', false, 1, cause), 'the state of the session on it is gone'],
    [hostLostError('a:3306', false, 2, cause), 'the host of the attempt before it was lost as well'],
    [outcomeUnknownError('a:3306', { kind: 'commit', mayTaint: false }, cause), 'COMMIT may or may not have happened'],
    [
      outcomeUnknownError('a:3306', { kind: 'write', mayTaint: false }, cause),
      'the write may or may not have happened',
    ],
    [transactionLostError('a:3306', cause), 'send ROLLBACK before any other statement'],
    [implicitCommitError('a:3306', cause), 'do not run the whole transaction again'],
    [releasedError(), 'after it had been released'],
  ])('says what has become of the work: %s', (error, words) => {
    expect(error.message).toContain(words)
  })

  it.each([
    ['a lost host before COMMIT', hostLostError('a:3306', true, 1, cause), true],
    ['a transaction that a deadlock has ended', transactionLostError('a:3306', refusal(1213)), true],
    ['a transaction of a cause that may come again', transactionLostError('a:3306', refusal(1064)), false],
    ['an unknown outcome', outcomeUnknownError('a:3306', { kind: 'commit', mayTaint: false }, cause), false],
    ['a transaction that is committed in part', implicitCommitError('a:3306', refusal(1213)), false],
    ['a commit that Galera cannot vouch for', refusal(1180), false],
    ['a commit that a group cannot vouch for', refusal(3100), false],
    ['a lease that was released', releasedError(), false],
  ])('says whether the work may be done again: %s', (_what, error, undone) => {
    expect(isRetryable(error)).toBe(undone)
  })

  it('names the host, and has what happened as its cause', async () => {
    const world = new SessionWorld({ host: 'a' })
    const lease = await world.lease()
    await world.over(lease.beginTransaction())
    world.once('UPDATE', refusal(1213))
    await world.over(lease.query('UPDATE t SET a = 1'))
    const { error } = await world.over(lease.query('SELECT 1'))
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_TRANSACTION_LOST', host: 'a:3306', cause: { errno: 1213 } })
  })
})
