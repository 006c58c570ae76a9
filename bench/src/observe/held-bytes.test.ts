import { expect, test } from 'vitest'
import { heldBytes } from './held-bytes.js'

// What an earlier test file of the same process has left may be collected meanwhile.
test('only what is still held counts', { retry: 3 }, async () => {
  const kept: Buffer[] = []
  const bytes = await heldBytes(async () => {
    for (let round = 0; round < 20; round += 1) {
      const buffer = Buffer.alloc(1_000_000)
      if (round < 8) kept.push(buffer)
      await Promise.resolve()
    }
  })
  expect(kept).toHaveLength(8)
  expect(bytes).toBeGreaterThan(7e6)
  expect(bytes).toBeLessThan(11e6)
})
