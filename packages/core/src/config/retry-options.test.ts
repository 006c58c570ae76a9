import { describe, expect, it } from 'vitest'

import { checkRetryOptions } from './retry-options.js'

describe('how transactions are run again', () => {
  it.each([
    ['true: with the defaults', true, { retries: Number.POSITIVE_INFINITY, retryTimeout: 30_000 }],
    ['false: never', false, { retries: 0 }],
    ['a number: so often more', 3, { retries: 3, firstPause: 20 }],
    ['an object: as it says', { retries: 3, firstPause: 5 }, { retries: 3, firstPause: 5, longestPause: 1000 }],
  ] as const)('is said by %s', (_, given, settings) => {
    expect(checkRetryOptions('run', given)).toMatchObject(settings)
  })

  it.each([
    ['a number below 0', -1, 'retries: got -1'],
    ['half a number', 0.5, 'retries: got 0.5'],
    ['a misspelt option', { retrys: 5 }, 'retrys: unknown option; did you mean retries?'],
    ['null', null, 'got null'],
    ['a text', 'twice', 'got "twice"'],
  ])('is not said by %s', (_, given, message) => {
    const check = (): unknown => checkRetryOptions('run', given as object)
    expect(check).toThrow(expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG' }))
    expect(check).toThrow(message)
    expect(check).toThrow('What run() was given')
  })

  it('is told to the log of an adapter before the function of the caller, whose answer counts', () => {
    const told: string[] = []
    const onRetry = (): string => {
      told.push('caller')
      return 'answer'
    }
    const settings = checkRetryOptions('run', { onRetry }, () => void told.push('log'))
    expect(settings.onRetry?.({ attempt: 1, error: new Error('undone'), pause: 1 })).toBe('answer')
    expect(told).toEqual(['log', 'caller'])
  })

  it('is told to the log also where the caller has no function', () => {
    const told: number[] = []
    checkRetryOptions('run', true, ({ attempt }) => void told.push(attempt)).onRetry?.({
      attempt: 1,
      error: 0,
      pause: 1,
    })
    expect(told).toEqual([1])
  })
})
