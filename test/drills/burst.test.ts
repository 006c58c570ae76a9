import { expect, test } from 'vitest'
import { countInversions } from './burst.js'

test.each([
  [[], 0],
  [[0, 1, 2, 3], 0],
  [[0, 2, 3], 0],
  [[1, 0, 2], 1],
  [[3, 0, 1, 2], 3],
])('served in the order %j, %i were passed by', (order, expected) => {
  expect(countInversions(order)).toBe(expected)
})
