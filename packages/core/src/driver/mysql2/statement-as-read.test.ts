import { describe, expect, it } from 'vitest'

import type { RawConfig } from './mysql2-internals.js'
import { checkPrepared, mayReadOtherwise, statementAsRead } from './statement-as-read.js'

const CONFIG = { charsetNumber: 45, clientFlags: 0, timezone: 'Z' } as RawConfig
const refused = (message: RegExp) =>
  expect.objectContaining({
    code: 'ERR_HOSTPOOL_UNSUPPORTED',
    message: expect.stringMatching(message) as string,
  }) as Error

function written(sql: string, values: unknown[], mode: boolean | undefined, charsetNumber = 45): string {
  return statementAsRead({ sql, values }, { ...CONFIG, charsetNumber }, mode).sql
}

describe('a statement as its session reads it', () => {
  it('has its values in it, and names are names no more', () => {
    const statement = { sql: 'SELECT :a', values: { a: "it's" }, namedPlaceholders: true, timeout: 5 }
    expect(statementAsRead(statement, CONFIG, true)).toEqual({
      sql: "SELECT 'it''s'",
      namedPlaceholders: false,
      timeout: 5,
    })
  })

  it.each([
    [false, "'\\\\\\''"],
    [true, "'\\'''"],
  ])('is written for its mode: %s', (mode, literal) => {
    expect(written('?', ["\\'"], mode)).toBe(literal)
  })

  it('is written for both when the mode is not certain, or refused', () => {
    expect(written('?', ["it's\n"], undefined)).toBe("'it''s\n'")
    expect(() => written('?', ['\\'], undefined)).toThrow(refused(/backslash.*execute\(\)/s))
  })

  it('of several statements is written for both modes when one of them may change it, and for ASCII when one may change the charset', () => {
    const sql = "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT ?"
    expect(written(sql, ["it's"], false)).toMatch(/'it''s'$/)
    expect(() => written(sql, ['\\'], false)).toThrow(refused(/backslash/))
    expect(() => written('SET NAMES gbk; SELECT ?', ['é'], false)).toThrow(refused(/U\+00E9/))
    expect([
      mayReadOtherwise(sql),
      mayReadOtherwise('SET NAMES gbk; SELECT ?'),
      mayReadOtherwise('SELECT 1; SELECT ?'),
    ]).toEqual([true, true, false])
  })

  it('is refused for what the charset has not, in its text, its values and those of a prepared one', () => {
    expect(() => written("SELECT 'ħ'", [], false, 8)).toThrow(refused(/U\+0127/))
    expect(() => checkPrepared({ sql: 'SELECT ?', values: ['ħ'] }, 8)).toThrow(refused(/U\+0127/))
    expect(() => checkPrepared({ sql: 'SELECT :a', values: { a: ['ħ'] } }, 8)).toThrow(refused(/U\+0127/))
    expect(() => checkPrepared({ sql: "SELECT 'ħ'" }, 8)).toThrow(refused(/U\+0127/))
    expect(() => checkPrepared({ sql: 'SELECT ?', values: ['é', 1n] }, 8)).not.toThrow()
  })
})
