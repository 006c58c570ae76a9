import { expect, it } from 'vitest'

import { coloursFor } from './colours.js'
import { cut } from './cut.js'
import { printable } from './printable.js'
import { sizeOf } from './size.js'
import { table } from './table.js'
import { wrap } from './wrap.js'

it.each([
  ['short', 10, ['short']],
  ['one two three', 7, ['one two', 'three']],
  ['averylongword and more', 8, ['averylongword', 'and more']],
  ['one\n  two', 80, ['one', '  two']],
  ['', 8, ['']],
])('%j in %i columns', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines)
})

it('a line is cut by what is seen of it, and its colours end', () => {
  const { red } = coloursFor(true)
  expect(cut(`${red('abc')}def`, 4)).toBe(`${red('abc')}d`)
  expect(cut(red('abc'), 1)).toBe(red('a'))
})

it('columns are as wide as what is seen in them', () => {
  const { red } = coloursFor(true)
  expect(
    table([
      ['a', 'b'],
      [red('long'), 'c'],
    ]),
  ).toBe(`a     b\n${red('long')}  c`)
})

it('what a server names moves no cursor', () => {
  expect(printable('a\u001b[2Jb\r\nc\u202ed')).toBe('a [2Jb c d')
})

it.each([
  [
    { columns: 80, rows: 50 },
    { columns: 80, rows: 50 },
  ],
  [{}, { columns: 100, rows: 24 }],
  [
    { columns: 0, rows: 0 },
    { columns: 100, rows: 24 },
  ],
])('a terminal that says it is %o is taken to be %o', (said, taken) => {
  expect(sizeOf(said)).toEqual(taken)
})
