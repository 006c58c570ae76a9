import { describe, expect, it } from 'vitest'

import { ASCII_ONLY, charsetNameOf, charsetNumberOf, collationOf, isCharset } from './charset.js'

describe('charsets', () => {
  it.each([
    ['utf8mb4_unicode_ci', 'utf8mb4', 'utf8mb4_unicode_ci'],
    ['UTF8MB4_BIN', 'utf8mb4', 'utf8mb4_bin'],
    ['utf8mb4', 'utf8mb4', 'utf8mb4_general_ci'],
    ['latin1', 'latin1', 'latin1_swedish_ci'],
    ['binary', 'binary', 'binary'],
  ])('%s is %s with %s', (name, charset, collation) => {
    expect(collationOf(name)).toEqual({ charset, collation })
  })

  it('are those of mysql2 in any spelling, and no others', () => {
    expect(['utf8mb4', 'UTF8MB4_0900_AI_CI', 'utf9', '__proto__'].map(isCharset)).toEqual([true, true, false, false])
  })

  it.each(['ucs2', 'utf16', 'utf16le', 'utf32', 'UCS2_BIN'])('%s is none that a client can have', (name) => {
    expect(isCharset(name)).toBe(false)
  })

  it.each(['dec8', 'hp8', 'swe7', 'keybcs2', 'geostd8', 'eucjpms', 'armscii8', 'macce'])(
    'mysql2 cannot write %s',
    (name) => {
      expect([isCharset(name), charsetNumberOf(name)]).toEqual([false, undefined])
    },
  )

  it.each(['utf8mb4_ja_0900_as_cs', 'utf8mb4_0900_bin', 'utf8_general50_ci'])(
    'a handshake cannot ask for %s',
    (name) => {
      expect(isCharset(name)).toBe(false)
    },
  )

  it.each([
    ['utf8mb4', 45],
    ['utf8mb3', 33],
    // As older servers call utf8mb3.
    ['utf8', 33],
    ['latin1', 8],
    ['ujis', 12],
    ['gbk', 28],
    ['binary', 63],
    ['nosuch', undefined],
    ['', undefined],
  ])('a session of %s is written under the number %s', (name, number) => {
    expect(charsetNumberOf(name)).toBe(number)
  })

  it('are ASCII alone when they cannot be written', () => {
    expect(charsetNameOf(ASCII_ONLY)).toBe('ascii')
  })

  it.each(['utf8mb4', 'utf8mb3', 'latin1', 'ujis', 'gbk', 'binary'])('%s is called so', (name) => {
    expect(charsetNameOf(charsetNumberOf(name) ?? -1)).toBe(name)
  })
})
