import fc from 'fast-check'
import { expect, test } from 'vitest'

import { canonicalDecimal } from './decimal.js'

test.each([
  ['1.50', '1.5'],
  ['1.00', '1'],
  ['0.00', '0'],
  ['-0.50', '-0.5'],
  ['100', '100'],
  ['-100.0', '-100'],
  ['0.000001', '0.000001'],
  ['00012.30', '12.3'],
  ['000', '0'],
  [
    '99999999999999999999999999999999999.999999999999999999999999999990',
    '99999999999999999999999999999999999.99999999999999999999999999999',
  ],
  ['not a number', 'not a number'],
])('the DECIMAL %s is written %s', (text, written) => {
  expect(canonicalDecimal(text)).toBe(written)
})

test('one number has one text, whatever the scale of its column', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.nat(30), fc.nat(30), (digits, scale, more) => {
      const text = digits
        .toString()
        .replace('-', '')
        .padStart(scale + 1, '0')
      const sign = digits < 0n ? '-' : ''
      const narrow = scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`
      const wide = `${narrow}${scale === 0 && more > 0 ? '.' : ''}${'0'.repeat(more)}`
      expect(canonicalDecimal(sign + wide)).toBe(canonicalDecimal(sign + narrow))
      expect(Number(canonicalDecimal(sign + wide))).toBe(Number(sign + narrow))
    }),
  )
})
