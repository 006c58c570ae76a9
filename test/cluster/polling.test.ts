import { expect, test } from 'vitest'
import { poll } from './polling.js'

test('looks until there is something to see', async () => {
  let looks = 0
  expect(await poll(() => (++looks === 3 ? 'seen' : undefined), { timeout: 10_000, interval: 1 })).toBe('seen')
  expect(looks).toBe(3)
})

test('looks at least once, and gives up when the time is over', async () => {
  expect(await poll(() => 'seen', { timeout: 0 })).toBe('seen')
  expect(await poll(() => undefined, { timeout: 5, interval: 1 })).toBeUndefined()
})

test('an error ends the wait, and so does an abort', async () => {
  await expect(poll(() => Promise.reject(new Error('broken')), { timeout: 10_000 })).rejects.toThrow('broken')
  const reason = new Error('enough')
  await expect(poll(() => 1, { timeout: 10_000, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
