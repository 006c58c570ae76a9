import { expect, test } from 'vitest'
import { orderOf } from './rounds.js'

test('every round runs every subject once, and each begins with another one', () => {
  expect([0, 1, 2, 3].map((round) => orderOf(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc'])
  expect(orderOf([], 5)).toEqual([])
})
