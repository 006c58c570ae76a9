import { type Arrival, type Borrowing, isRollback, type Said } from './borrowing.js'
import type { Books } from './books.js'
import type { Owner } from './decodings.js'
import type { StatementBook } from './wire.js'
import type { Fate, LifeOptions, Putting } from './operation.js'
import { meaningOf, numberIn, partsOf } from './saying.js'
import { type ServerSession, whatIsLeft } from './server-session.js'

/** Errors that prove that nothing of a statement has stayed. */
const PROOF: ReadonlySet<Arrival['answer']> = new Set([1047, 1205, 1213, 1290])

/** Checks every statement at the moment that it is put on the wire: its borrower, the session, and the number of times. */
export class Arrivals implements StatementBook {
  readonly #options: LifeOptions
  readonly #books: Books

  constructor(options: LifeOptions, books: Books) {
    this.#options = options
    this.#books = books
  }

  sent(session: ServerSession, sql: string, owner: Owner | undefined): Said | undefined {
    const number = numberIn(sql)
    if (number === undefined)
      return owner === undefined ? this.#sentByPool(session, sql) : this.#sentUntagged(session, sql, owner)
    const said = this.#books.find(number)
    if (said.text !== sql) this.#broken('a statement travels as it was said', `${sql} in place of ${said.text}`)
    this.#arrive(session, said)
    return said
  }

  changesUser(session: ServerSession): void {
    const holder = this.#books.holderOf(session) ?? session.last
    const wanted = ({ change, outcome }: Said): boolean => change !== undefined && outcome === undefined
    const asked = holder?.history.find(wanted) ?? this.#books.findOfReleased(wanted)
    if (asked === undefined)
      this.#broken('nothing is sent that no borrower asked for', `a change of the user in #${session.id}`)
    else this.#enter(session, asked.borrowing, 'a change of the user')
  }

  takesId({ id, values }: ServerSession, { borrowing, text }: Said): void {
    const { lastId, lastIdOf } = values
    if (lastId !== 0 && lastIdOf !== borrowing)
      this.#broken(
        "no borrower is given another's id",
        `${text} of ${borrowing.number} in #${id}: of ${lastIdOf?.number}`,
      )
  }

  fateOf({ putting, arrivals }: Said): Fate | undefined {
    return putting?.fates?.[arrivals.length - 1]
  }

  /** A statement of the pool itself. The pool cleans and sets up sessions, and begins and ends no transaction of a borrower. */
  #sentByPool(session: ServerSession, sql: string): undefined {
    const holder = this.#books.holderOf(session)
    if (/^(?:START|BEGIN|COMMIT)/.test(sql) || (sql === 'ROLLBACK' && holder !== undefined))
      this.#broken(
        'nothing is sent that no borrower asked for',
        `${sql} in #${session.id} of borrower ${holder?.number}`,
      )
    return undefined
  }

  /** A statement without a number: a method of a lease sends it, or a callback's transaction, at its beginning or end. */
  #sentUntagged(session: ServerSession, sql: string, owner: Owner): Said | undefined {
    const begins = sql.startsWith('START TRANSACTION') || sql.startsWith('SET TRANSACTION')
    if (begins && owner.current.entered) owner.again()
    const borrowing = owner.current
    if (sql.startsWith('SET TRANSACTION')) {
      this.#enter(session, borrowing, sql)
      return undefined
    }
    if (borrowing.kind === 'attempt') {
      const said = frame(borrowing, begins ? 'start' : sql === 'COMMIT' ? 'commit' : 'rollback')
      this.#arrive(session, said)
      return said
    }
    const asked = borrowing.history.find((said) => isAskedFor(said, sql))
    if (asked === undefined)
      this.#broken('nothing is sent that no borrower asked for', `${sql} of borrower ${borrowing.number}`)
    else this.#arrive(session, asked)
    return asked
  }

  #arrive(session: ServerSession, said: Said): void {
    this.#enter(session, said.borrowing, said.text)
    this.#checkOnce(said)
    this.#checkGone(said)
    said.arrivals.push({
      session,
      inTransaction: session.values.transaction !== undefined,
      isolation: undefined,
      answer: undefined,
    })
  }

  /** Called when a borrower sends a command in a session, which must be clean and in no other borrower's hands. */
  #enter(session: ServerSession, borrowing: Borrowing, text: string): void {
    const { last, id } = session
    if (last !== borrowing) {
      const left = whatIsLeft(session, this.#options)
      if (left !== undefined)
        this.#broken(
          'a borrower finds a clean session',
          `${text} of borrower ${borrowing.number} in #${id} after borrower ${last?.number}: ${left}`,
        )
    }
    session.last = borrowing
    const holder = this.#books.holderOf(session)
    if (holder !== undefined && holder !== borrowing)
      this.#broken(
        "nothing is sent on another borrower's connection",
        `${text} of ${borrowing.number} in #${id} of ${holder.number}`,
      )
  }

  #checkOnce({ putting, arrivals, text }: Said): void {
    if (arrivals.length === 0 || putting === undefined) return
    const parts = partsOf(putting.statement)
    const meanings = parts.map(meaningOf)
    if (meanings.every(({ reads, border }) => reads === true || border !== undefined) && parts.length === 1) {
      if (meanings.every(({ reads }) => reads === true)) this.#checkRepetition(putting, arrivals, text)
      return
    }
    const proven = parts.length === 1 && parts[0] !== 'call committing'
    const unproven = arrivals.find(({ answer }) => !proven || !PROOF.has(answer))
    if (unproven !== undefined)
      this.#broken(
        'what is not certainly a read is sent once',
        `${text} again after ${unproven.answer === undefined ? 'no answer' : `answer ${unproven.answer}`}`,
      )
  }

  /** The pool may send a read twice only where the application's options allow that. */
  #checkRepetition({ access }: Putting, arrivals: readonly Arrival[], text: string): void {
    const { retryReads, hedgeReads } = this.#options
    const unproven = arrivals.filter(({ answer }) => !PROOF.has(answer))
    if (unproven.length === 0) return
    const lost = unproven.every(({ answer, session }) => answer === undefined && (!session.open || session.left))
    if (access === 'write' || (lost ? !retryReads : !hedgeReads))
      this.#broken('a read is asked twice only where that is wanted', text)
  }

  #checkGone(said: Said): void {
    const { borrowing, place, text } = said
    const { goneAt, history } = borrowing
    if (goneAt === undefined || place < goneAt || isRollback(said)) return
    const ended = history.some((other) => other.place > goneAt && other.place < place && isRollback(other))
    if (!ended)
      this.#broken(
        'nothing but ROLLBACK is sent after a transaction was lost',
        `${text} of borrower ${borrowing.number}`,
      )
  }

  #broken(rule: string, detail: string): void {
    this.#books.broken(rule, detail)
  }
}

/**
 * Whether a request is the one that is sent now. A lease may make the same request twice: one that is done or under way is not
 * meant.
 */
function isAskedFor({ putting, outcome, text, arrivals }: Said, sql: string): boolean {
  if (putting?.by !== 'api' || outcome !== undefined || text !== sql) return false
  const last = arrivals.at(-1)
  return last?.answer !== 'done' && (last?.answer !== undefined || last?.session.open !== true || last.session.left)
}

/** A statement that the pool sends before or after a callback, and that is none of the callback's own. */
function frame(borrowing: Borrowing, say: 'start' | 'commit' | 'rollback'): Said {
  const fates = say === 'commit' ? borrowing.commitFates : undefined
  return {
    number: 0,
    borrowing,
    place: -1,
    putting: { statement: { say }, by: 'api', ...(fates === undefined ? {} : { fates }) },
    change: undefined,
    own: undefined,
    text: say,
    decoding: '',
    arrivals: [],
    outcome: undefined,
  }
}
