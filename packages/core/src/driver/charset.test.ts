import { describe, expect, it } from 'vitest'

import { collationOf, isCharset } from './charset.js'

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

  it('knows those of mysql2 in any spelling, and no others', () => {
    expect(['utf8mb4', 'UTF8MB4_0900_AI_CI', 'utf9', '__proto__'].map(isCharset)).toEqual([true, true, false, false])
  })
})
