import { describe, expect, it } from 'vitest'

import { statementKind, StatementKinds } from './statement-kind.js'

const READS = [
  'SELECT 1',
  '  select * from t where a = ? ',
  '(SELECT 1) UNION (SELECT 2)',
  'SELECT COUNT(*), MAX(`price`) FROM `shop`.`product` WHERE (`id` IN (1, 2)) AND (`name` LIKE "%a%")',
  'SELECT `User`.`id` AS `User_id` FROM `user` `User` WHERE ((`User`.`id` = ?)) LIMIT 1',
  'WITH top AS (SELECT id FROM t ORDER BY n LIMIT 3) SELECT * FROM top',
  'SELECT \'for update\', "into @a", `get_lock` FROM t -- for update',
  'SELECT a /* INTO OUTFILE */ FROM t # for update',
  'SELECT COALESCE(a, 0), JSON_EXTRACT(j, "$.a"), DATE_FORMAT(d, "%Y") FROM t',
  'SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM t',
  'SELECT CAST(a AS DECIMAL(10, 2)), CAST(b AS CHAR(5)) FROM t;',
  'SELECT JSON_ARRAYAGG(JSON_OBJECT("id", `t0`.`id`)) FROM t AS t0 LEFT JOIN LATERAL (SELECT 1) AS t1 ON TRUE',
  'SHOW TABLES',
  'EXPLAIN SELECT * FROM t',
  'DESCRIBE t',
  'VALUES (1), (2)',
  'SET STATEMENT max_statement_time=5 FOR SELECT * FROM t',
]

const WRITES = [
  ['a locking read', 'SELECT * FROM t FOR UPDATE'],
  ['a locking read in a subquery', 'SELECT * FROM (SELECT * FROM t LOCK IN SHARE MODE) AS x'],
  ['a shared lock', 'SELECT * FROM t FOR SHARE SKIP LOCKED'],
  ['a file', "SELECT * FROM t INTO OUTFILE '/tmp/x'"],
  ['a sequence', 'SELECT NEXT VALUE FOR s'],
  ['DML behind a CTE', 'WITH x AS (SELECT 1) UPDATE t SET a = 1'],
  ['EXPLAIN that runs the statement', 'EXPLAIN ANALYZE SELECT * FROM t'],
  ['ANALYZE of MariaDB', 'ANALYZE FORMAT=JSON SELECT * FROM t'],
  ['an INSERT', 'INSERT INTO t (a) VALUES (1)'],
  ['an INSERT that answers rows', 'INSERT INTO t (a) VALUES (1) RETURNING id'],
  ['an UPDATE', 'UPDATE t SET a = 1'],
  ['a DDL', 'CREATE TABLE t (id INT)'],
  ['a statement for which one is set', 'SET STATEMENT max_statement_time=5 FOR UPDATE t SET a = 1'],
  ['ROLLBACK to a savepoint', 'ROLLBACK TO SAVEPOINT a'],
  ['nothing', ''],
] as const

const TAINTING = [
  ['a user variable in a SELECT', 'SELECT @a := 5'],
  ['SELECT … INTO @a', 'SELECT 1 INTO @a'],
  ['a named lock', "SELECT GET_LOCK('a', 1)"],
  ['a named lock in DML', "DELETE FROM t WHERE GET_LOCK('a', 1)"],
  ['a stored function', 'SELECT my_function(1)'],
  ['a stored function of a schema', 'SELECT shop.next_number()'],
  ['a stored function in quotes', 'SELECT `COUNT_ALL` (1), `fn`(2)'],
  ['PROCEDURE ANALYSE', 'SELECT * FROM t PROCEDURE ANALYSE()'],
  ['a procedure', 'CALL p()'],
  ['LOCK TABLES', 'LOCK TABLES t WRITE'],
  ['HANDLER', 'HANDLER t OPEN'],
  ['SET', 'SET @a = 1'],
  ['DO', 'DO RELEASE_ALL_LOCKS()'],
  ['FLUSH … WITH READ LOCK', 'FLUSH TABLES WITH READ LOCK'],
  ['a block', 'BEGIN NOT ATOMIC SET @a = 1; END'],
  ['an XA transaction', "XA START 'a'"],
  ['a second statement', 'SELECT 1; DELETE FROM t'],
  ['a temporary table that is made of rows', 'CREATE TEMPORARY TABLE t SELECT 1 AS a'],
  ['a second write', 'INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)'],
  ['a write behind the beginning of a transaction', 'START TRANSACTION; INSERT INTO t VALUES (1);'],
  ['a comment that is run', 'SELECT 1 /*! INTO @a */'],
  ['a comment that MariaDB runs', 'SELECT 1 /*M! FOR UPDATE */'],
  ['a quote that depends on the sql_mode', String.raw`SELECT '\', my_function(), '\'`],
] as const

describe('the kind of a statement', () => {
  it.each(READS)('%s is a read', (sql) => {
    expect(statementKind(sql)).toEqual({ kind: 'read', mayTaint: false })
  })

  it.each(WRITES)('%s is no read and leaves nothing behind', (_, sql) => {
    expect(statementKind(sql)).toMatchObject({ kind: 'write', mayTaint: false })
  })

  it.each(TAINTING)('%s may leave something in the session', (_, sql) => {
    expect(statementKind(sql)).toMatchObject({ kind: 'write', mayTaint: true })
  })

  it.each([
    ['START TRANSACTION', 'begin'],
    ['start transaction read only', 'begin'],
    ['BEGIN', 'begin'],
    ['begin work;', 'begin'],
    ['COMMIT', 'commit'],
    ['ROLLBACK', 'rollback'],
    ['/* app */ COMMIT', 'commit'],
  ])('%s is a %s', (sql, kind) => {
    expect(statementKind(sql)).toMatchObject({ kind, mayTaint: false })
  })

  it('SET TRANSACTION holds for the next transaction only', () => {
    expect(statementKind('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE')).toMatchObject({ forNextTransaction: true })
    expect(statementKind('SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE')).toMatchObject({ mayTaint: true })
  })

  it('is remembered for the texts seen last, and never for more than twice the limit', () => {
    const kinds = new StatementKinds(10)
    const known = kinds.of('SELECT 1')
    expect(kinds.of('SELECT 1')).toBe(known)
    for (let i = 0; i < 100; i += 1) expect(kinds.of(`SELECT ${i}`).kind).toBe('read')
    expect(kinds.of('UPDATE t SET a = 1').kind).toBe('write')
  })
})
