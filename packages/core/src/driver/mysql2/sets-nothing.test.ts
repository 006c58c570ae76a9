import { describe, expect, it } from 'vitest'

import { setsNothing } from './sets-nothing.js'

describe('setsNothing', () => {
  it.each(['SELECT 1', 'insert into t values (1)', 'UPDATE t SET a = 1', 'DELETE FROM t', 'replace into t values (1)'])(
    'is certain of %s',
    (sql) => expect(setsNothing(sql)).toBe(true),
  )

  it.each([
    'SET NAMES latin1',
    'USE other',
    'SELECT 1; SET NAMES latin1',
    "EXECUTE IMMEDIATE 'SET NAMES latin1'",
    'BEGIN NOT ATOMIC SET NAMES latin1; END',
    '/*! SET NAMES latin1 */',
    '(SELECT 1)',
    'selected',
    'CALL change_it()',
    '',
  ])('is not certain of %s', (sql) => expect(setsNothing(sql)).toBe(false))
})
