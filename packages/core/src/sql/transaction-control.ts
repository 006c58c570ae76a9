import { Mark, Token } from './lexer.js'
import { Reading } from './reading.js'
import { escapesUnder, recentKind, type StatementKind } from './statement-kind.js'
import { readBegin } from './transaction-statements.js'

/** What a statement does to transactions; see {@link transactionControl}. */
export type TransactionControl = 'begin' | 'commit' | 'rollback' | 'next'

/**
 * What a statement does to transactions, as its text tells, in whatever mode the server reads it.
 *
 * - `begin`: a transaction begins: BEGIN, START TRANSACTION, and COMMIT or ROLLBACK … AND CHAIN, also as one of several
 *   statements of a text; and what may be one of these in a text that cannot be read for certain.
 * - `commit`, `rollback`: the transaction ends so, and no other begins. ROLLBACK TO SAVEPOINT ends none.
 * - `next`: SET TRANSACTION, which is about the next transaction alone.
 *
 * `undefined` for all else, SET autocommit and statements that commit implicitly among them.
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

/** More than one statement, a block of statements, or a text that cannot be read. */
function hasParts({ commitsFirst, mayTaint }: StatementKind): boolean {
  return commitsFirst === true && mayTaint
}

/** Whether a transaction begins in any statement of a text: what the words say that come one after another. */
function beginsWithin(reading: Reading): boolean {
  let before: string | undefined = ';'
  reading.advance()
  while (!reading.is(Token.end)) {
    if (reading.is(Token.odd)) return ODD_BEGINNING.test(reading.lexer.text)
    const { text } = reading
    if (before === ';' && text === 'begin') {
      // Otherwise it is a block, with statements of its own.
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

/** Where tokens cannot be trusted, a word counts wherever it is. */
const ODD_BEGINNING = /\bbegin\b|\b(?:start|set)\b[^;]*\btransaction\b|\bchain\b/i
