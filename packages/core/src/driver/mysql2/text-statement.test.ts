import { describe, expect, it } from 'vitest'

import { formatSql } from './sql-text.js'
import { textStatement } from './text-statement.js'
import { TypedParameter } from './typed-parameter.js'

/** The text that is sent of a statement with one value. */
function written(value: unknown): string {
  const { sql, values } = textStatement({ sql: '?', values: [value] }, false)
  return formatSql(sql, values, { noBackslashEscapes: false, timezone: 'Z' })
}

describe('a parameter that is written into the text', () => {
  it.each([
    ['a text', "it's", "'it\\'s'"],
    ['a number', 1.5, '1.5'],
    ['a boolean', true, 'true'],
    ['nothing', null, 'NULL'],
    ['a big integer', 12345678901234567890n, '12345678901234567890'],
    ['a moment', new Date('2026-01-02T03:04:05.678Z'), "'2026-01-02 03:04:05.678'"],
    ['bytes', Buffer.from([0, 0x27, 0xff]), "X'0027ff'"],
    ['bytes that are no Buffer', new Uint8Array([1, 2]), "X'0102'"],
    ['a part of other bytes', new Uint8Array([1, 2, 3, 4]).subarray(1, 3), "X'0203'"],
    ['a list, as the JSON that mysql2 sends', [1, "a'b"], `'[1,\\"a\\'b\\"]'`],
    ['an object, as the JSON that mysql2 sends', { a: 1 }, `'{\\"a\\":1}'`],
    ['a text with a type', TypedParameter.NEWDECIMAL('1.20'), '1.20'],
    ['a text with a type that is no number', TypedParameter.NEWDECIMAL('1; DROP'), "'1; DROP'"],
    ['a number with a type', TypedParameter.DOUBLE(0.5), '0.5'],
    ['a big integer with a type', TypedParameter.LONGLONG(-9223372036854775808n), '-9223372036854775808'],
  ])('is %s', (_, value, text) => {
    expect(written(value)).toBe(text)
  })

  it('has as many as there are question marks: a list is one value', () => {
    const { sql, values } = textStatement({ sql: 'SELECT ?, ?', values: [[1, 2], [[3, 4]]] }, false)
    expect(formatSql(sql, values, { noBackslashEscapes: false })).toBe("SELECT '[1,2]', '[[3,4]]'")
  })

  it.each([undefined, () => 1])('is refused where a parameter is refused: %s', (value) => {
    expect(() => textStatement({ sql: 'SELECT ?', values: ['x', value] }, false)).toThrow(TypeError)
  })
})

describe('a statement', () => {
  it('by names keeps them', () => {
    const values = { list: [1], text: 'x' }
    const { values: literals } = textStatement({ sql: 'SELECT :list, :text', values }, true)
    expect(literals).toEqual({ list: '[1]', text: 'x' })
  })

  it('by names is refused where names are not looked for: an object would be written as an assignment', () => {
    expect(() => textStatement({ sql: 'SELECT ?', values: { id: 1 } }, false)).toThrow(TypeError)
  })

  it('without values is the same', () => {
    const statement = { sql: 'SELECT 1' }
    expect(textStatement(statement, false)).toBe(statement)
  })

  it('is not changed', () => {
    const statement = { sql: 'SELECT ?', values: [{ a: 1 }] }
    textStatement(statement, false)
    expect(statement.values).toEqual([{ a: 1 }])
  })
})
