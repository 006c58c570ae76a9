import { expect, test } from 'vitest'

import { withHint, withSetStatement } from './utc-statement.js'

const HINT = "SET_VAR(time_zone='+00:00')"

test.each([
  ['SELECT 1', `SELECT /*+ ${HINT} */ 1`],
  ['insert into t values (?)', `insert /*+ ${HINT} */ into t values (?)`],
  ['UPDATE t SET a = 1', `UPDATE /*+ ${HINT} */ t SET a = 1`],
  ['DELETE FROM t', `DELETE /*+ ${HINT} */ FROM t`],
  ['REPLACE INTO t VALUES (1)', `REPLACE /*+ ${HINT} */ INTO t VALUES (1)`],
  ['\n  (SELECT 1) UNION (SELECT 2)', `\n  (SELECT /*+ ${HINT} */ 1) UNION (SELECT 2)`],
  ['/* who */ -- why\n# what\nSELECT 1', `/* who */ -- why\n# what\nSELECT /*+ ${HINT} */ 1`],
  ['SELECT /*+ MAX_EXECUTION_TIME(5) */ 1', `SELECT /*+ ${HINT} MAX_EXECUTION_TIME(5) */ 1`],
  ['WITH a AS (SELECT 1) SELECT * FROM a', `WITH a AS (SELECT /*+ ${HINT} */ 1) SELECT * FROM a`],
])('%s has the hint behind its first word', (sql, hinted) => {
  expect(withHint(sql)).toBe(hinted)
})

test.each(['CALL p()', 'SHOW TABLES', 'CREATE TABLE selected (id INT)', 'SET @a = 1', "WITH 'nothing'", ''])(
  '%s stays as it is',
  (sql) => {
    expect(withHint(sql)).toBe(sql)
  },
)

test('MariaDB takes the zone before any statement', () => {
  expect(withSetStatement('CALL p()')).toBe("SET STATEMENT time_zone='+00:00' FOR CALL p()")
})
