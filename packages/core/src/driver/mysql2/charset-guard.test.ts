import fc from 'fast-check'
import iconv from 'iconv-lite'
import mysql2 from 'mysql2'
import { describe, expect, it } from 'vitest'

import { heldBy, refusalOf, refusalOfValues } from './charset-guard.js'
import { charsetNumberOf } from './charset.js'
import { formatSql } from './sql-text.js'
import { TypedParameter } from './typed-parameter.js'

const seed = Number(process.env['SEED'] ?? Date.now())

/** As servers know them: whether a byte begins a character of two, and whether a byte may be its second. */
const MULTI_BYTE: Readonly<Record<string, (lead: number, second: number) => boolean>> = {
  big5: (lead, second) => isIn(lead, 0xa1, 0xf9) && (isIn(second, 0x40, 0x7e) || isIn(second, 0xa1, 0xfe)),
  gb2312: (lead, second) => isIn(lead, 0xa1, 0xf7) && isIn(second, 0xa1, 0xfe),
  // Four bytes have a digit as the second, and then the same again.
  gb18030: (lead, second) => isIn(lead, 0x81, 0xfe) && (isIn(second, 0x40, 0x7e) || isIn(second, 0x80, 0xfe)),
  gbk: (lead, second) => isIn(lead, 0x81, 0xfe) && (isIn(second, 0x40, 0x7e) || isIn(second, 0x80, 0xfe)),
  sjis: (lead, second) =>
    (isIn(lead, 0x81, 0x9f) || isIn(lead, 0xe0, 0xfc)) && (isIn(second, 0x40, 0x7e) || isIn(second, 0x80, 0xfc)),
  cp932: (lead, second) =>
    (isIn(lead, 0x81, 0x9f) || isIn(lead, 0xe0, 0xfc)) && (isIn(second, 0x40, 0x7e) || isIn(second, 0x80, 0xfc)),
  euckr: (lead, second) =>
    isIn(lead, 0x81, 0xfe) && (isIn(second, 0x41, 0x5a) || isIn(second, 0x61, 0x7a) || isIn(second, 0x81, 0xfe)),
}
const SINGLE_BYTE = [
  'latin1',
  'ascii',
  'binary',
  'latin2',
  'cp850',
  'cp852',
  'cp866',
  'koi8r',
  'koi8u',
  'hebrew',
  'tis620',
  'greek',
]
const MORE_SINGLE = ['cp1250', 'cp1251', 'cp1256', 'cp1257', 'latin5', 'latin7', 'macroman']
const NOT_UTF8 = [...SINGLE_BYTE, ...MORE_SINGLE, ...Object.keys(MULTI_BYTE), 'ujis']

function isIn(byte: number, from: number, to: number): boolean {
  return byte >= from && byte <= to
}

function numberOf(charset: string): number {
  const number = charsetNumberOf(charset)
  if (number === undefined) throw new Error(`mysql2 cannot write ${charset}`)
  return number
}

/** As mysql2 writes it. */
function written(text: string, charset: string): Buffer {
  const encoding = mysql2.CharsetToEncoding[numberOf(charset)] ?? ''
  return Buffer.isEncoding(encoding) ? Buffer.from(text, encoding) : iconv.encode(text, encoding)
}

describe('a character that the charset of the session has not', () => {
  it.each([
    ['latin1', '\u0127 OR 1=1 -- ', 'U+0127'],
    ['latin1', 'a\u0080', 'U+0080'],
    ['latin1', '€', 'U+20AC'],
    ['ascii', 'é', 'U+00E9'],
    ['binary', 'é', 'U+00E9'],
    ['latin2', 'ħ', 'U+0127'],
    ['cp1251', '丧', 'U+4E27'],
    ['sjis', "¥' OR 1=1 -- ", 'U+00A5'],
    ['cp932', '¥', 'U+00A5'],
    ['ujis', '¥', 'U+00A5'],
    ['big5', 'À', 'U+00C0'],
    ['gb2312', '癅', 'U+7645'],
    ['gbk', '€', 'U+20AC'],
    ['gbk', '😀', 'U+1F600'],
    ['utf8mb3', 'a😀', 'U+1F600'],
    ['utf8mb3', 'a\ud83d', 'U+D83D'],
  ])('is refused in %s, by its number and not by the value: %j', (charset, text, point) => {
    const refusal = refusalOf(`SELECT 'secret${text}'`, numberOf(charset))
    expect(refusal).toMatchObject({ code: 'ERR_HOSTPOOL_UNSUPPORTED' })
    expect(refusal?.message).toContain(charset)
    expect(refusal?.message).toContain(point)
    expect(refusal?.message).toContain('utf8mb4')
    expect(refusal?.message).not.toContain('secret')
  })

  it('is none in UTF-8, and ASCII is none anywhere', () => {
    expect(refusalOf('丧 😀 \ud83d', 45)).toBeUndefined()
    const ascii = String.fromCharCode(...Array.from({ length: 128 }, (_, index) => index))
    const known = [...NOT_UTF8, 'utf8mb3'].map(numberOf)
    expect([...known, undefined, 10, 9999].filter((number) => refusalOf(ascii, number) !== undefined)).toEqual([])
  })

  it('is anything beyond ASCII where the charset is not known', () => {
    expect(refusalOf('é', undefined)?.message).toMatch(/U\+00E9/)
    expect(refusalOf('é', 9999)?.message).toMatch(/number 9999/)
    // mysql2 cannot write these at all.
    expect(refusalOf('é', 10)?.message).toMatch(/swe7/)
    expect(refusalOf('é', 32)?.message).toMatch(/armscii8/)
  })

  it('is none in what these charsets are used for', () => {
    for (const [charset, text] of [
      ['latin1', 'Ångström ¿ÿ'],
      ['latin2', 'žluťoučký kůň'],
      ['cp1251', 'Съешь ещё'],
      ['koi8r', 'Съешь ещё'],
      ['greek', 'Ξεσκεπάζω'],
      ['hebrew', 'דג סקרן'],
      ['big5', '功許縗蓋'],
      ['gbk', '中文縗誠'],
      ['gb2312', '中文'],
      ['gb18030', '中文誠瘅€'],
      ['sjis', '表能ソ日本語ｱ'],
      ['cp932', '表能ソ①'],
      ['ujis', '日本語ｱ'],
      ['euckr', '한국어 똠방각하'],
      ['utf8mb3', '中文é'],
    ] as const) {
      expect(refusalOf(text, numberOf(charset)), `${charset} ${text}`).toBeUndefined()
    }
  })
})

/** Neither plain nor with a JSON of its own. */
class Told {
  toString(): string {
    return 'ħ'
  }
}

describe('a value of a prepared statement', () => {
  it.each<[string, unknown]>([
    ['a string', 'ħ'],
    ['what goes as JSON', { a: ['ħ'] }],
    ['an object with a toJSON', { toJSON: () => 'ħ', constructor: undefined }],
    ['a typed text', TypedParameter.VAR_STRING('ħ')],
    ['an object that is written as it tells itself', new Told()],
    ['a function', () => 'ħ'],
  ])('is refused when it is %s', (_what, value) => {
    expect(refusalOfValues([1, value], 8)?.message).toMatch(/U\+0127/)
    expect(refusalOfValues([1, value], 45)).toBeUndefined()
  })

  it('is not when it is no text, or one that arrives', () => {
    const values = [
      null,
      undefined,
      1,
      1n,
      true,
      new Date(),
      Buffer.from('ħ'),
      new Uint8Array([0xc4, 0xa7]),
      'é',
      { a: 'é' },
    ]
    expect(refusalOfValues(values, 8)).toBeUndefined()
  })
})

describe.each(NOT_UTF8)('whatever is not refused in %s', (charset) => {
  const characters = heldBy(numberOf(charset))
  const held = Array.from({ length: 0x1_0000 }, (_, unit) => unit)
    .filter((unit) => characters.has(unit))
    .map((unit) => String.fromCharCode(unit))

  it('is written in bytes of its own, none of which a server takes for a quote or a backslash', () => {
    const bytes = held.map((character) => written(character, charset))
    expect(new Set(bytes.map((each) => each.toString('latin1'))).size).toBe(held.length)
    const isPair = MULTI_BYTE[charset]
    const wrong = held.filter((character, index) => {
      const [lead = 0, second = 0, ...more] = bytes[index] ?? []
      if (character < '\u0080') return lead !== character.charCodeAt(0) || second !== 0
      if (bytes[index]?.length === 1)
        return lead < 0x80 || isPair?.(lead, 0x5c) === true || isPair?.(lead, 0x27) === true
      return isPair !== undefined && more.length === 0
        ? !isPair(lead, second)
        : [second, ...more].some((byte) => byte < 0x30)
    })
    expect(wrong).toEqual([])
  })

  it(`is read back as itself from a literal, byte for byte (SEED=${seed})`, () => {
    const isPair = MULTI_BYTE[charset]
    const text = fc
      .array(fc.constantFrom(...held, "'", '\\', "'", '\\'), { maxLength: 20 })
      .map((list) => list.join(''))
    fc.assert(
      fc.property(text, fc.boolean(), (value, noBackslashEscapes) => {
        const sql = formatSql('?', [value], { noBackslashEscapes })
        expect(refusalOf(sql, numberOf(charset))).toBeUndefined()
        expect(bytesOf(written(sql, charset), noBackslashEscapes, isPair)).toEqual(written(value, charset))
      }),
      { seed, numRuns: 200 },
    )
  })
})

const ESCAPED: Readonly<Record<string, number>> = { 0: 0, b: 8, t: 9, n: 10, r: 13, Z: 26 }

/** Reads one literal as a server does, which takes characters of two bytes as one. */
function bytesOf(
  sql: Buffer,
  noBackslashEscapes: boolean,
  isPair: (lead: number, second: number) => boolean = () => false,
): Buffer {
  const read: number[] = []
  expect(sql[0]).toBe(0x27)
  let position = 1
  for (;;) {
    const [byte = -1, next = -1] = sql.subarray(position, position + 2)
    if (byte === -1) throw new Error('the literal has no end')
    if (isPair(byte, next)) {
      read.push(byte, next)
      position += 2
    } else if (byte === 0x5c && !noBackslashEscapes) {
      read.push(ESCAPED[String.fromCharCode(next)] ?? next)
      position += 2
    } else if (byte === 0x27) {
      if (next !== 0x27) break
      read.push(byte)
      position += 2
    } else {
      read.push(byte)
      position += 1
    }
  }
  expect(position).toBe(sql.length - 1)
  return Buffer.from(read)
}
