import { isPure } from './pure-functions.js'
import { RecentTexts } from './recent-texts.js'

/** What a statement does, as far as its text tells. Flags that do not apply are absent. */
export interface StatementKind {
  /**
   * `read`: certainly changes nothing, not even for the session, so that it may run twice. `begin`, `commit` and `rollback`
   * border transactions (`ROLLBACK TO SAVEPOINT` does not). `write`: everything else.
   */
  readonly kind: 'read' | 'write' | 'begin' | 'commit' | 'rollback'
  /** Whether it may leave something in the session that the server's session tracking does not report (locks, user variables set in an expression, anything a routine does). */
  readonly mayTaint: boolean
  /** SET TRANSACTION without SESSION or GLOBAL: it holds for the next transaction only. */
  readonly forNextTransaction?: boolean
  /** Commits the transaction that is open when it runs, before it does its own work: DDL, TRUNCATE, ANALYZE, LOCK TABLES, FLUSH, a BEGIN inside a transaction, … */
  readonly commitsFirst?: boolean
  /** COMMIT or ROLLBACK … AND CHAIN: the next transaction begins at once. */
  readonly chain?: boolean
  /** COMMIT or ROLLBACK … RELEASE: the server ends the session afterwards. */
  readonly release?: boolean
  /** What it asks of the connection about statements before it, absent when nothing: `statement` = the one just before (ROW_COUNT(), SHOW WARNINGS/ERRORS/COUNT(*), GET DIAGNOSTICS, @@warning_count, @@error_count); `rows` = FOUND_ROWS(); `id` = LAST_INSERT_ID() without argument, @@identity, @@last_insert_id; `connection` = CONNECTION_ID(), @@pseudo_thread_id. */
  readonly asks?: { readonly statement?: true; readonly rows?: true; readonly id?: true; readonly connection?: true }
  /** SELECT SQL_CALC_FOUND_ROWS: what FOUND_ROWS() answers is kept for long. */
  readonly countsRows?: boolean
  /** LOAD DATA LOCAL or LOAD XML LOCAL: its input is not in its text, so it is never sent twice. */
  readonly localFile?: boolean
  /** More than one statement: some may be done when one is refused. */
  readonly several?: boolean
}

const READ: StatementKind = { kind: 'read', mayTaint: false }
const TAINTING_READ: StatementKind = { kind: 'write', mayTaint: true }
const WRITE: StatementKind = { kind: 'write', mayTaint: false }
const TAINTING_WRITE: StatementKind = { kind: 'write', mayTaint: true }
const FOR_NEXT_TRANSACTION: StatementKind = { kind: 'write', mayTaint: false, forNextTransaction: true }
const BEGIN: StatementKind = { kind: 'begin', mayTaint: false }
const COMMIT: StatementKind = { kind: 'commit', mayTaint: false }
const ROLLBACK: StatementKind = { kind: 'rollback', mayTaint: false }

/** Strings, quoted names and comments; what is left is keywords, names and operators. */
const NOISE = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|\/\*[\s\S]*?\*\/|--(?=\s|$)[^\n]*|#[^\n]*/g
/** MariaDB's `SET STATEMENT variable = value FOR …`: the variables are back when the statement ends. */
const FOR_ONE_STATEMENT = /^\s*set\s+statement\s+(?:\w+\s*=\s*[\w.+-]*\s*,?\s*)+for\s+/
const FIRST_WORD = /^[\s(]*([a-z]+)/
const CALLS = /([\w$.`]+)\s*\(/g
/** Clauses that lock or write. */
const NOT_A_READ = /\binto\b|\bfor\s+(?:update|share)\b|\block\s+in\s+share\b|\banalyze\b|\b(?:next|previous)\s+value\b/
/** Clauses that leave something in the session. */
const TAINTING_CLAUSE = /:=|\binto\s+@|\bprocedure\b/
/** Session state that is not in the answer's flags: locks, and whatever a procedure or a block does. */
const TAINTING_WORD = /^(?:call|lock|unlock|handler|flush|do|execute|prepare|xa)$/
const LOCKING_CALL = /\b(?:get_lock|release_lock|release_all_locks)\s*\(|@\w+\s*:=/

/**
 * Tells what a statement does. It errs on the safe side: what is not certainly a read is a write. The text is all there is to
 * go by, so a server whose `sql_mode` gives quotes or backslashes another meaning (ANSI_QUOTES, NO_BACKSLASH_ESCAPES) is met
 * by taking any text with a backslash before a quote for a write.
 */
export function statementKind(sql: string): StatementKind {
  const executableComment = /\/\*!|\/\*M!/i.test(sql)
  const text = sql.replace(NOISE, blank).toLowerCase().replace(FOR_ONE_STATEMENT, '')
  // Of several statements some may have been done when one is refused.
  if (/;\s*[^\s;]/.test(text)) return TAINTING_WRITE
  const word = FIRST_WORD.exec(text)?.[1] ?? ''
  switch (word) {
    case 'select':
    case 'with':
    case 'table':
    case 'values':
      return executableComment || /\\['"]/.test(sql) ? TAINTING_READ : readOrNot(text)
    case 'show':
    case 'describe':
    case 'desc':
    case 'explain':
      return executableComment || NOT_A_READ.test(text) ? WRITE : READ
    case 'start':
      return /^\s*start\s+transaction\b/.test(text) ? BEGIN : WRITE
    case 'begin':
      return /^\s*begin(?:\s+work)?\s*;?\s*$/.test(text) ? BEGIN : TAINTING_WRITE
    case 'commit':
      return COMMIT
    case 'set':
      return /^\s*set\s+transaction\b/.test(text) ? FOR_NEXT_TRANSACTION : TAINTING_WRITE
    case 'rollback':
      return /^\s*rollback(?:\s+work)?\s+to\b/.test(text) ? WRITE : ROLLBACK
    default:
      return executableComment || TAINTING_WORD.test(word) || LOCKING_CALL.test(text) ? TAINTING_WRITE : WRITE
  }
}

/** Keeps words apart where something was taken out; a quoted name stays a name, so that calling it is noticed. */
function blank(noise: string): string {
  return noise.startsWith('`') ? '`' : ' '
}

function readOrNot(text: string): StatementKind {
  if (TAINTING_CLAUSE.test(text)) return TAINTING_READ
  for (const [, name] of text.matchAll(CALLS)) {
    if (name !== undefined && !isPure(name)) return TAINTING_READ
  }
  // DML behind a WITH is no read either.
  return NOT_A_READ.test(text) || /\b(?:insert|update|delete)\s+(?!\()/.test(text) ? WRITE : READ
}
/** The kinds of the statements seen last. */
export class StatementKinds {
  readonly #known: RecentTexts<StatementKind>

  constructor(limit = 1000) {
    this.#known = new RecentTexts(limit)
  }

  of(sql: string): StatementKind {
    let kind = this.#known.get(sql)
    if (kind === undefined) {
      kind = statementKind(sql)
      this.#known.set(sql, kind)
    }
    return kind
  }
}
