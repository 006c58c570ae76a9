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
  'SET STATEMENT max_statement_time = 5, sort_buffer_size = (1 + 2) FOR (SELECT 1)',
  'SELECT DATE_ADD(d, INTERVAL (1) DAY) FROM t',
  'SELECT COALESCE (a, 0), IFNULL\n(b, 1), IF/* */(c, 1, 2) FROM t',
  'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n), `m` (j, k) AS (SELECT i, 2 FROM n) SELECT * FROM m',
  'SELECT * FROM t USE INDEX (by_name) FORCE INDEX FOR ORDER BY (PRIMARY)',
  'SELECT * FROM (SELECT 1, 2) AS x (a, b)',
  'SELECT * FROM t WHERE MATCH (a, b) AGAINST (? IN BOOLEAN MODE)',
  'SELECT * FROM t WHERE a = ANY (SELECT 1) OR b > ALL (SELECT 2) OR ROW (1, 2) = (3, 4)',
  'SELECT SUBSTRING(a FROM 1 FOR 2), INSERT(b, 1, 1, ?), REPLACE (c, ?, ?) FROM t',
  'SELECT * FROM t FOR SYSTEM_TIME AS OF (NOW() - INTERVAL 1 DAY)',
  'SELECT @a, @`b c`, @@version, @@session.sql_mode, @into, @for',
  'SELECT next value, next, t.nextvalue FROM t',
  'SELECT * FROM заказы WHERE `сумма` > 1 AND menü = ?',
  "SELECT 1--1, 2 - -2 --\n, 3 # it's",
  'SELECT 1, 1.5, .5, 1., 1e3, 1.5e-3, 2.e+1, 0x41, 0b01, 1st, t.a, 1east FROM t',
  'SELECT 1;;; -- end',
  ';SELECT 1',
  "SELECT {d '2020-01-01'}, x'41', N'a', _utf8mb4'b', 'a' 'b'",
  'SELECT /*+ MAX_EXECUTION_TIME(1000) */ 1',
  'SELECT JSON_EXTRACT(data, "$.a"), data->"$.b", data->>\'$.c\' FROM t',
  'SELECT a FROM t PROCEDURE_LOG',
  'TABLE t',
  'SHOW CREATE PROCEDURE p',
  'EXPLAIN FORMAT = JSON SELECT COUNT(*) FROM t',
  'DESC t',
  'EXPLAIN FOR CONNECTION 5',
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
  ['only a comment', '-- nothing'],
  ['EXPLAIN of a change', 'EXPLAIN UPDATE t SET a = 1'],
  ['EXPLAIN of a locking read', 'EXPLAIN SELECT * FROM t FOR UPDATE'],
  ['a subquery of SHOW, which locks', 'SHOW TABLES WHERE EXISTS (SELECT 1 FROM t)'],
  ['a locking read in SHOW', 'SHOW TABLES WHERE (SELECT 1 FROM t FOR UPDATE)'],
  ['a sequence of sql_mode ORACLE', 'SELECT s.nextval, s . `currval`, s."NEXTVAL"'],
  ['an UPDATE in parentheses behind a CTE', 'WITH x AS (SELECT 1) UPDATE t SET a = 1'],
  ['an INSERT with columns', 'INSERT INTO `shop`.`t` (`a`, b) VALUES (COALESCE(?, 1), NOW())'],
  [
    'an INSERT with partitions',
    'INSERT IGNORE INTO t PARTITION (p0) (a) SELECT b FROM u ON DUPLICATE KEY UPDATE a = VALUES(a)',
  ],
  ['REPLACE', 'REPLACE t(a) VALUES (1)'],
  ['DELETE', 'DELETE FROM t WHERE a IN (SELECT b FROM u) LIMIT 1'],
  ['the next id from a table', 'UPDATE t SET id = LAST_INSERT_ID(id + 1)'],
  ['a savepoint', 'SAVEPOINT a'],
  ['the end of a savepoint', 'RELEASE SAVEPOINT a'],
  ['USE', 'USE shop'],
  [
    'DDL with parentheses',
    'CREATE TABLE t (a DECIMAL(10, 2), b ENUM ("x"), KEY k (a), FOREIGN KEY (b) REFERENCES u (id))',
  ],
  ['CHECKSUM TABLE', 'CHECKSUM TABLE t'],
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
  ['the same in double quotes', String.raw`SELECT "\", my_function(), "\"`],
  ['a stored function of a name beyond ASCII', 'SELECT списать(1)'],
  ['one that ends beyond ASCII', 'SELECT nowé()'],
  ['a letter that only looks like ASCII', 'SELECT wee\u212A(1)'],
  ['a name that begins with a digit', 'SELECT 1st(1)'],
  ['a name with a dollar', 'SELECT a$b(1)'],
  ['a native name in quotes', 'SELECT `count`(1)'],
  ['a native name of a schema', 'SELECT shop.count(1)'],
  ['a native name of a schema, with comments', 'SELECT shop /* . */ . -- (\n count(1)'],
  ['a name in double quotes', 'SELECT "f" (1)'],
  ['a native name with a space', 'SELECT count (1)'],
  ['a native name with a comment', 'SELECT max/**/(1)'],
  ['a native name of one server only', 'SELECT md5(a), point(1, 1)'],
  ['a comment before the parenthesis', 'SELECT my_function/**/(1)'],
  ['a placeholder that is called', 'SELECT ??(1)'],
  ['a stored function in SHOW', 'SHOW TABLES WHERE f()'],
  ['a stored function that is explained', 'EXPLAIN SELECT * FROM (SELECT f()) AS x'],
  ['a stored function in DML', 'UPDATE t SET a = f(a)'],
  ['a stored function behind the columns of an INSERT', 'INSERT INTO t (a) VALUES (f(1))'],
  ['a stored function in a value for one statement', 'SET STATEMENT max_statement_time = f() FOR SELECT 1'],
  ['a stored function called like a CTE behind its list', 'WITH f (a) AS (SELECT 1) SELECT (1), f (2)'],
  ['a call behind WITH ROLLUP', 'SELECT a FROM t GROUP BY a WITH ROLLUP ORDER BY (a), f(1)'],
  ['LATERAL that is no keyword', 'SELECT 1, lateral (2)'],
  ['a stored function behind DDL', 'CREATE TABLE t (a INT) AS SELECT f(1)'],
  ['a user variable in quotes', 'SELECT @`a` := 1'],
  ['a user variable in DML', 'UPDATE t SET a = (@b := a + 1)'],
  ['a new LAST_INSERT_ID', 'SELECT LAST_INSERT_ID(5)'],
  ['brackets, which sql_mode MSSQL quotes with', 'SELECT [f](1)'],
  ['a word right behind a fraction', 'SELECT 1.5into @a'],
  ['a word right behind a point', 'SELECT .5into @a'],
  ['a word right behind an exponent', 'SELECT 1e3into @a'],
  ['a word right behind an exponent with a sign', 'SELECT 1e+3into @a'],
  ['a word right behind an exponent without a fraction', 'SELECT 1.e5into @a'],
  ['a word right behind a string', "SELECT 'a'into @a"],
  ['a placeholder by name that is called', 'SELECT :count(1)'],
  ['a string without its end', "SELECT 'a"],
  ['a name without its end', 'SELECT `a'],
  ['a comment without its end', 'SELECT 1 /* a'],
  ['a NUL byte', 'SELECT 1 \0'],
  ['a space beyond ASCII', 'SELECT 1 INTO\u00A0@a'],
  ['a dollar quote', "SELECT $$ it's $$"],
  ['a hint with quotes', 'SELECT /*+ QB_NAME(`*/`) */ 1'],
  ['a backslash', 'SELECT \\N'],
  ['BACKUP LOCK', 'BACKUP LOCK t'],
  ['GET DIAGNOSTICS', 'GET DIAGNOSTICS @a = NUMBER'],
  ['LOAD DATA', "LOAD DATA INFILE 'x' INTO TABLE t (a, @b)"],
  ['an event, whose time may be a call', 'CREATE DEFINER = `a`@`b` EVENT e ON SCHEDULE AT f() DO SELECT 1'],
  ['what is not known', 'FROBNICATE t'],
  ['a mode for one statement', "SET STATEMENT sql_mode = 'ANSI_QUOTES' FOR SELECT 1"],
  ['BEGIN with more', 'BEGIN TRANSACTION'],
  ['COMMIT with more', 'COMMIT t'],
  ['two ways to end a session', 'ROLLBACK AND CHAIN RELEASE'],
  ['both of two', 'START TRANSACTION READ ONLY, READ WRITE'],
  ['a transaction of Percona', 'START TRANSACTION WITH CONSISTENT SNAPSHOT FROM SESSION 5'],
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
    'START TRANSACTION',
    'start transaction read only',
    'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ WRITE',
    'START /* a */ TRANSACTION /* b */ READ /* c */ ONLY;',
    'BEGIN',
    'begin work;',
    'BEGIN -- now',
    'SET STATEMENT max_statement_time = 1 FOR START TRANSACTION',
  ])('%s begins a transaction, and commits one that is open', (sql) => {
    expect(statementKind(sql)).toEqual({ kind: 'begin', mayTaint: false, commitsFirst: true })
  })

  it.each([
    ['COMMIT', {}],
    ['/* app */ COMMIT', {}],
    ['commit work;', {}],
    ['COMMIT AND NO CHAIN', {}],
    ['COMMIT NO RELEASE', {}],
    ['COMMIT WORK AND NO CHAIN NO RELEASE', {}],
    ['COMMIT AND CHAIN', { chain: true }],
    ['COMMIT /* a */ WORK -- b\n AND # c\n CHAIN NO RELEASE ; ;', { chain: true }],
    ['COMMIT RELEASE', { release: true }],
    ['COMMIT AND NO CHAIN RELEASE', { release: true }],
  ])('%s commits, and so does ROLLBACK roll back', (sql, flags) => {
    expect(statementKind(sql)).toEqual({ kind: 'commit', mayTaint: false, ...flags })
    const back = sql.replace(/commit/i, 'ROLLBACK')
    expect(statementKind(back)).toEqual({ kind: 'rollback', mayTaint: false, ...flags })
  })

  it.each([
    'ROLLBACK TO a',
    'rollback work to savepoint `a`;',
    'ROLLBACK TO SAVEPOINT savepoint',
    'ROLLBACK TO savepoint',
  ])('%s ends no transaction', (sql) => {
    expect(statementKind(sql)).toEqual({ kind: 'write', mayTaint: false })
  })

  it('SET TRANSACTION holds for the next transaction only', () => {
    expect(statementKind('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE')).toMatchObject({ forNextTransaction: true })
    expect(statementKind('SET TRANSACTION READ ONLY, ISOLATION LEVEL READ COMMITTED;')).toEqual({
      kind: 'write',
      mayTaint: false,
      forNextTransaction: true,
    })
    expect(statementKind('SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE')).toMatchObject({ mayTaint: true })
    expect(statementKind('SET TRANSACTION READ ONLY, @a = 1')).toEqual({ kind: 'write', mayTaint: true })
  })

  it.each([
    ['SELECT ROW_COUNT()', { statement: true }],
    ['SHOW WARNINGS LIMIT 1', { warnings: true }],
    ['SHOW COUNT(*) ERRORS', { warnings: true }],
    ['GET CURRENT DIAGNOSTICS @a = NUMBER', { warnings: true }],
    ['SELECT @@warning_count, @@session.error_count', { warnings: true }],
    ['SELECT FOUND_ROWS()', { rows: true }],
    ['SELECT LAST_INSERT_ID()', { id: true }],
    ['SELECT last_insert_id /* the last */ ( /* none */ )', { id: true }],
    ['INSERT INTO t VALUES (LAST_INSERT_ID())', { id: true }],
    ['SELECT `last_insert_id`()', { id: true }],
    ['SELECT @@identity, @@`last_insert_id`', { id: true }],
    ['SELECT PREVIOUS VALUE FOR s', { id: true }],
    ['SELECT @@pseudo_thread_id', { connection: true }],
    ['KILL CONNECTION_ID()', { connection: true }],
    [
      'SELECT ROW_COUNT(), FOUND_ROWS(), LAST_INSERT_ID(), CONNECTION_ID()',
      { statement: true, rows: true, id: true, connection: true },
    ],
    ['SELECT /*! LAST_INSERT_ID() */', { id: true }],
    ['SELECT @@last_gtid', { gtid: true }],
    ['SELECT @@SESSION.last_gtid', { gtid: true }],
    ['SELECT @@session.gtid_seq_no', { gtid: true }],
    ['SELECT @@local.`gtid_seq_no`', { gtid: true }],
    ['SELECT WSREP_LAST_WRITTEN_GTID()', { gtid: true }],
    ['SELECT WSREP_LAST_SEEN_GTID()', { gtid: true }],
    ['SELECT @@global.gtid_current_pos', undefined],
    ['GET DIAGNOSTICS @n = NUMBER, @r = ROW_COUNT', { statement: true, warnings: true }],
    ["SHOW VARIABLES LIKE 'identity'", { id: true }],
    ["SHOW SESSION VARIABLES LIKE 'Last_Insert_Id'", { id: true }],
    ["SHOW LOCAL VARIABLES LIKE 'last\\_gtid'", { gtid: true }],
    ["SHOW VARIABLES LIKE 'warning_count'", { warnings: true }],
    ["EXECUTE IMMEDIATE 'SELECT LAST_INSERT_ID()'", { id: true }],
    ["EXECUTE IMMEDIATE 'SHOW WARNINGS'", { warnings: true }],
    ["EXECUTE IMMEDIATE 'SELECT ROW_COUNT(), FOUND_ROWS()'", { statement: true, rows: true }],
    // Counts are those of the statement before, in the same text or not.
    ['UPDATE t SET a = 1; SELECT ROW_COUNT(), LAST_INSERT_ID()', { id: true }],
    ['SELECT ROW_COUNT(); UPDATE t SET a = 1', { statement: true }],
    ['UPDATE t SET a = 1; SELECT FOUND_ROWS()', { rows: true }],
    ['SET @a = 1; SHOW WARNINGS', { warnings: true }],
  ])('%s asks the connection about statements before it', (sql, asks) => {
    expect(statementKind(sql).asks).toEqual(asks)
  })

  it.each([
    'CALL p()',
    'CALL p',
    'EXECUTE s',
    'EXECUTE IMMEDIATE @sql',
    'BEGIN NOT ATOMIC SELECT 1; END',
    'SELECT mine()',
    'INSERT INTO t VALUES (mine())',
    'UPDATE t SET a = 1; CALL p()',
    'SHOW VARIABLES',
    'SHOW SESSION VARIABLES',
    "SHOW VARIABLES LIKE '%'",
    "SHOW VARIABLES LIKE 'last%'",
    "SHOW VARIABLES LIKE '%_id'",
    "SHOW VARIABLES LIKE 'i%'",
    "SHOW VARIABLES LIKE 'id' 'entity'",
    'SHOW VARIABLES LIKE ?',
    "SHOW VARIABLES WHERE Variable_name = 'identity'",
    'SELECT * FROM information_schema.session_variables',
    'SELECT * FROM performance_schema.`session_variables`',
    'SELECT * FROM information_schema.SYSTEM_VARIABLES',
  ])('%s may ask for anything', (sql) => {
    expect(statementKind(sql).mayAsk).toBe(true)
  })

  it.each([
    'SELECT COUNT(*) FROM t',
    'CREATE TABLE t (a INT)',
    'CREATE INDEX i ON t (a)',
    'SET @a = 1',
    'USE shop',
    'SHOW GLOBAL VARIABLES',
    "SHOW VARIABLES LIKE 'version'",
    "SHOW VARIABLES LIKE 'wsrep%'",
    "SHOW VARIABLES LIKE 'max\\_%'",
    "SHOW VARIABLES LIKE '_dentity_'",
    "SHOW STATUS LIKE '%'",
  ])('%s asks for nothing', (sql) => {
    expect(statementKind(sql)).not.toHaveProperty('mayAsk')
    expect(statementKind(sql)).not.toHaveProperty('asks')
  })

  it.each([
    'SELECT identity, t.last_insert_id FROM t',
    "SELECT 'LAST_INSERT_ID()', @identity",
    'SELECT @@version, t.identity',
    'SELECT LAST_INSERT_ID(5)',
  ])('%s asks nothing', (sql) => {
    expect(statementKind(sql).asks).toBeUndefined()
  })

  it('knows what FOUND_ROWS() will be asked about', () => {
    expect(statementKind('SELECT SQL_CALC_FOUND_ROWS * FROM t LIMIT 1')).toEqual({
      kind: 'read',
      mayTaint: false,
      countsRows: true,
    })
  })

  it.each([
    ["LOAD DATA LOCAL INFILE 'x' INTO TABLE t", true],
    ["load /* a */ xml concurrent local infile 'x' INTO TABLE t", true],
    ["SELECT 1; LOAD DATA LOCAL INFILE 'x' INTO TABLE t", true],
    ["/*! LOAD DATA LOCAL INFILE 'x' INTO TABLE t */", true],
    ['EXECUTE IMMEDIATE \'LOAD DATA LOCAL INFILE "x" INTO TABLE t\'', true],
    ["LOAD DATA INFILE 'LOCAL' INTO TABLE t", undefined],
    ['SELECT local FROM load_data', undefined],
  ])('%s takes its input from this side: %s', (sql, localFile) => {
    expect(statementKind(sql).localFile).toBe(localFile)
  })

  it.each([
    'SELECT 1; SELECT 2',
    'COMMIT; BEGIN',
    "INSERT INTO t VALUES (';');;\n SELECT 1",
    'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END',
  ])('%s is several', (sql) => {
    expect(statementKind(sql)).toMatchObject({ kind: 'write', mayTaint: true, commitsFirst: true, several: true })
  })

  describe('where quotes and backslashes mean something else', () => {
    const [escaped, plain] = [{ noBackslashEscapes: false }, { noBackslashEscapes: true }]

    it('a backslash before a quote keeps the string open, or does not', () => {
      const sql = String.raw`SELECT '\', f(1), \''`
      expect(statementKind(sql, escaped).kind).toBe('read')
      expect(statementKind(sql, plain)).toMatchObject({ kind: 'write', mayTaint: true })
      expect(statementKind(sql)).toMatchObject({ kind: 'write', mayTaint: true })
      const opposite = String.raw`SELECT '\', f(1), '\'`
      expect(statementKind(opposite, plain)).toMatchObject({ kind: 'write', mayTaint: true })
      expect(statementKind(opposite, escaped)).toMatchObject({ kind: 'write', mayTaint: true })
    })

    it('in double quotes it does so only where they are no names', () => {
      const sql = String.raw`SELECT 1 AS "\", f(1), 2 AS \""`
      expect(statementKind(sql, { ...escaped, ansiQuotes: false }).kind).toBe('read')
      expect(statementKind(sql, { ...escaped, ansiQuotes: true }).kind).toBe('write')
      expect(statementKind(sql, escaped).kind).toBe('write')
      expect(statementKind(sql, { ...plain, ansiQuotes: false }).kind).toBe('write')
    })

    it('a text that is a read in every mode is one where the mode is not known', () => {
      expect(statementKind(String.raw`SELECT 'a\nb', "c\d" FROM t LIKE 'e\\'`).kind).toBe('read')
    })

    it('the border of a transaction is one only when every mode agrees', () => {
      const sql = String.raw`COMMIT /* '\' */`
      expect(statementKind(sql)).toEqual({ kind: 'commit', mayTaint: false })
    })

    it('is remembered for each mode', () => {
      const kinds = new StatementKinds()
      const sql = String.raw`SELECT '\', f(1), \''`
      expect(kinds.of(sql).kind).toBe('write')
      expect(kinds.of(sql, escaped).kind).toBe('read')
      expect(kinds.of(sql, plain).kind).toBe('write')
      expect(kinds.of(sql, { ...escaped })).toBe(kinds.of(sql, escaped))
      expect(kinds.of('SELECT 1', plain)).toBe(kinds.of('SELECT 1'))
    })
  })

  it('is remembered for the texts seen last, and never for more than twice the limit', () => {
    const kinds = new StatementKinds(10)
    const known = kinds.of('SELECT 1')
    expect(kinds.of('SELECT 1')).toBe(known)
    for (let i = 0; i < 100; i += 1) expect(kinds.of(`SELECT ${i}`).kind).toBe('read')
    expect(kinds.of('UPDATE t SET a = 1').kind).toBe('write')
  })
})
