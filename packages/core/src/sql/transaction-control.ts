import { Mark, Token } from './lexer.js'
import { Reading } from './reading.js'
import { escapesUnder, recentKind, type StatementKind } from './statement-kind.js'
import { readBegin } from './transaction-statements.js'

/** The effect of a statement on transactions; see {@link transactionControl}. */
export type TransactionControl = 'begin' | 'commit' | 'rollback' | 'next'

/**
 * The effect of a statement on transactions, as its text tells, in whatever mode the server reads it.
 *
 * - `begin`: a transaction begins: BEGIN, START TRANSACTION, and COMMIT or ROLLBACK … AND CHAIN, also as one of several
 *   statements of a text; and any of these that may be in a text that cannot be read for certain.
 * - `commit`, `rollback`: the transaction ends in this way, and no other begins. ROLLBACK TO SAVEPOINT ends none.
 * - `next`: SET TRANSACTION, which concerns the next transaction alone.
 *
 * `undefined` for everything else, SET autocommit and statements that commit implicitly among them.
 */
export function transactionControl(sql: string): TransactionControl | undefined {
  const kind = recentKind(sql)
  if (kind.chain === true) return 'begin'
  if (kind.kind === 'begin' || kind.kind === 'commit' || kind.kind === 'rollback') return kind.kind
  if (kind.forNextTransaction === true) return 'next'
  return hasParts(kind) && escapesUnder({}).some((escapes) => beginsWithin(new Reading(sql, escapes)))
    ? 'begin'
    : undefined
}

/** Whether a text is more than one statement, a block of statements, or unreadable. */
function hasParts({ commitsFirst, mayTaint }: StatementKind): boolean {
  return commitsFirst === true && mayTaint
}

/** Whether a transaction begins in any statement of a text, judged by pairs of neighbouring words. */
function beginsWithin(reading: Reading): boolean {
  let before: string | undefined = ';'
  reading.advance()
  while (!reading.is(Token.end)) {
    if (reading.is(Token.odd)) return ODD_BEGINNING.test(reading.lexer.text)
    const { text } = reading
    if (before === ';' && text === 'begin') {
      // Otherwise this BEGIN opens a block, with statements of its own.
      if (readBegin(reading) !== undefined) return true
      before = undefined
    } else {
      if (text === 'transaction' && (before === 'start' || before === 'set')) return true
      if (text === 'chain' && before === 'and') return true
      before = reading.is(Mark.semicolon) ? ';' : text
      reading.advance()
    }
  }
  return false
}

/** In an odd text tokens cannot be trusted, so a word counts wherever it stands. */
const ODD_BEGINNING = /\bbegin\b|\b(?:start|set)\b[^;]*\btransaction\b|\bchain\b/i
