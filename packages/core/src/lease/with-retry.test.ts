import { describe, expect, it, vi } from 'vitest'

import type { TransactionRetry } from '../config/retry-options.js'
import { HostpoolError } from '../errors/hostpool-error.js'
import { VirtualClock } from '../testing/virtual-clock.js'
import { isRetryable } from '../errors/is-retryable.js'
import { retrying, withRetry, type WithRetryOptions } from './with-retry.js'

const deadlock = Object.assign(new Error('Deadlock found'), { code: 'ER_LOCK_DEADLOCK', errno: 1213 })
const syntax = Object.assign(new Error('You have an error'), { code: 'ER_PARSE_ERROR', errno: 1064 })
const lost = Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })

function readOnly(errno: number, message: string): Error {
  return Object.assign(new Error(message), { errno })
}

const stop = new Error('the operator says stop')

/** Work that fails so often before it succeeds. */
function failing(times: number, error: Error = deadlock) {
  let calls = 0
  return vi.fn<() => Promise<string>>(() => {
    calls += 1
    return calls <= times ? Promise.reject(error) : Promise.resolve(`done at call ${calls}`)
  })
}

describe('a transaction that ended in', () => {
  it.each([
    ['a deadlock', deadlock, true],
    ['a refusal of a node that is not ready', Object.assign(new Error(), { errno: 1047 }), true],
    ['a lock wait timeout', Object.assign(new Error(), { errno: 1205 }), true],
    ['a host that was lost before COMMIT', new HostpoolError('ERR_HOSTPOOL_HOST_LOST', ''), true],
    ['a loss noticed late', new HostpoolError('ERR_HOSTPOOL_TRANSACTION_LOST', '', { cause: lost }), true],
    ['a deadlock noticed late', new HostpoolError('ERR_HOSTPOOL_TRANSACTION_LOST', '', { cause: deadlock }), true],
    [
      'a loss that was the caller’s mistake',
      new HostpoolError('ERR_HOSTPOOL_TRANSACTION_LOST', '', { cause: syntax }),
      false,
    ],
    ['a COMMIT without an answer', new HostpoolError('ERR_HOSTPOOL_OUTCOME_UNKNOWN', '', { cause: lost }), false],
    [
      'a refusal of a server that takes no writes any more',
      readOnly(1290, 'running with the --super-read-only option'),
      true,
    ],
    ['the same in other words', readOnly(1836, 'Running in read-only mode'), true],
    ['the same of InnoDB', readOnly(1874, 'InnoDB is in read only mode'), true],
    ['a refusal for another setting', readOnly(1290, 'running with the --secure-file-priv option'), false],
    [
      'the first, noticed late',
      new HostpoolError('ERR_HOSTPOOL_TRANSACTION_LOST', '', { cause: readOnly(1836, '') }),
      true,
    ],
    ['a transaction of the caller’s that may only read', readOnly(1792, 'in a READ ONLY transaction'), false],
    ['a mistake in a statement', syntax, false],
    ['no error at all', 'deadlock', false],
  ])('%s: may run again: %s', (_what, error, expected) => {
    expect(isRetryable(error)).toBe(expected)
  })
})

/** Runs work on virtual time; answers what came of it, when each run began, and what `onRetry` was told. */
async function run(work: () => Promise<unknown>, options: WithRetryOptions, chance = 0.5) {
  const clock = new VirtualClock()
  const runs: number[] = []
  const timed = () => {
    runs.push(clock.now())
    return work()
  }
  const ended = retrying(timed, options, { clock, random: () => chance }).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  await clock.flow(1_000_000)
  return { outcome: await ended, runs }
}

describe('running work again', () => {
  it('pauses longer each time, up to the longest pause', async () => {
    const retry = { firstPause: 100, longestPause: 500 }
    expect(await run(failing(5), { retry }, 1)).toEqual({
      outcome: { value: 'done at call 6' },
      runs: [0, 100, 300, 700, 1_200, 1_700],
    })
    expect((await run(failing(3), { retry: true })).runs).toEqual([0, 10, 30, 70])
  })

  it('goes on by default for as long as half a minute, and the last error comes out', async () => {
    const { outcome, runs } = await run(failing(1_000), { retry: true })
    expect(outcome).toEqual({ error: deadlock })
    expect(runs.length).toBeGreaterThan(30)
    expect(runs.at(-1)).toBe(30_000)
  })

  it('counts the time from the first failure, so that long work that was undone once is run once more', async () => {
    const clock = new VirtualClock()
    const work = failing(5)
    const long = async () => {
      await new Promise<void>((resolve) => clock.after(60_000, resolve))
      return work()
    }
    const ended = retrying(long, { retry: true }, { clock, random: () => 0.5 }).catch((error: unknown) => error)
    await clock.flow(300_000)
    expect(await ended).toBe(deadlock)
    expect(work).toHaveBeenCalledTimes(2)
  })

  it.each([
    ['a number', 2],
    ['retries', { retries: 2 }],
  ])('ends with the last error when %s says so', async (_what, retry) => {
    const work = failing(3)
    expect((await run(work, { retry })).outcome).toEqual({ error: deadlock })
    expect(work).toHaveBeenCalledTimes(3)
  })

  it.each([
    ['is not asked for', {}, deadlock],
    ['is switched off', { retry: false }, deadlock],
    ['has no time', { retry: { retryTimeout: 0 } }, deadlock],
    ['would not help', { retry: 5 }, syntax],
    ['is ruled out', { retry: 5, isRetryable: () => false }, deadlock],
    ['is ruled out by a promise, which is no proof', { retry: 5, isRetryable: (async () => true) as never }, deadlock],
    ['is not vouched for', { retry: 5, isRetryable: (() => 1) as never }, deadlock],
  ])('does not happen when it %s', async (_what, options, error) => {
    const work = failing(1, error)
    expect((await run(work, options)).outcome).toEqual({ error })
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('is told of, with the reason and the pause', async () => {
    const onRetry = vi.fn<(retry: TransactionRetry) => void>()
    await run(failing(2), { retry: { retries: 2, onRetry } })
    expect(onRetry.mock.calls).toEqual([
      [{ attempt: 1, error: deadlock, pause: 10 }],
      [{ attempt: 2, error: deadlock, pause: 20 }],
    ])
  })

  it.each([
    [
      'throws',
      () => {
        throw stop
      },
    ],
    ['rejects', () => Promise.reject(stop)],
  ])('is ended by what onRetry %s', async (_what, onRetry) => {
    const work = failing(2)
    expect((await run(work, { retry: { onRetry } })).outcome).toEqual({ error: stop })
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('does not wait out its pause once it is aborted', async () => {
    const abort = new AbortController()
    const retry = { firstPause: 1_000, onRetry: ({ attempt }: TransactionRetry) => attempt === 2 && abort.abort() }
    expect((await run(failing(3), { retry, signal: abort.signal })).runs).toEqual([0, 500, 500, 500])
  })

  it('is not ended by a predicate that rejects: no call waits for its answer', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const retryable = (() => Promise.reject(new Error('asked in vain'))) as never
    expect((await run(failing(1), { retry: 2, isRetryable: retryable })).outcome).toEqual({ error: deadlock })
    await new Promise((resolve) => setImmediate(resolve))
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('The isRetryable function rejected'), 'HostpoolWarning')
    warn.mockRestore()
  })

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3', { retries: -1 }, { retrys: 3 }, { retryTimeout: '5s' }])(
    'refuses the retry %j at once',
    async (retry) => {
      const work = failing(0)
      await expect(withRetry(work, { retry: retry as number })).rejects.toMatchObject({
        code: 'ERR_HOSTPOOL_UNSUPPORTED',
        message: expect.stringMatching(/retr/) as string,
      })
      expect(work).not.toHaveBeenCalled()
    },
  )
})
