import { classify, type Flags } from './classify.js'
import { type Escapes, Token } from './lexer.js'
import { Noticed, Reading } from './reading.js'
import { StatementCache } from './statement-cache.js'

/** The kind of a statement: what the statement does, as far as its text tells. Flags that do not apply are absent. */
export interface StatementKind {
  /**
   * `read`: certainly changes nothing, not even in the session, so that the statement may run twice. `begin`, `commit` and
   * `rollback` begin or end a transaction (`ROLLBACK TO SAVEPOINT` does not). `write`: everything else.
   */
  readonly kind: 'read' | 'write' | 'begin' | 'commit' | 'rollback'
  /**
   * Whether the statement may leave state in the session that the server's session tracking does not report: locks, user
   * variables set in an expression, anything a routine does.
   */
  readonly mayTaint: boolean
  /** SET TRANSACTION without SESSION or GLOBAL, which holds for the next transaction only. */
  readonly forNextTransaction?: boolean
  /**
   * Commits an open transaction before the statement's own work: DDL, TRUNCATE, ANALYZE, LOCK TABLES, FLUSH, a BEGIN inside a
   * transaction, …
   */
  readonly commitsFirst?: boolean
  /** COMMIT or ROLLBACK … AND CHAIN: the next transaction begins at once. */
  readonly chain?: boolean
  /** COMMIT or ROLLBACK … RELEASE: the server ends the session afterwards. */
  readonly release?: boolean
  /**
   * The traces that the statement reads from its session; absent where none.
   * - `statement`: counts of the statement just before (ROW_COUNT(), SHOW PROFILE).
   * - `warnings`: warnings of the statement just before or an earlier one (SHOW WARNINGS/ERRORS/COUNT(*), GET DIAGNOSTICS,
   *   @@warning_count, @@error_count).
   * - `rows`: FOUND_ROWS().
   * - `id`: LAST_INSERT_ID() without argument, @@identity, @@last_insert_id.
   * - `gtid`: the number of the last written transaction, @@last_gtid.
   * - `connection`: CONNECTION_ID(), @@pseudo_thread_id.
   */
  readonly asks?: Asks
  /**
   * The statement may read any of these traces: its text does not show what it runs (CALL, EXECUTE, a stored function), or it
   * returns all variables (SHOW VARIABLES).
   */
  readonly mayAsk?: boolean
  /** SELECT SQL_CALC_FOUND_ROWS: a borrower may read FOUND_ROWS() long afterwards. */
  readonly countsRows?: boolean
  /** LOAD DATA LOCAL or LOAD XML LOCAL. The input is not in the text, so the statement is never sent twice. */
  readonly localFile?: boolean
  /** KILL of a connection by its number, which is valid on one host only. */
  readonly kills?: boolean
  /** More than one statement: some may be done when a later one is refused. */
  readonly several?: boolean
}

export interface Asks {
  readonly statement?: true
  readonly warnings?: true
  readonly rows?: true
  readonly id?: true
  readonly gtid?: true
  readonly connection?: true
}

/** The parts of `sql_mode` that change the meaning of quotes and backslashes; undefined where unknown. */
export interface QuotingMode {
  readonly ansiQuotes?: boolean | undefined
  readonly noBackslashEscapes?: boolean | undefined
}

const ALL_ESCAPE: Escapes = { inSingleQuotes: true, inDoubleQuotes: true }
const SINGLE_ESCAPE: Escapes = { inSingleQuotes: true, inDoubleQuotes: false }
const NONE_ESCAPES: Escapes = { inSingleQuotes: false, inDoubleQuotes: false }
const UNKNOWN: QuotingMode = {}

/**
 * The kind of a statement, in doubt on the safe side: a statement that is not certainly a read is a write, and one that is not
 * known to leave the session alone may taint it. Where the mode is unknown, the text is read in every way that a server may
 * read it.
 */
export function statementKind(sql: string, mode: QuotingMode = UNKNOWN): StatementKind {
  return kindUnder(sql, mode).kind
}

const recent = { kinds: undefined as StatementKinds | undefined }

/**
 * The kind of a statement in whatever mode the server reads it. The kind is remembered. For adapters, which have no pool to
 * ask.
 */
export function recentKind(sql: string): StatementKind {
  return (recent.kinds ??= new StatementKinds()).of(sql)
}

/** True for a statement that certainly changes nothing, not even for the session, in whatever mode the server reads it. */
export function isCertainlyRead(sql: string): boolean {
  return recentKind(sql).kind === 'read'
}

interface KindUnderMode {
  readonly kind: StatementKind
  readonly dependsOnMode: boolean
}

function kindUnder(sql: string, mode: QuotingMode): KindUnderMode {
  const [first, ...others] = escapesUnder(mode)
  const reading = new Reading(sql, first)
  let kind = kindOf(reading)
  const dependsOnMode = reading.lexer.backslashInSingleQuotes || reading.lexer.backslashInDoubleQuotes
  if (dependsOnMode) for (const escapes of others) kind = merged(kind, kindOf(new Reading(sql, escapes)))
  return { kind, dependsOnMode }
}

/** Every way in which a server may read backslashes. */
export function escapesUnder({ ansiQuotes, noBackslashEscapes }: QuotingMode): readonly [Escapes, ...Escapes[]] {
  if (noBackslashEscapes === true) return [NONE_ESCAPES]
  const others = noBackslashEscapes === undefined ? [NONE_ESCAPES] : []
  if (ansiQuotes === undefined) return [ALL_ESCAPE, SINGLE_ESCAPE, ...others]
  return [ansiQuotes ? SINGLE_ESCAPE : ALL_ESCAPE, ...others]
}

function kindOf(reading: Reading): StatementKind {
  const flags = classify(reading)
  const isOdd = reading.token === Token.odd || reading.isOpaque
  const noticed = isOdd ? noticedInOddText(reading.lexer.text) : reading.noticed
  const relevant = noticed & (flags.mayTaint ? WITH_CALLS : ASKS | Noticed.countsRows | Noticed.mayAsk)
  return relevant === 0 ? flags : withAsks(flags, relevant)
}

const ASKS =
  Noticed.asksStatement |
  Noticed.asksWarnings |
  Noticed.asksRows |
  Noticed.asksId |
  Noticed.asksGtid |
  Noticed.asksConnection
/** Includes calls. DDL has none: there a name before a parenthesis is followed by columns. */
const WITH_CALLS = ASKS | Noticed.countsRows | Noticed.mayAsk | Noticed.call

function withAsks(flags: Flags, noticed: number): StatementKind {
  const asks = {
    ...((noticed & Noticed.asksStatement) !== 0 && { statement: true as const }),
    ...((noticed & Noticed.asksRows) !== 0 && { rows: true as const }),
    ...((noticed & Noticed.asksId) !== 0 && { id: true as const }),
    ...((noticed & Noticed.asksWarnings) !== 0 && { warnings: true as const }),
    ...((noticed & Noticed.asksGtid) !== 0 && { gtid: true as const }),
    ...((noticed & Noticed.asksConnection) !== 0 && { connection: true as const }),
  }
  const countsRows = (noticed & Noticed.countsRows) !== 0
  const mayAsk = (noticed & (Noticed.mayAsk | Noticed.call)) !== 0
  return {
    ...flags,
    ...((noticed & ASKS) !== 0 && { asks }),
    ...(mayAsk && { mayAsk }),
    ...(countsRows && { countsRows }),
  }
}

/** The traces that an odd text may read. Tokens cannot be trusted there, so a word counts wherever it stands. */
function noticedInOddText(text: string): number {
  let noticed: number = Noticed.mayAsk
  for (const [pattern, bit] of ODD_WORDS) if (pattern.test(text)) noticed |= bit
  return noticed
}

const ODD_WORDS: readonly (readonly [RegExp, number])[] = [
  [/row_count|profile/i, Noticed.asksStatement],
  [/warning|error|diagnostics/i, Noticed.asksWarnings],
  [/found_rows/i, Noticed.asksRows],
  [/last_insert_id|identity|lastval|currval|previous/i, Noticed.asksId],
  [/gtid/i, Noticed.asksGtid],
  [/connection_id|thread_id/i, Noticed.asksConnection],
  [/sql_calc_found_rows/i, Noticed.countsRows],
]

/**
 * The kind that holds where either of two may be true. The result is a read, or begins or ends a transaction, only where both
 * agree.
 */
function merged(one: StatementKind, other: StatementKind): StatementKind {
  if (one === other) return one
  const flags = { ...one, ...other }
  const asks = { ...one.asks, ...other.asks }
  const mayTaint = one.mayTaint || other.mayTaint
  const merged = { ...flags, mayTaint, ...(Object.keys(asks).length > 0 && { asks }) }
  if (one.kind === other.kind) return merged
  const readOrWrite = isReadOrWrite(one) && isReadOrWrite(other)
  return readOrWrite ? { ...merged, kind: 'write' } : { ...merged, kind: 'write', mayTaint: true, commitsFirst: true }
}

function isReadOrWrite({ kind }: StatementKind): boolean {
  return kind === 'read' || kind === 'write'
}

/** The kinds of the statements seen last. */
export class StatementKinds {
  readonly #limit: number
  readonly #known: StatementCache<StatementKind>
  /** The kinds of texts with a backslash in quotes: one cache for each mode, by the number of the mode. */
  readonly #knownByMode: (StatementCache<StatementKind> | undefined)[] = []

  constructor(limit = 1000) {
    this.#limit = limit
    this.#known = new StatementCache(limit)
  }

  of(sql: string, mode: QuotingMode = UNKNOWN): StatementKind {
    return this.#known.get(sql) ?? this.#knownByMode[numberOf(mode)]?.get(sql) ?? this.#classified(sql, mode)
  }

  #classified(sql: string, mode: QuotingMode): StatementKind {
    const { kind, dependsOnMode } = kindUnder(sql, mode)
    if (dependsOnMode) (this.#knownByMode[numberOf(mode)] ??= new StatementCache(this.#limit)).set(sql, kind)
    else this.#known.set(sql, kind)
    return kind
  }
}

function numberOf({ ansiQuotes, noBackslashEscapes }: QuotingMode): number {
  return 3 * digitOf(ansiQuotes) + digitOf(noBackslashEscapes)
}

function digitOf(known: boolean | undefined): number {
  if (known === undefined) return 0
  return known ? 1 : 2
}
