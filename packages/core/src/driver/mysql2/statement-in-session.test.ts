import mysql2 from 'mysql2'
import { describe, expect, it } from 'vitest'

import type { RawConfig } from './mysql2-internals.js'
import { checkPrepared, statementAsRead } from './statement-as-read.js'

const charsets = mysql2.Charsets as unknown as Record<string, number>
const UTF8 = charsets['UTF8MB4_UNICODE_CI'] ?? 0
const LATIN1 = charsets['LATIN1_SWEDISH_CI'] ?? 0

function config(charsetNumber: number, more: Partial<RawConfig> = {}): RawConfig {
  return { charsetNumber, clientFlags: 0, ...more }
}

const unsupported = expect.objectContaining({ code: 'ERR_HOSTPOOL_UNSUPPORTED' }) as Error

describe('a statement as its session reads it', () => {
  it('has its values in it, and none beside it', () => {
    const read = statementAsRead({ sql: 'SELECT ?', values: ["\\'"], timeout: 5 }, config(UTF8), true)
    expect(read).toEqual({ sql: "SELECT '\\'''", timeout: 5 })
  })

  it('keeps a question mark in a value from taking the next one', () => {
    const read = statementAsRead({ sql: 'SELECT ?, ?', values: ['?', 'b'] }, config(UTF8), true)
    expect(read.sql).toBe("SELECT '?', 'b'")
    expect(read.values).toBeUndefined()
  })

  it.each([
    ['the connection', config(UTF8, { namedPlaceholders: true }), {}],
    ['the statement', config(UTF8), { namedPlaceholders: true }],
  ])('has values by names where %s says so, and is not looked through for names again', (_, given, own) => {
    const read = statementAsRead({ sql: 'SELECT :a', values: { a: "x':b" }, ...own }, given, true)
    expect(read).toEqual({ sql: "SELECT 'x'':b'", namedPlaceholders: false })
  })

  it('leaves names alone where the statement says so', () => {
    const given = config(UTF8, { namedPlaceholders: true })
    const read = statementAsRead({ sql: "SELECT ':a', ?", values: ['x'], namedPlaceholders: false }, given, true)
    expect(read.sql).toBe("SELECT ':a', 'x'")
  })

  it('writes moments in the zone of the decoding', () => {
    const given = config(UTF8, { timezone: '+09:00' })
    const read = statementAsRead({ sql: '?', values: [new Date('2026-01-01T00:00:00Z')] }, given, true)
    expect(read.sql).toBe("'2026-01-01 09:00:00.000'")
  })

  it('is refused for a character that its charset has not, in a value or in the text', () => {
    expect(() => statementAsRead({ sql: 'SELECT ?', values: ['\u0127'] }, config(LATIN1), false)).toThrow(unsupported)
    expect(() => statementAsRead({ sql: "SELECT '\u0127'" }, config(LATIN1), false)).toThrow(unsupported)
    expect(statementAsRead({ sql: 'SELECT ?', values: ['é'] }, config(LATIN1), false).sql).toBe("SELECT 'é'")
  })
})

describe('a prepared statement', () => {
  it.each([
    ['its text', { sql: "SELECT '\u0127'" }],
    ['a value', { sql: 'SELECT ?', values: ['a', '\u0127'] }],
    ['a value by its name', { sql: 'SELECT :a', values: { a: '\u0127' } }],
    ['an object, which goes as JSON', { sql: 'SELECT ?', values: [{ a: ['\u0127'] }] }],
  ])('is refused for a character that its charset has not, in %s', (_, statement) => {
    expect(() => checkPrepared(statement, LATIN1)).toThrow(unsupported)
    expect(() => checkPrepared(statement, UTF8)).not.toThrow()
  })

  it.each([
    ['bytes', Buffer.from('\u0127')],
    ['what the charset has', 'é'],
    ['nothing', null],
    ['a number', 5],
    ['a moment', new Date(0)],
  ])('is sent with %s', (_, value) => {
    expect(() => checkPrepared({ sql: 'SELECT ?', values: [value] }, LATIN1)).not.toThrow()
  })
})
