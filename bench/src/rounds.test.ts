import { expect, test } from 'vitest'
import { orderOf } from './rounds.js'

test('every round runs every subject once, each begins with another one, and every other one goes backwards', () => {
  expect([0, 1, 2, 3].map((round) => orderOf(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bac', 'cab', 'acb'])
  expect(orderOf([], 5)).toEqual([])
})
