import { expect, test } from 'vitest'

import { readRetryOptions } from './retry-options.js'

test('what is not given has a default', () => {
  expect(readRetryOptions({})).toMatchObject({ retries: 3, firstPause: 20, longestPause: 1_000 })
  expect(readRetryOptions({ retries: undefined, firstPause: 0 })).toMatchObject({ retries: 3, firstPause: 0 })
})

test.each([
  [{ retries: -1 }, 'retries is -1'],
  [{ retries: 1.5 }, 'retries is 1.5'],
  [{ firstPause: Number.NaN }, 'firstPause is NaN'],
  [{ longestPause: '5' }, 'longestPause is 5'],
  [{ onRetry: true }, 'onRetry must be a function'],
  [{ maxRetries: 3 }, "no option 'maxRetries'"],
  [{ retries: -1, onRetry: 1 }, 'retries is -1; it must be a whole number from 0 on; onRetry'],
  [null, 'must be an object'],
])('%j is refused', (wrong, message) => {
  const { given } = Object.assign(Object.create(null), { given: wrong })
  expect(() => readRetryOptions(given)).toThrow(
    expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG', message: expect.stringContaining(message) }),
  )
})
