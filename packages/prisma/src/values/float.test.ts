import fc from 'fast-check'
import { expect, test } from 'vitest'

import { shortestFloat } from './float.js'

test.each([
  [1.1, 1.1],
  [0.1, 0.1],
  [16_777_217, 16_777_216],
  [3.402_823_5e38, 3.402_823_5e38],
  [1.17549435e-38, 1.1754944e-38],
  [1e-45, 1.4013e-45],
  [1e30, 1e30],
  [250_431_000, 250_431_000],
  [16_777_218, 16_777_218],
  [-7, -7],
])('the 32-bit form of %f reads %f', (stored, read) => {
  expect(shortestFloat(Math.fround(stored))).toBe(read)
})

test('it is always the same 32-bit float, and finite decimals of six digits come back as they were', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Math.fround(shortestFloat(value))).toBe(value)
    }),
  )
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 999_999 }), (thousandths) => {
      const decimal = thousandths / 1000
      expect(shortestFloat(Math.fround(decimal))).toBe(decimal)
    }),
  )
})
