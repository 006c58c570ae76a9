import type { ArgScalarType } from '@prisma/driver-adapter-utils'
import fc from 'fast-check'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'

import { toParameter, toParameters } from './argument.js'

function send(value: unknown, scalarType: ArgScalarType, dbType?: string): unknown {
  return toParameter(value, { scalarType, arity: 'scalar', ...(dbType === undefined ? {} : { dbType }) })
}

describe('the type on the wire', () => {
  test.each([
    ['a whole number', 7, 'int', undefined, 'LONG(7)'],
    ['the smallest INT', -2_147_483_648, 'int', undefined, 'LONG(-2147483648)'],
    ['a whole number beyond INT', 2_147_483_648, 'int', undefined, 'LONGLONG(2147483648)'],
    ['a number of a raw query', 3, 'decimal', undefined, 'LONG(3)'],
    ['a fraction of a raw query', 1.5, 'decimal', undefined, 'DOUBLE(1.5)'],
    ['a number that is no exact integer any more', 2 ** 60, 'decimal', undefined, 'DOUBLE(1152921504606847000)'],
    ['a whole number for a DOUBLE column', 2, 'decimal', 'DOUBLE', 'DOUBLE(2)'],
    ['a number for a FLOAT column', 1.1, 'decimal', 'FLOAT', 'FLOAT(1.1)'],
    ['a number for a DECIMAL column', 1.1, 'decimal', 'DECIMAL', 'NEWDECIMAL(1.1)'],
    ['a bigint as text', '9007199254740993', 'bigint', 'BIGINT', 'LONGLONG(9007199254740993)'],
    ['a bigint', 5n, 'bigint', undefined, 'LONGLONG(5)'],
    ['the largest BIGINT', '9223372036854775807', 'bigint', undefined, 'LONGLONG(9223372036854775807)'],
    ['one more', '9223372036854775808', 'bigint', undefined, 'LONGLONG UNSIGNED(9223372036854775808)'],
    ['the largest of all', '18446744073709551615', 'bigint', undefined, 'LONGLONG UNSIGNED(18446744073709551615)'],
    ['more than any BIGINT', '18446744073709551616', 'bigint', undefined, 'NEWDECIMAL(18446744073709551616)'],
    ['less than any BIGINT', '-9223372036854775809', 'bigint', undefined, 'NEWDECIMAL(-9223372036854775809)'],
    [
      'a decimal',
      '0.100000000000000000000000000001',
      'decimal',
      'DECIMAL',
      'NEWDECIMAL(0.100000000000000000000000000001)',
    ],
    [
      'a number for a DOUBLE column, written out',
      '-100000107421794000000',
      'decimal',
      'DOUBLE',
      'DOUBLE(-100000107421794000000)',
    ],
    ['bytes for a BIT column, which are compared as a number', 'AQI=', 'bytes', 'BIT', 'LONGLONG(258)'],
    ['bytes that were read of a BIT column', Uint8Array.of(1), 'boolean', 'BIT', 'LONGLONG(1)'],
    ['all bits', '//////////8=', 'bytes', 'BIT', 'LONGLONG UNSIGNED(18446744073709551615)'],
    ['a decimal with an exponent', '1e-7', 'decimal', 'DECIMAL', 'NEWDECIMAL(1e-7)'],
  ] as const)('%s', (_, value, scalarType, dbType, wire) => {
    expect(inspect(send(value, scalarType, dbType))).toBe(wire)
  })
})

describe('the value', () => {
  test.each([
    ['text stays text, whatever it looks like', '12', 'string', undefined, '12'],
    ['an enum stays text', 'red', 'enum', undefined, 'red'],
    ['JSON stays the text it is', '{"a":1.0}', 'json', undefined, '{"a":1.0}'],
    ['a Decimal that is no number is left to the server', 'NaN', 'decimal', undefined, 'NaN'],
    ['a boolean stays a boolean', true, 'boolean', undefined, true],
    ['NULL stays NULL', null, 'int', undefined, null],
    ['undefined is NULL', undefined, 'unknown', undefined, null],
    ['base64 becomes bytes', 'AAH/', 'bytes', undefined, Buffer.from([0, 1, 255])],
    ['more bytes than a BIT column has are left to the server', 'AAAAAAAAAAAA', 'bytes', 'BIT', Buffer.alloc(9)],
    ['a byte array becomes a buffer', Uint8Array.of(1, 2), 'bytes', undefined, Buffer.from([1, 2])],
    ['a list is JSON', [1, 'a'], 'decimal', undefined, '[1,"a"]'],
    [
      'a point in time is text in UTC',
      '2024-02-03T04:05:06.789+02:00',
      'datetime',
      'DATETIME',
      '2024-02-03 02:05:06.789',
    ],
    ['a date alone', new Date('2024-02-03T04:05:06.789Z'), 'datetime', 'DATE', '2024-02-03'],
    ['a time alone', new Date('2024-02-03T04:05:06.789Z'), 'datetime', 'TIME', '04:05:06.789'],
    ['a moment with microseconds, as it was read', 1_000.002, 'datetime', 'DATETIME', '1970-01-01 00:00:01.000002'],
    ['a Date without a type', new Date('2024-02-03T04:05:06Z'), 'unknown', undefined, '2024-02-03 04:05:06'],
  ] as const)('%s', (_, value, scalarType, dbType, wire) => {
    expect(send(value, scalarType, dbType)).toEqual(wire)
  })

  test('a view of a larger buffer sends only its own bytes', () => {
    expect(send(new Uint8Array([1, 2, 3, 4]).subarray(1, 3), 'bytes')).toEqual(Buffer.from([2, 3]))
  })

  test.each([
    ['NaN', Number.NaN, 'decimal'],
    ['Infinity', Number.POSITIVE_INFINITY, 'decimal'],
    ['a date that is none', 'yesterday', 'datetime'],
    ['the year 10000', new Date('+010000-01-01T00:00:00Z'), 'datetime'],
    ['a date before the year 0', new Date('-000001-01-01T00:00:00Z'), 'datetime'],
    ['a symbol', Symbol('x'), 'unknown'],
  ] as const)('%s is refused as invalid input', (_, value, scalarType) => {
    expect(() => send(value, scalarType)).toThrow(
      expect.objectContaining({
        name: 'DriverAdapterError',
        cause: expect.objectContaining({ kind: 'InvalidInputValue' }),
      }),
    )
  })
})

test('arguments beyond the types that came with them are still sent', () => {
  expect(toParameters({ sql: '', args: ['a', null], argTypes: [] })).toEqual(['a', null])
})

test('any integer goes as an integer of exactly that value', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
      expect(inspect(send(value.toString(), 'bigint'))).toMatch(
        new RegExp(String.raw`^LONGLONG(?: UNSIGNED)?\(${value}\)$`),
      )
    }),
  )
})

test('any finite number goes without a change of value', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const wire = /\((.*)\)$/.exec(inspect(send(value, 'decimal')))?.[1]
      expect(Number(wire)).toBe(value === 0 ? 0 : value)
    }),
  )
})
