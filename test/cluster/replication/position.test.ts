import { expect, test } from 'vitest'
import { transactionsIn } from './position.js'

const A = '0a0a0a0a-1111-2222-3333-444444444444'
const B = '0b0b0b0b-1111-2222-3333-444444444444'

test.each([
  ['', 0],
  ['0-1-57', 57],
  [`${A}:1`, 1],
  [`${A}:1-20`, 20],
  [`${A}:1-20:23,\n${B}:1-3`, 24],
])('the position %j stands for %i transactions', (position, transactions) => {
  expect(transactionsIn(position)).toBe(transactions)
})
