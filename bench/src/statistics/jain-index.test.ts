import { expect, test } from 'vitest'
import { jainIndex } from './jain-index.js'

test.each([
  [[5, 5, 5, 5], 1],
  [[8, 0, 0, 0], 0.25],
  [[1, 3], 0.8],
  [[0, 0], 1],
])('the index of %j is %d', (shares, index) => {
  expect(jainIndex(shares)).toBeCloseTo(index, 10)
})
