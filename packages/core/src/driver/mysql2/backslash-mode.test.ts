import { describe, expect, it } from 'vitest'

import { type BackslashFacts, BackslashMode, mayChangeModeWithin } from './backslash-mode.js'

const ON = 0x0202
const OFF = 0x0002

/** A mode, and the facts that it notes. */
function modeAt(greeting: number): { mode: BackslashMode; facts: BackslashFacts } {
  const facts: BackslashFacts = { noBackslashEscapes: undefined }
  return { mode: new BackslashMode(facts, greeting), facts }
}

/** What is known after answers, each a statement and the flags of its results. */
function after(greeting: number, ...answers: readonly (readonly [sql: string, ...statuses: number[]])[]) {
  const { mode, facts } = modeAt(greeting)
  for (const [sql, ...statuses] of answers) {
    for (const status of statuses) mode.saw(status)
    mode.answered(sql)
  }
  return { mode, facts }
}

describe('whether a backslash escapes', () => {
  it.each([
    [ON, true],
    [OFF, false],
  ])('is what the greeting says: %s', (greeting, known) => {
    expect(after(greeting).facts.noBackslashEscapes).toBe(known)
    expect(after(greeting, ['SELECT 1', greeting], ['CALL p()', greeting]).facts.noBackslashEscapes).toBe(known)
  })

  it.each([
    "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
    // Prepared.
    'SET SESSION sql_mode = ?, autocommit = ?',
    "set session sql_mode='NO_BACKSLASH_ESCAPES,ANSI_QUOTES';",
    'SET @@sql_mode = NO_BACKSLASH_ESCAPES',
    'SET @@SESSION.sql_mode := @wanted',
    "SET session_track_state_change = 1, sql_mode = 'NO_BACKSLASH_ESCAPES', wait_timeout = 5",
    "SET NAMES 'utf8mb4' COLLATE 'utf8mb4_bin', sql_mode = \"NO_BACKSLASH_ESCAPES\"",
  ])('is what the flag of the answer to a plain SET says: %s', (sql) => {
    expect(after(OFF, [sql, ON]).facts.noBackslashEscapes).toBe(true)
    expect(after(ON, [sql, OFF]).facts.noBackslashEscapes).toBe(false)
  })

  it.each([
    'CALL sets_mode()',
    'SELECT sets_mode()',
    "SET STATEMENT sql_mode = 'NO_BACKSLASH_ESCAPES' FOR SELECT 1",
    "SET  STATEMENT sql_mode = 'NO_BACKSLASH_ESCAPES' FOR SELECT 1",
    "SET /**/ STATEMENT sql_mode = 'NO_BACKSLASH_ESCAPES' FOR SELECT 1",
    "SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES'), @a = sets_mode()",
    "SET @a = 'x, sql_mode = 1'",
    "SET @sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "SET @a = 'it''s', sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT 1",
    'EXECUTE prepared',
  ])('is not known when the flag changes with %s', (sql) => {
    expect(after(OFF, [sql, ON]).facts.noBackslashEscapes).toBeUndefined()
  })

  it('is not known when a flag changed in between, though it ends as it began', () => {
    expect(
      after(OFF, ["SET sql_mode = 'NO_BACKSLASH_ESCAPES'; CALL p()", ON, OFF]).facts.noBackslashEscapes,
    ).toBeUndefined()
  })

  it('stays unknown while the flag lies, whatever is answered, until the mode is set or the session is reset', () => {
    const { mode, facts } = after(OFF, ['CALL sets_mode()', ON], ['SELECT 1', ON], ["SET @a = 'sql_mode'", ON])
    expect(facts.noBackslashEscapes).toBeUndefined()
    mode.saw(ON)
    mode.answered("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
    expect(facts.noBackslashEscapes).toBe(true)
    mode.saw(OFF)
    mode.answered('SELECT sets_mode()')
    expect(facts.noBackslashEscapes).toBeUndefined()
    mode.begin(OFF)
    expect(facts.noBackslashEscapes).toBe(false)
  })

  it.each([
    ['INSERT INTO t VALUES (1)', false],
    ['SELECT 1 FROM nosuch', false],
    ['CREATE TABLE t (a INT);', false],
    ['CALL sets_mode_and_fails()', false],
    ["SET sql_mode = 'NO_BACKSLASH_ESCAPES', autocommit = 1", undefined],
    ['EXECUTE prepared', undefined],
    ["SELECT 1; SET sql_mode = ''", undefined],
    ['/* c */ SET sql_mode = x', undefined],
  ])('after %s has failed is %s', (sql, known) => {
    const { mode, facts } = modeAt(OFF)
    mode.failed(sql)
    expect(facts.noBackslashEscapes).toBe(known)
  })

  it('costs little to see in a long text', () => {
    const begun = performance.now()
    for (const sql of [
      `SET sql_mode = '${'x'.repeat(5e6)}`,
      `SET ${'a=1,'.repeat(5e5)}`,
      `${' '.repeat(5e6)}x;${' '.repeat(5e6)}`,
      `SET ${' '.repeat(1e6)}`,
    ]) {
      const { mode } = after(OFF, [sql, ON])
      mode.begin(OFF)
      mode.failed(sql)
    }
    expect(performance.now() - begun).toBeLessThan(3000)
  })
})

describe('a text of several statements that may change the mode on its way', () => {
  it.each([
    ["SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT ?", true],
    ['SET @@SQL_MODE = @a;SELECT ?', true],
    ['EXECUTE s; SELECT ?', true],
    ["SET sql_mode = 'NO_BACKSLASH_ESCAPES';", false],
    ['INSERT INTO t VALUES (?); SELECT ?', false],
    ['CALL p(); SELECT ?', false],
    ['SELECT ?', false],
  ])('%s: %s', (sql, may) => {
    expect(mayChangeModeWithin(sql)).toBe(may)
  })
})
