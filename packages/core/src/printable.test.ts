import { describe, expect, it } from 'vitest'

import { printable } from './printable.js'

describe('a text of a server', () => {
  it('is shown as it is when it is short and plain', () => {
    expect(printable("Access denied for user 'ä'@'%'")).toBe("Access denied for user 'ä'@'%'")
  })

  it('has one line, and nothing that a terminal obeys', () => {
    expect(printable('a\r\nb\u001B[31mred\u0000\u202Edne')).toBe('a b [31mred dne')
  })

  it('is cut', () => {
    expect(printable('x'.repeat(10_000_000))).toHaveLength(1001)
  })
})
