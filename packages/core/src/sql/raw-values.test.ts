import { describe, expect, it } from 'vitest'

import { bringsSql } from './raw-values.js'

const raw = { toSqlString: () => 'write_something()' }

describe('values that bring SQL of their own', () => {
  it.each([
    ['in a list', [1, raw]],
    ['in a list of a list', [[1, [raw]]]],
    ['by name', { a: raw }],
    ['in an object', [{ a: { b: raw } }]],
    [
      'by its class',
      [
        new (class {
          toSqlString = () => '1'
        })(),
      ],
    ],
    ['too deep to be looked at', [[[[[[[[[['a']]]]]]]]]]],
  ])('%s are noticed', (_, values) => {
    expect(bringsSql(values)).toBe(true)
  })

  it.each([
    ['none', undefined],
    ['an empty list', []],
    ['what has no inside', [1, 'a', null, undefined, true, 5n, new Date(0), Buffer.from('a')]],
    ['a list', [['a', 1], { b: 'c' }]],
    ['a toSqlString that is no function', [{ toSqlString: 'a' }]],
  ])('are told from %s', (_, values) => {
    expect(bringsSql(values)).toBe(false)
  })
})
