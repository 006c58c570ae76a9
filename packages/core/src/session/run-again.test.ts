import { describe, expect, it, vi } from 'vitest'

import { HostpoolError } from '../errors/hostpool-error.js'
import { runAgain, wasUndone } from './run-again.js'

const deadlock = Object.assign(new Error('Deadlock found'), { code: 'ER_LOCK_DEADLOCK', errno: 1213 })
const syntax = Object.assign(new Error('You have an error'), { code: 'ER_PARSE_ERROR', errno: 1064 })
const lost = Object.assign(new Error('Connection lost'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })

function readOnly(errno: number, message: string): Error {
  return Object.assign(new Error(message), { errno })
}

const stop = new Error('the operator says stop')

/** Time that passes at once, and says how long it would have taken. */
function fakeTime() {
  const pauses: number[] = []
  const after = (milliseconds: number, run: () => void) => {
    pauses.push(milliseconds)
    setImmediate(run)
    return { cancel: () => undefined }
  }
  const at = (due: number, _wait: number, run: (reached: number) => void) => after(due, () => run(due))
  return { pauses, lender: { clock: { now: () => 0, date: () => 0, after, afterIdly: after, at }, random: () => 0.5 } }
}

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
    expect(wasUndone(error)).toBe(expected)
  })
})

describe('running work again', () => {
  it('pauses longer each time', async () => {
    const { pauses, lender } = fakeTime()
    expect(await runAgain(failing(3), { retry: true }, lender)).toBe('done at call 4')
    expect(pauses).toEqual([10, 20, 40])
  })

  it('ends with the last error when the limit is reached', async () => {
    const work = failing(3)
    await expect(runAgain(work, { retry: 2 }, fakeTime().lender)).rejects.toBe(deadlock)
    expect(work).toHaveBeenCalledTimes(3)
  })

  it.each([
    ['is not asked for', {}, deadlock],
    ['is switched off', { retry: false }, deadlock],
    ['would not help', { retry: 5 }, syntax],
    ['is ruled out', { retry: 5, undone: () => false }, deadlock],
    ['is ruled out by a promise, which is no proof', { retry: 5, undone: (async () => true) as never }, deadlock],
    ['is not vouched for', { retry: 5, undone: (() => 1) as never }, deadlock],
  ])('does not happen when it %s', async (_what, options, error) => {
    const work = failing(1, error)
    await expect(runAgain(work, options, fakeTime().lender)).rejects.toBe(error)
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('is told of, with the reason', async () => {
    const onRetry = vi.fn<(error: unknown, retry: number) => void>()
    await runAgain(failing(2), { retry: 2, onRetry }, fakeTime().lender)
    expect(onRetry.mock.calls).toEqual([
      [deadlock, 1],
      [deadlock, 2],
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
    await expect(runAgain(work, { retry: 2, onRetry }, fakeTime().lender)).rejects.toBe(stop)
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('is not ended by a predicate that rejects: no call waits for its answer', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const undone = (() => Promise.reject(new Error('asked in vain'))) as never
    await expect(runAgain(failing(1), { retry: 2, undone }, fakeTime().lender)).rejects.toBe(deadlock)
    await new Promise((resolve) => setImmediate(resolve))
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('The undone function rejected'), 'HostpoolWarning')
    warn.mockRestore()
  })

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s times at once', async (retry) => {
    const work = failing(0)
    await expect(runAgain(work, { retry })).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_UNSUPPORTED' })
    expect(work).not.toHaveBeenCalled()
  })
})
