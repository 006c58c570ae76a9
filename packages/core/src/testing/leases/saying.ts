/** The meaning of a statement, as the servers of the model know it. The pool knows the text alone. */
export interface Meaning {
  readonly sql: (mark: number) => string
  /** Whether the statement changes nothing, not even its session: it may run twice. */
  readonly reads?: true
  /**
   * Whether the statement begins or ends a transaction, or sets up the next one: in a session without changes it may run twice.
   */
  readonly border?: 'begin' | 'commit' | 'rollback' | 'next'
  readonly chain?: true
  readonly release?: true
  /** The number of marks that the statement leaves. */
  readonly effects?: 1 | 2
  /** Whether the statement commits the open work before its own. */
  readonly commitsFirst?: true
  /** Whether the answer has rows, which come without a report of changes of the session. */
  readonly rows?: true
  /** Whether the statement asks for the state of the session. */
  readonly asks?: true
}

const SERIALIZABLE = 'ISOLATION LEVEL SERIALIZABLE'

/** The language of the model: a few real texts for each kind of effect on the server or on the session. */
const language = {
  read: { sql: (mark) => `SELECT m, n FROM marks WHERE m < ${mark} LIMIT ${mark % 4}`, reads: true, rows: true },
  'read all': { sql: (mark) => `SELECT m, n FROM marks WHERE m < ${mark} LIMIT 40`, reads: true, rows: true },
  'read own': { sql: (mark) => `SELECT n FROM marks WHERE m = ${mark}`, reads: true, rows: true },

  insert: { sql: (mark) => `INSERT INTO marks (m) VALUES (${mark})`, effects: 1 },
  'insert with id': { sql: (mark) => `INSERT INTO marks (m, parent) VALUES (${mark}, LAST_INSERT_ID())`, effects: 1 },
  'insert nothing': { sql: () => 'INSERT IGNORE INTO marks (m) VALUES (0)' },
  'insert returning': { sql: (mark) => `INSERT INTO marks (m) VALUES (${mark}) RETURNING id`, effects: 1, rows: true },
  update: { sql: (mark) => `UPDATE counters SET n = n + 1 WHERE m = ${mark}`, effects: 1 },
  call: { sql: (mark) => `CALL write_mark(${mark})`, effects: 1 },
  'call committing': { sql: (mark) => `CALL write_commit_write(${mark})`, effects: 2, commitsFirst: true },
  function: { sql: (mark) => `SELECT write_and_count(${mark})`, effects: 1, rows: true },
  'load file': { sql: (mark) => `LOAD DATA LOCAL INFILE 'marks.csv' INTO TABLE marks SET m = ${mark}`, effects: 1 },
  wrong: { sql: () => 'SELEKT nothing' },

  'create table': { sql: (mark) => `CREATE TABLE made_${mark} (id INT)`, effects: 1, commitsFirst: true },
  truncate: { sql: (mark) => `TRUNCATE TABLE scratch_${mark}`, effects: 1, commitsFirst: true },
  analyze: { sql: () => 'ANALYZE TABLE marks', commitsFirst: true, rows: true },
  'lock tables': { sql: () => 'LOCK TABLES marks WRITE, counters WRITE', commitsFirst: true },
  'unlock tables': { sql: () => 'UNLOCK TABLES' },

  'set variable': { sql: (mark) => `SET @v = ${mark}` },
  'select variable': { sql: (mark) => `SELECT @v := ${mark}`, rows: true },
  'get lock': { sql: (mark) => `SELECT GET_LOCK('lock_${mark}', 0)`, rows: true },
  'set zone': { sql: () => "SET time_zone = '+05:00'" },
  'set mode': { sql: () => "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'" },
  'set isolation': { sql: () => `SET SESSION TRANSACTION ${SERIALIZABLE}` },
  'set names': { sql: () => 'SET NAMES latin1' },
  'set sync wait': { sql: () => 'SET SESSION wsrep_sync_wait = 1' },
  'autocommit off': { sql: () => 'SET autocommit = 0' },
  'autocommit on': { sql: () => 'SET autocommit = 1', commitsFirst: true },
  'use other': { sql: () => 'USE other' },
  'use own': { sql: () => 'USE app' },
  'create temporary': { sql: () => 'CREATE TEMPORARY TABLE held (id INT)' },

  begin: { sql: () => 'BEGIN', border: 'begin', commitsFirst: true },
  start: { sql: () => 'START TRANSACTION', border: 'begin', commitsFirst: true },
  commit: { sql: () => 'COMMIT', border: 'commit' },
  'commit and chain': { sql: () => 'COMMIT AND CHAIN', border: 'commit', chain: true },
  'commit release': { sql: () => 'COMMIT RELEASE', border: 'commit', release: true },
  rollback: { sql: () => 'ROLLBACK', border: 'rollback' },
  'rollback and chain': { sql: () => 'ROLLBACK AND CHAIN', border: 'rollback', chain: true },
  'rollback release': { sql: () => 'ROLLBACK RELEASE', border: 'rollback', release: true },
  savepoint: { sql: () => 'SAVEPOINT here' },
  'rollback to': { sql: () => 'ROLLBACK TO SAVEPOINT here' },
  'set transaction': { sql: () => `SET TRANSACTION ${SERIALIZABLE}`, border: 'next' },

  'ask database': { sql: () => 'SELECT DATABASE() AS v', reads: true, rows: true, asks: true },
  'ask variable': { sql: () => 'SELECT @v AS v', reads: true, rows: true, asks: true },
  'ask id': { sql: () => 'SELECT LAST_INSERT_ID() AS v', reads: true, rows: true, asks: true },
  'ask row count': { sql: () => 'SELECT ROW_COUNT() AS v', reads: true, rows: true, asks: true },
  'ask id and row count': {
    sql: () => 'SELECT ROW_COUNT() AS v, LAST_INSERT_ID() AS id',
    reads: true,
    rows: true,
    asks: true,
  },
  'ask found rows': { sql: () => 'SELECT FOUND_ROWS() AS v', reads: true, rows: true, asks: true },
  'ask warnings': { sql: () => 'SELECT @@warning_count AS v', reads: true, rows: true, asks: true },
  'ask user': { sql: () => 'SELECT CURRENT_USER() AS v', reads: true, rows: true, asks: true },
  'ask autocommit': { sql: () => 'SELECT @@autocommit AS v', reads: true, rows: true, asks: true },
  'ask zone': { sql: () => 'SELECT @@time_zone AS v', reads: true, rows: true, asks: true },
  'ask mode': { sql: () => 'SELECT @@sql_mode AS v', reads: true, rows: true, asks: true },
  'ask isolation': { sql: () => 'SELECT @@transaction_isolation AS v', reads: true, rows: true, asks: true },
  'ask temporary': { sql: () => 'SELECT COUNT(*) AS v FROM held', reads: true, rows: true, asks: true },
  'execute id': { sql: () => "EXECUTE IMMEDIATE 'SELECT LAST_INSERT_ID() AS v'", rows: true, asks: true },
  'execute row count': { sql: () => "EXECUTE IMMEDIATE 'SELECT ROW_COUNT() AS v'", rows: true, asks: true },
  'ask connection': { sql: () => 'SELECT CONNECTION_ID() AS v', reads: true, rows: true, asks: true },

  /** Several of the other statements in one text. */
  several: { sql: () => '' },
} as const satisfies Readonly<Record<string, Meaning>>

export type Saying = keyof typeof language

export const sayings = Object.keys(language) as readonly Saying[]

export function meaningOf(saying: Saying): Meaning {
  return language[saying]
}

/** Statements that name no table: they leave the warnings of the statement before. */
export const WITHOUT_TABLE: ReadonlySet<Saying> = new Set(
  sayings.filter(
    (saying) =>
      meaningOf(saying).border !== undefined ||
      (meaningOf(saying).asks === true && saying !== 'ask temporary') ||
      /^(?:set |select |get |use |autocommit |unlock |savepoint|rollback )/.test(saying),
  ),
)

/** One statement: plain data. */
export interface Statement {
  readonly say: Saying
  /** The parts of `several`. */
  readonly parts?: readonly Saying[]
}

/** The parts of a statement, in their order. */
export function partsOf({ say, parts }: Statement): readonly Saying[] {
  return say === 'several' ? (parts ?? []) : [say]
}

/** The numbers of marks for one statement: enough for all of its parts. */
export const MARKS_EACH = 8

/** The marks that the part with this index leaves. */
export function marksOf(first: number, index: number, saying: Saying): readonly number[] {
  const mark = first + index * 2
  const { effects } = meaningOf(saying)
  if (effects === undefined) return []
  return effects === 2 ? [mark, mark + 1] : [mark]
}

/**
 * The text of a statement, with its number in a comment. The servers of the model know a statement by its number, and read no
 * SQL.
 */
export function textOf(statement: Statement, number: number, own: number | undefined): string {
  const first = number * MARKS_EACH
  const texts = partsOf(statement).map((saying, index) =>
    meaningOf(saying).sql(saying === 'read own' ? (own ?? 0) : first + index * 2),
  )
  return `${texts.join('; ')} /*#${number}*/`
}

export function numberIn(sql: string): number | undefined {
  if (!sql.endsWith('*/')) return undefined
  const found = /\/\*#(\d+)\*\/$/.exec(sql)?.[1]
  return found === undefined ? undefined : Number(found)
}
