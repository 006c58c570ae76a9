import { AsyncResource } from 'node:async_hooks'
import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
  vi.resetModules()
})

it('the pool has a context of its own on a runtime whose emitDestroy() returns nothing, as Bun’s does', async () => {
  vi.resetModules()
  vi.spyOn(AsyncResource.prototype, 'emitDestroy').mockReturnValue(undefined as unknown as AsyncResource)
  const { inOwnContext } = await import('./call-context.js')
  expect(inOwnContext((one: number, other: number) => one + other, undefined, 1, 2)).toBe(3)
})
