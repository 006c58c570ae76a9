import { expect, test } from 'vitest'
import { wrap } from './wrap.js'

test.each([
  ['short', 10, ['short']],
  ['one two three', 7, ['one two', '  three']],
  ['averylongword and more', 8, ['averylongword', '  and', '  more']],
  ['', 8, ['']],
])('%j in %i columns', (text, width, rows) => {
  expect(wrap(text, width)).toEqual(rows)
})
