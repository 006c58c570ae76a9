import { describe, expect, it } from 'vitest'

import { Decodings } from './decodings.js'

describe('decodings', () => {
  const pool = { dateStrings: true, timezone: 'Z' }
  const decodings = new Decodings(pool)

  it('are the pool’s own for a borrower who brings none', () => {
    expect(decodings.for(undefined)).toBe(pool)
  })

  it('complete what a borrower brings with what the pool says', () => {
    expect(decodings.for({ dateStrings: false })).toEqual({ dateStrings: false, timezone: 'Z' })
  })

  it('take what is there and undefined for what was left out', () => {
    expect(decodings.for({ timezone: undefined, typeCast: undefined } as never)).toEqual(pool)
  })

  it('are the same object for the same object, and for what was handed out before', () => {
    const given = { rowsAsArray: true }
    const first = decodings.for(given)
    expect(decodings.for(given)).toBe(first)
    expect(decodings.for(first)).toBe(first)
  })
})
