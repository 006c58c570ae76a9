import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { statementKind } from './statement-kind.js'

/** Statements, token by token: between any two of them may be white space or comments. `'` stands for some string. */
const STATEMENTS = [
  "SELECT a , `b-c` , count( * ) FROM t WHERE a = ' AND b IN ( 1 , ' ) ORDER BY 1 LIMIT 5",
  "SELECT COALESCE ( a , ' ) , f ( b ) FROM t",
  'SELECT @a := 1',
  'SELECT 1 INTO @a',
  "SELECT ' INTO OUTFILE '",
  'SELECT * FROM t FOR UPDATE',
  'SELECT * FROM t LOCK IN SHARE MODE',
  'SELECT NEXT VALUE FOR s',
  'SELECT PREVIOUS VALUE FOR s , s . nextval',
  'SELECT LAST_INSERT_ID ( ) , ROW_COUNT ( )',
  'SELECT @@session . identity',
  'SELECT SQL_CALC_FOUND_ROWS * FROM t',
  'WITH RECURSIVE a ( x ) AS ( SELECT 1 ) , b ( y ) AS ( SELECT x FROM a ) SELECT * FROM b',
  'WITH a AS ( SELECT 1 ) UPDATE t SET a = 1',
  "( SELECT ' ) UNION ( SELECT f ( 2 ) )",
  "INSERT INTO `shop` . t ( a , b ) VALUES ( ' , NOW( ) ) ON DUPLICATE KEY UPDATE a = VALUES ( a )",
  "UPDATE t SET a = ' WHERE b = GET_LOCK ( ' , 1 )",
  'DELETE FROM t WHERE a = 1',
  "SHOW TABLES WHERE f ( ' )",
  'SHOW COUNT( * ) WARNINGS',
  'EXPLAIN FORMAT = JSON SELECT 1',
  'ANALYZE SELECT 1',
  'ANALYZE TABLE t',
  'CREATE TEMPORARY TABLE t ( a INT )',
  'CREATE OR REPLACE ALGORITHM = MERGE DEFINER = a @b SQL SECURITY INVOKER VIEW v AS SELECT 1',
  "LOAD DATA LOCAL INFILE ' INTO TABLE t",
  'START TRANSACTION WITH CONSISTENT SNAPSHOT , READ ONLY',
  'COMMIT WORK AND CHAIN NO RELEASE',
  'ROLLBACK TO SAVEPOINT a',
  'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ , READ ONLY',
  "SET STATEMENT max_statement_time = 1 , lc_time_names = ' FOR SELECT 1",
  'SET autocommit = 1',
  'CALL p ( )',
  'SELECT 1 ; SELECT 2',
]

const statement = fc.constantFrom(...STATEMENTS).map((text) => text.split(' '))
const gap = fc.constantFrom(
  ' ',
  '\n',
  '\t',
  '\r\n',
  '\v',
  '\f',
  '/**/',
  "/* it's */",
  '/* " ( ; */',
  " -- it's\n",
  ' --\n',
  '# `\n',
  '/*\n*/',
)
const gaps = fc.array(gap, { minLength: 60, maxLength: 60 })
/** Text without backslashes, which is the same in every mode. */
const string = fc
  .string({ unit: fc.constantFrom(...Array.from(`abc ;'"\`/*#-@()[]$:=\0\u00A0ж`)) })
  .map((text) => `'${text.replaceAll("'", "''")}'`)
const strings = fc.array(string, { minLength: 4, maxLength: 4 })

function written(tokens: readonly string[], between: (at: number) => string, literal: (at: number) => string): string {
  return tokens.map((token, at) => (at === 0 ? '' : between(at)) + (token === "'" ? literal(at) : token)).join('')
}

const plainly = (tokens: readonly string[]): string =>
  written(
    tokens,
    () => ' ',
    () => "'x'",
  )

describe('the kind of a statement', () => {
  it('does not change with white space and comments between its tokens', () => {
    fc.assert(
      fc.property(statement, gaps, (tokens, between) => {
        const text = written(
          tokens,
          (at) => between[at] ?? ' ',
          () => "'x'",
        )
        expect(statementKind(text)).toEqual(statementKind(plainly(tokens)))
      }),
    )
  })

  it('does not change with upper and lower case', () => {
    fc.assert(
      fc.property(statement, fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }), (tokens, upper) => {
        const text = plainly(tokens)
        const mixed = Array.from(text, (letter, at) =>
          upper[at] === true ? letter.toUpperCase() : letter.toLowerCase(),
        )
        expect(statementKind(mixed.join(''))).toEqual(statementKind(text))
      }),
    )
  })

  it('does not change with what its strings hold', () => {
    fc.assert(
      fc.property(statement, strings, (tokens, contents) => {
        const text = written(
          tokens,
          () => ' ',
          (at) => contents[at % 4] ?? "''",
        )
        expect(statementKind(text)).toEqual(statementKind(plainly(tokens)))
      }),
    )
  })

  it('is known to be a read only where it is one in every mode', () => {
    const piece = fc.constantFrom("'", '"', '\\', 'f(1)', 'a', ',', ' ', "''", '""')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const sql = `SELECT ${pieces.join('')}`
        const known = [true, false].flatMap((ansiQuotes) =>
          [true, false].map((noBackslashEscapes) => statementKind(sql, { ansiQuotes, noBackslashEscapes })),
        )
        const read = known.every(({ kind }) => kind === 'read')
        expect(statementKind(sql).kind).toBe(read ? 'read' : 'write')
        expect(statementKind(sql).mayTaint).toBe(known.some(({ mayTaint }) => mayTaint))
      }),
      { numRuns: 2000 },
    )
  })

  it('of a statement cut off anywhere is told, and is no more a read than all of it', () => {
    const write = fc.constantFrom("SELECT 'a\\'b', f(1)", 'SELECT * FROM t /* x */ FOR UPDATE', 'SELECT `a` INTO @b')
    fc.assert(
      fc.property(
        write,
        fc.nat(40),
        fc.constantFrom("'", '"', '`', '/*', '\0', '[', '/*!', '\u00A0', '$'),
        (sql, at, odd) => {
          const cut = `${sql.slice(0, at)} ${odd} ${sql.slice(at)}`
          expect(statementKind(cut).kind).toBe('write')
        },
      ),
    )
  })
})
