import { describe, expect, it } from 'vitest'

import { mayChangeSchema } from './schema-change.js'

describe('a statement that may change what others are prepared under', () => {
  it.each([
    'USE other',
    'use`other`',
    '  \n USE other',
    '/* now */ USE other',
    '/* a *//* b */-- c\n# d\nUSE other',
    '/*! USE other */',
    '/*M! USE other */',
    '/* without an end USE other',
    "SET sql_mode = ''",
    "EXECUTE IMMEDIATE 'USE other'",
    "BEGIN NOT ATOMIC SET sql_mode = ''; END",
  ])('is %j, prepared or not', (sql) => {
    expect([mayChangeSchema(sql, true), mayChangeSchema(sql, false)]).toEqual([true, true])
  })

  it('is one of several', () => {
    expect(mayChangeSchema('SELECT 1; USE other', false)).toBe(true)
  })
})

describe('a statement that changes nothing of that', () => {
  it.each([
    'SELECT 1',
    'SELECT 1;  ',
    '/* a comment */ SELECT 1',
    '-- a comment\nSELECT 1',
    'INSERT INTO used VALUES (1)',
    'SETTLE',
    'user()',
    'BEGIN',
    '',
    '-- USE other',
  ])('is %j', (sql) => {
    expect([mayChangeSchema(sql, true), mayChangeSchema(sql, false)]).toEqual([false, false])
  })

  it('is a prepared one with a semicolon in a literal', () => {
    expect(mayChangeSchema("SELECT '; x'", true)).toBe(false)
  })
})

it('a text of many megabytes is looked at in its first moments', () => {
  const mb = 12_000_000
  const began = process.cpuUsage()
  for (const sql of [
    `/*${'*'.repeat(mb)}*/ SELECT 1`,
    `${'/**/'.repeat(mb / 8)}SELECT 1`,
    `${' '.repeat(mb)}SELECT 1`,
  ]) {
    expect(mayChangeSchema(sql, false)).toBe(false)
  }
  // The time of the processor: another process may have had it meanwhile.
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(1_500)
})
