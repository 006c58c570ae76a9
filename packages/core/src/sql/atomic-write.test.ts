import { expect, it } from 'vitest'

import { isAtomicWrite } from './atomic-write.js'
import { statementVerb } from './statement-verb.js'

it.each([
  'INSERT INTO t VALUES (1)',
  'insert ignore into t select f(a) from u;',
  'REPLACE INTO t VALUES (1)',
  '\n UPDATE t SET a = 1',
  '/* of the report */ DELETE FROM t',
])('%s happens as a whole or not at all', (sql) => {
  expect(isAtomicWrite(sql)).toBe(true)
})

it.each([
  'SELECT 1',
  'CALL p()',
  'ALTER TABLE t ADD a INT',
  'LOAD DATA INFILE "f" INTO TABLE t',
  'INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)',
  'BEGIN NOT ATOMIC INSERT INTO t VALUES (1); END',
  'INSERT INTO t VALUES (1) /*!50000 ; COMMIT */',
  '',
])('%s is not known to', (sql) => {
  expect(isAtomicWrite(sql)).toBe(false)
})

it.each([
  ['SELECT 1', 'select'],
  [' ;( (Select 1))', 'select'],
  ['-- why\n/* what */ # who\nupdate t set a = 1', 'update'],
  ['WITH a AS (SELECT 1) SELECT * FROM a', 'with'],
  ["'text'", ''],
  ['/*!50000 UPDATE */ t', ''],
  ['', ''],
])('the verb of %s is %s', (sql, verb) => {
  expect(statementVerb(sql)).toBe(verb)
})
