import { expect, test } from 'vitest'
import { ownRows } from './own-rows.js'

test('no two callers share a row, and none comes back to a row before it has been to all of its own', () => {
  const rowOf = ownRows(7, 2, 0)
  const rows = [0, 1].map((caller) => Array.from({ length: 4 }, () => rowOf(caller)))
  expect(rows).toEqual([
    [1, 2, 3, 1],
    [4, 5, 6, 4],
  ])
})

test('another process begins elsewhere among the same rows', () => {
  const rowOf = ownRows(20, 2, 0.95)
  expect([0, 0, 1, 0].map((caller) => rowOf(caller))).toEqual([10, 1, 20, 2])
})
