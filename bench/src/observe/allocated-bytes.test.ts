import { expect, test } from 'vitest'
import { allocatedBytes } from './allocated-bytes.js'

test('bytes are counted also when they were collected meanwhile', async () => {
  const kept: number[][] = []
  const bytes = await allocatedBytes(async () => {
    for (let round = 0; round < 400; round += 1) {
      kept[round % 4] = Array.from({ length: 4_000 }, (_, index) => index + 0.5)
      if (round % 100 === 0) await Promise.resolve()
    }
  })
  // 400 arrays of 4000 doubles.
  expect(bytes).toBeGreaterThan(10e6)
  expect(bytes).toBeLessThan(80e6)
})
