import { describe, expect, it } from 'vitest'

import { statementKind } from './statement-kind.js'

const MILLION = 1_000_000
const MANY = 200_000

/** Texts of some millions of characters, and what they are. Their reading may take no more than a time in proportion. */
const LONG: readonly (readonly [what: string, sql: () => string, kind: string])[] = [
  ['a literal', () => `SELECT '${'x'.repeat(12 * MILLION)}'`, 'read'],
  ['a literal of quotes', () => `SELECT '${"''".repeat(6 * MILLION)}'`, 'read'],
  ['rows', () => `INSERT INTO t (a, b) VALUES ${"(1, 'abc'),".repeat(MANY)}(1, 2)`, 'write'],
  ['words', () => `SELECT ${'abc def, '.repeat(MANY)}1`, 'read'],
  ['a string without its end', () => `SELECT '${'x'.repeat(12 * MILLION)}`, 'write'],
  ['strings without their ends', () => `SELECT ${`'a`.repeat(MANY)}'`, 'write'],
  ['a name without its end', () => `SELECT \`${'x'.repeat(12 * MILLION)}`, 'write'],
  ['a comment without its end', () => `SELECT /*${'/* '.repeat(MANY)}`, 'write'],
  ['comments', () => `SELECT ${'/**/'.repeat(MANY)}1`, 'read'],
  ['comments to the end of the line', () => `SELECT ${'--\t\n'.repeat(MANY)}1`, 'read'],
  ['parentheses', () => `SELECT ${'('.repeat(MANY)}1${')'.repeat(MANY)}`, 'read'],
  ['parentheses at the beginning', () => `${'('.repeat(MANY)}SELECT 1`, 'read'],
  ['beginnings of lists', () => `${'WITH a AS ('.repeat(MANY)}SELECT 1`, 'read'],
  ['statements', () => 'SELECT 1;'.repeat(MANY), 'write'],
  ['semicolons', () => `SELECT 1${' ;'.repeat(MANY)}`, 'read'],
  ['variables for one statement', () => `SET STATEMENT ${'a=b,'.repeat(MANY)}a=b FOR SELECT 1`, 'read'],
  ['variables for one statement, one in the other', () => `${'SET STATEMENT a=1 FOR '.repeat(MANY)}SELECT 1`, 'write'],
  ['values for one statement without their end', () => `SET STATEMENT a=b${'b=b'.repeat(MANY)} x`, 'write'],
  ['backslashes', () => String.raw`SELECT '${String.raw`\'`.repeat(MANY)}'`, 'write'],
  ['attributes', () => `CREATE ${'OR REPLACE '.repeat(MANY)}TABLE t (a INT)`, 'write'],
]

describe('a long text', () => {
  it.each(LONG)('of %s is read in time', (_, sql, kind) => {
    const text = sql()
    const before = process.cpuUsage()
    const found = statementKind(text)
    const { user } = process.cpuUsage(before)
    expect(found.kind).toBe(kind)
    // A machine under load is several times as slow; what is not linear takes minutes.
    expect(user / 1000).toBeLessThan(1000)
  })
})
