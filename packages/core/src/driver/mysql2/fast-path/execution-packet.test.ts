import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import fc from 'fast-check'
import mysql2 from 'mysql2'
import { expect, it } from 'vitest'

import { isUtf8 } from '../charset.js'
import { executionPacket } from './execution-packet.js'
import { TypedParameter } from '../typed-parameter.js'

const UTF8MB4 = 45
const QUERY_ATTRIBUTES = 1 << 27

type Mysql2Packet = new (...options: unknown[]) => { toPacket(): { buffer: Buffer } }

/** mysql2's own writer, which is not exported. */
const require = createRequire(import.meta.url)
const Mysql2Execution = require(
  join(dirname(require.resolve('mysql2')), 'lib', 'packets', 'execute.js'),
) as Mysql2Packet

const LONGLONG = 8
const UNSIGNED = 0x20
const unknownType = { columnType: 253, flags: 0 }

function asMysql2Writes(
  values: readonly unknown[],
  counted: boolean,
  definitions = values.map(() => unknownType),
): Buffer {
  const flags = counted ? QUERY_ATTRIBUTES : 0
  return new Mysql2Execution(7, values, UTF8MB4, 'local', undefined, flags, true, definitions)
    .toPacket()
    .buffer.subarray(4)
}

function asWrittenHere(
  values: readonly unknown[],
  counted: boolean,
  parameters = values.map(() => unknownType),
): Buffer | undefined {
  const statement = { id: 7, parameters }
  return executionPacket(statement, values, counted)?.buffer.subarray(4)
}

const int64 = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.integer().map((whole) => TypedParameter.LONG(whole)),
  int64.map((whole) => TypedParameter.LONGLONG(whole)),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((whole) => TypedParameter.LONGLONG.unsigned(whole)),
  fc.double().map((number) => TypedParameter.DOUBLE(number)),
  fc.float().map((number) => TypedParameter.FLOAT(number)),
  fc.stringMatching(/^-?\d{1,65}$/).map((digits) => TypedParameter.NEWDECIMAL(digits)),
)

it('values of all kinds are written as mysql2 writes them', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), fc.boolean(), (values, counted) => {
      expect(asWrittenHere(values, counted)).toEqual(asMysql2Writes(values, counted))
    }),
  )
})

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 0, 2 ** 53, -(2 ** 53), NaN, -1),
)

it('plain numbers are written as mysql2 writes them for each type of parameter, or left to it', () => {
  const ofType = (columnType: number) => fc.constantFrom({ columnType, flags: 0 }, { columnType, flags: UNSIGNED })
  const written = fc.tuple(number, fc.constantFrom(4, 5, LONGLONG, 246, 253).chain(ofType))
  const left = fc.tuple(number.filter(Number.isSafeInteger), fc.constantFrom(1, 2, 3).chain(ofType))
  const check = (pairs: readonly (readonly [number, typeof unknownType])[], counted: boolean, isWritten: boolean) => {
    const values = pairs.map(([value]) => value)
    const types = pairs.map(([, type]) => type)
    const expected = isWritten ? asMysql2Writes(values, counted, types) : undefined
    expect(asWrittenHere(values, counted, types)).toEqual(expected)
  }
  fc.assert(fc.property(fc.array(written), fc.boolean(), (pairs, counted) => check(pairs, counted, true)))
  fc.assert(
    fc.property(fc.array(left, { minLength: 1 }), fc.boolean(), (pairs, counted) => check(pairs, counted, false)),
  )
})

it.each([0, 250, 251, 65_534, 65_535, 65_536, 0xff_fffe, 0xff_ffff, 0x100_0000])(
  'so is a text of %i bytes',
  (length) => {
    const text = 'a'.repeat(length)
    expect(asWrittenHere([text], false)?.equals(asMysql2Writes([text], false))).toBe(true)
  },
)

it('a LONG may hold a plain number', () => {
  const [sample] = [TypedParameter.LONG(5)]
  const plain = Object.assign(Object.create(Object.getPrototypeOf(sample) as object) as object, {
    type: 3,
    value: 5,
    unsigned: false,
  })
  expect(asWrittenHere([plain], false)).toEqual(asMysql2Writes([sample], false))
})

it.each([
  ['a bigint', 5n],
  ['undefined, which is refused', undefined],
  ['a function, which is refused', () => 5],
  ['a date', new Date(0)],
  ['an object', { a: 1 }],
  ['bytes that are no Buffer', Uint8Array.of(1)],
  ['a time', TypedParameter.TIME('10:00:00')],
  ['an unsigned INT', TypedParameter.LONG.unsigned(5)],
  ['a DECIMAL that is NULL', TypedParameter.NEWDECIMAL(null)],
])('%s is left to mysql2', (_, given) => {
  expect(asWrittenHere([given], false)).toBeUndefined()
})

it('more or fewer values than parameters are left to mysql2', () => {
  expect(executionPacket({ id: 7, parameters: [] }, ['a'], false)).toBeUndefined()
  expect(executionPacket({ id: 7, parameters: [unknownType] }, [], false)).toBeUndefined()
})

it('a boolean where the server expects an integer is left to mysql2', () => {
  expect(executionPacket({ id: 7, parameters: [{ columnType: 8, flags: 0 }] }, [true], false)).toBeUndefined()
})

it('only text in UTF-8 is written here', () => {
  const { LATIN1_SWEDISH_CI, UTF8MB4_UNICODE_CI } = mysql2.Charsets
  expect([isUtf8[UTF8MB4_UNICODE_CI], isUtf8[LATIN1_SWEDISH_CI]]).toEqual([true, false])
})
