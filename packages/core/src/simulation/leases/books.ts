import type { UserChange } from '../../statement/user-change.js'
import { type Arrival, type Borrowing, newBorrowing, type Outcome, type Said } from './borrowing.js'
import type { Database } from './database.js'
import { Judge } from './judge.js'
import type { StatementBook } from './lease-server.js'
import type { Fate, LifeOptions, Putting, Violation } from './operation.js'
import { meaningOf, numberIn, partsOf, textOf } from './saying.js'
import { type ServerSession, whatIsLeft } from './server-session.js'
import { codeOf, errnoOf } from './told.js'

/** Answers that prove that nothing of a statement is left. */
const PROOF: ReadonlySet<Arrival['answer']> = new Set([1047, 1205, 1213, 1290])

/** Everything that is asked for, by whom, where it arrives and what is told: the model's own account of all of it. */
export class Books implements StatementBook {
  /** Runs of callbacks whose transaction is to be opened next. */
  readonly starting = new Set<Borrowing>()
  readonly #options: LifeOptions
  readonly #database: Database
  readonly #tell: (line: string) => void
  readonly #borrowings: Borrowing[] = []
  readonly #said = new Map<number, Said>()
  /** Sessions in which a callback's transaction was begun, and whose callback has not said anything yet. */
  readonly #begun = new Set<ServerSession>()
  readonly #nobody = newBorrowing(-1, 'attempt')
  readonly #claims = new Map<number, { readonly times: 0 | 1; readonly of: Borrowing }>()
  #numbers = 0
  #unsettled = 0
  #violation: Violation | undefined

  constructor(options: LifeOptions, database: Database, tell: (line: string) => void) {
    this.#tell = tell
    this.#options = options
    this.#database = database
  }

  /** The first rule that was broken. */
  get violation(): Violation | undefined {
    return this.#violation
  }

  /** Statements whose borrowers were not told yet. */
  get unsettled(): number {
    return this.#unsettled
  }

  everything(): Iterable<Said> {
    return this.#said.values()
  }

  broken(rule: string, detail: string): void {
    this.#violation ??= { rule, detail }
  }

  borrow(kind: Borrowing['kind']): Borrowing {
    const borrowing = newBorrowing(this.#borrowings.length, kind)
    this.#borrowings.push(borrowing)
    return borrowing
  }

  /** Notes that something is asked for. */
  say(borrowing: Borrowing, putting: Putting, decoding: string): Said {
    const own = ownMark(borrowing)
    return this.#note(borrowing, { putting, change: undefined, own, decoding }, (number) =>
      putting.by === 'api' ? partsOf(putting.statement).map(apiText).join('; ') : textOf(putting.statement, number, own),
    )
  }

  sayChange(borrowing: Borrowing, change: UserChange): Said {
    return this.#note(borrowing, { putting: undefined, change, own: undefined, decoding: '' }, () => 'change user')
  }

  /** Notes what its borrower was told. */
  settle(said: Said, outcome: Outcome): void {
    if (said.outcome !== undefined) {
      this.broken('each is told once', said.text)
      return
    }
    said.outcome = outcome
    this.#tell(`  ${said.borrowing.number} is told of ${said.text}: ${shown(outcome)}`)
    this.#unsettled -= 1
    if (outcome.is === 'done') this.#checkRows(said, outcome.result)
    if (outcome.is === 'failed') this.#noteGone(said, outcome.error)
    if (outcome.is === 'done' && isRollback(said)) said.borrowing.goneAt = undefined
    this.judge(said.borrowing)
  }

  /** The borrower gives back what it holds. */
  over(borrowing: Borrowing): void {
    borrowing.over = true
    this.judge(borrowing)
  }

  sent(session: ServerSession, sql: string): Said | undefined {
    const number = numberIn(sql)
    if (number === undefined) return this.#sentUntagged(session, sql)
    const said = this.#said.get(number)
    if (said === undefined) throw new Error(`Nobody has said ${sql}`)
    if (said.text !== sql) this.broken('a statement travels as it was said', `${sql} in place of ${said.text}`)
    this.#arrive(session, said)
    return said
  }

  changesUser(session: ServerSession): void {
    const wanted = ({ change, outcome }: Said): boolean => change !== undefined && outcome === undefined
    const holder = this.#holderOf(session) ?? session.last
    const asked = holder?.history.find(wanted) ?? this.#askedByReleased(wanted)
    if (asked === undefined) {
      this.broken('nothing is sent that nobody asked for', `a change of the user in #${session.id}`)
      return
    }
    if (session.last !== asked.borrowing) this.#checkClean(session, 'a change of the user', asked.borrowing)
    session.last = asked.borrowing
  }

  fateOf({ putting, arrivals }: Said): Fate | undefined {
    return putting?.fates?.[arrivals.length - 1]
  }

  /** No two borrowers may hold the same connection. */
  checkHolders(): void {
    const holders = new Map<number, Borrowing>()
    for (const borrowing of this.#borrowings) {
      if (borrowing.over || borrowing.claim === undefined) continue
      const { threadId, inTransaction } = borrowing.claim
      if (threadId === undefined) continue
      const expected = this.#options.autocommit ? isInTransaction(borrowing) : undefined
      if (expected !== undefined && inTransaction !== expected)
        this.broken('a lease knows whether it is in a transaction', `borrower ${borrowing.number} says ${inTransaction}`)
      const other = holders.get(threadId)
      if (other !== undefined)
        this.broken('no two borrowers hold a connection', `#${threadId}: ${other.number} and ${borrowing.number}`)
      holders.set(threadId, borrowing)
    }
  }

  /** Once all is over: nothing may have changed after the fact. */
  checkClaims(): void {
    for (const borrowing of this.#borrowings) {
      if (!borrowing.judged) this.broken('everything settles', `borrower ${borrowing.number} has not come to its end`)
    }
    for (const [mark, { times, of }] of this.#claims) this.#checkClaim(mark, times, of)
    for (const { number, putting, text, borrowing } of this.#said.values()) {
      if (putting === undefined) continue
      for (let mark = number * 8; mark < number * 8 + 8; mark += 1) {
        if (this.#database.count(mark) > 1)
          this.broken('nothing is done twice', `${text} of borrower ${borrowing.number}: ${this.#database.count(mark)}`)
      }
    }
  }

  /** What a borrower was told must be true, once it was told everything. */
  judge(borrowing: Borrowing): void {
    if (!borrowing.over || borrowing.judged || borrowing.history.some(({ outcome }) => outcome === undefined)) return
    borrowing.judged = true
    const { claims, violation } = new Judge(borrowing, this.#options).judge()
    if (violation !== undefined) this.broken(violation.rule, violation.detail)
    for (const [mark, times] of claims) {
      this.#claims.set(mark, { times, of: borrowing })
      this.#checkClaim(mark, times, borrowing)
    }
  }

  #checkClaim(mark: number, times: 0 | 1, of: Borrowing): void {
    const count = this.#database.count(mark)
    if (count === times) return
    const said = this.#said.get(Math.floor(mark / 8))
    const what = times === 1 ? 'what is told to be done is done' : 'what is told to be undone is undone'
    this.broken(count > 1 ? 'nothing is done twice' : what, `${said?.text} of borrower ${of.number} is there ${count} times`)
  }

  #note(
    borrowing: Borrowing,
    what: Pick<Said, 'putting' | 'change' | 'own' | 'decoding'>,
    text: (number: number) => string,
  ): Said {
    this.#numbers += 1
    const number = this.#numbers
    const { history } = borrowing
    const said: Said = {
      number,
      borrowing,
      place: history.length,
      ...what,
      text: text(number),
      arrivals: [],
      outcome: undefined,
    }
    history.push(said)
    this.#said.set(number, said)
    this.#unsettled += 1
    return said
  }

  /** A statement of a lease's own methods, of a callback's frame, or of the pool. */
  #sentUntagged(session: ServerSession, sql: string): Said | undefined {
    const holder = this.#holderOf(session)
    const { last } = session
    // A session stays with the borrower that gave it back until all that it had asked for is done.
    const asker = holder ?? (last?.over === true && !session.cleaned ? last : undefined)
    const ofCallback =
      this.#begun.has(session) ||
      (last?.kind === 'attempt' && !last.over) ||
      (sql.startsWith('START') && this.starting.size > 0)
    const asked =
      askedFor(sql, asker) ??
      // The pool's own clean-up says ROLLBACK, too.
      (ofCallback || sql === 'ROLLBACK' ? undefined : this.#askedByReleased((said) => isAskedFor(said, sql)))
    if (asked !== undefined) {
      if (this.#begun.delete(session)) session.last = asked.borrowing
      this.#arrive(session, asked)
      return asked
    }
    if (sql.startsWith('SET TRANSACTION')) {
      const asker = holder ?? last
      if (asker?.history.some(({ putting, outcome }) => putting?.isolation !== undefined && outcome === undefined) === true) {
        if (asker !== last) this.#checkClean(session, sql, asker)
        session.last = asker
        return undefined
      }
      this.#checkClean(session, sql, undefined)
      this.#begun.add(session)
      session.last = undefined
      return undefined
    }
    if (sql.startsWith('START TRANSACTION')) {
      if (!this.#begun.has(session)) this.#checkClean(session, sql, undefined)
      if (this.starting.size === 0) this.broken('nothing is sent that nobody asked for', `${sql} in #${session.id}`)
      this.#begun.add(session)
      session.last = undefined
      return this.#frame(session, 'start', undefined)
    }
    if (sql === 'COMMIT') {
      // Where nothing is open there is nothing to be committed by mistake.
      if (!ofCallback && session.values.transaction !== undefined)
        this.broken('nothing is sent that nobody asked for', `COMMIT in #${session.id} of borrower ${last?.number}`)
      return this.#frame(session, 'commit', last)
    }
    if (sql === 'ROLLBACK' && holder?.kind === 'lease')
      this.broken('nothing is sent that nobody asked for', `ROLLBACK in #${session.id} of borrower ${holder.number}`)
    if (sql === 'ROLLBACK') {
      this.#begun.delete(session)
      session.cleaned = true
    }
    return undefined
  }

  /** What is sent before or after a callback, which is no borrower's own statement. */
  #frame(session: ServerSession, say: 'start' | 'commit', last: Borrowing | undefined): Said {
    const fates = say === 'commit' ? last?.commitFates : undefined
    const arrival = { session, inTransaction: session.values.transaction !== undefined, isolation: undefined, answer: undefined }
    return {
      number: 0,
      borrowing: last ?? this.#nobody,
      place: -1,
      putting: { statement: { say }, by: 'api', ...(fates === undefined ? {} : { fates }) },
      change: undefined,
      own: undefined,
      text: say,
      decoding: '',
      arrivals: [arrival],
      outcome: undefined,
    }
  }

  /** The lease that names this session as its own. */
  #holderOf(session: ServerSession): Borrowing | undefined {
    return this.#borrowings.find(({ over, claim }) => !over && claim?.threadId === session.id)
  }

  /** What a borrower asked for before it gave its lease back, and what has not been sent yet. */
  #askedByReleased(wanted: (said: Said) => boolean): Said | undefined {
    for (const { over, history } of this.#borrowings) {
      const found = over ? history.find((said) => wanted(said) && said.arrivals.length === 0) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }

  #arrive(session: ServerSession, said: Said): void {
    const { borrowing } = said
    if (session.last !== borrowing) this.#checkHandOver(session, borrowing, said.text)
    session.last = borrowing
    session.cleaned = false
    const holder = this.#holderOf(session)
    if (holder !== undefined && holder !== borrowing)
      this.broken(
        "nothing is sent on another borrower's connection",
        `${said.text} of ${borrowing.number} in #${session.id} of ${holder.number}`,
      )
    this.#checkOnce(said)
    this.#checkGone(said)
    said.arrivals.push({
      session,
      inTransaction: session.values.transaction !== undefined,
      isolation: undefined,
      answer: undefined,
    })
  }

  #checkHandOver(session: ServerSession, to: Borrowing, text: string): void {
    // Which run of which callback has opened a transaction is known only by the first statement in it.
    if (this.#begun.has(session) && mayHaveBegun(to)) this.#begun.delete(session)
    else this.#checkClean(session, text, to)
  }

  #checkClean(session: ServerSession, text: string, to: Borrowing | undefined): void {
    const left = whatIsLeft(session, this.#options)
    if (left !== undefined)
      this.broken(
        'a borrower finds a clean session',
        `${text} of borrower ${to?.number} in #${session.id} after borrower ${session.last?.number}: ${left}`,
      )
  }

  #checkOnce({ putting, arrivals, text }: Said): void {
    if (arrivals.length === 0 || putting === undefined) return
    const parts = partsOf(putting.statement)
    const meanings = parts.map(meaningOf)
    if (meanings.every(({ reads, border }) => reads === true || border !== undefined) && parts.length === 1) return
    const proven = parts.length === 1 && parts[0] !== 'call committing'
    const unproven = arrivals.find(({ answer }) => !proven || !PROOF.has(answer))
    if (unproven !== undefined)
      this.broken(
        'what is not certainly a read is sent once',
        `${text} again after ${unproven.answer === undefined ? 'no answer' : `answer ${unproven.answer}`}`,
      )
  }

  #checkGone(said: Said): void {
    const { borrowing, place, text } = said
    const { goneAt, history } = borrowing
    if (goneAt === undefined || place < goneAt || isRollback(said)) return
    const ended = history.some((other) => other.place > goneAt && other.place < place && isRollback(other))
    if (!ended)
      this.broken('nothing but ROLLBACK is sent after a transaction was lost', `${text} of borrower ${borrowing.number}`)
  }

  #noteGone(said: Said, error: unknown): void {
    const { borrowing, arrivals, place } = said
    const code = codeOf(error)
    const wasInTransaction = arrivals.at(-1)?.inTransaction === true
    const errno = errnoOf(error)
    const gone =
      code === 'ERR_HOSTPOOL_TRANSACTION_LOST' ||
      (code === 'ERR_HOSTPOOL_HOST_LOST' && wasInTransaction) ||
      (errno === 1213 && wasInTransaction) ||
      (errno === 1205 && wasInTransaction && this.#options.rollbackOnTimeout)
    if (gone) borrowing.goneAt = Math.max(borrowing.goneAt ?? -1, place)
  }

  #checkRows({ text, decoding, putting }: Said, result: unknown): void {
    if (putting === undefined) return
    const { statement } = putting
    const results = partsOf(statement).length > 1 && Array.isArray(result) ? (result as readonly unknown[]) : [result]
    for (const one of results) {
      const rows = Array.isArray(one) ? (one as readonly unknown[]) : [one]
      for (const row of rows) this.#checkRow(text, decoding, putting, row)
    }
  }

  #checkRow(text: string, decoding: string, { by }: Putting, row: unknown): void {
    if (by === 'api' || typeof row !== 'object' || row === null) return
    const { of, info, decoding: used } = row as { readonly of?: string; readonly info?: string; readonly decoding?: string }
    // ROLLBACK on a connection that is gone is answered by the pool itself.
    if (of === undefined && info === '') return
    if ((of ?? info) !== text) this.broken('every answer belongs to its statement', `${of ?? info} answers ${text}`)
    else if (of !== undefined && used !== decoding)
      this.broken('every answer is decoded as was asked for', `${text}: ${used} in place of ${decoding}`)
  }
}

/** The last mark that it wrote, as far as it knows. */
function ownMark({ history }: Borrowing): number | undefined {
  const last = history.findLast(
    ({ putting }) => putting !== undefined && partsOf(putting.statement).some((saying) => meaningOf(saying).effects === 1),
  )
  if (last?.putting === undefined) return undefined
  const parts = partsOf(last.putting.statement)
  const index = parts.findIndex((saying) => meaningOf(saying).effects === 1)
  return last.number * 8 + index * 2
}

/** What this borrower asked for by a method of its lease. */
function askedFor(sql: string, borrowing: Borrowing | undefined): Said | undefined {
  return borrowing?.history.find((said) => isAskedFor(said, sql))
}

function isAskedFor({ putting, outcome, text, arrivals, borrowing, place }: Said, sql: string): boolean {
  if (putting?.by !== 'api' || outcome !== undefined || text !== sql || arrivals.at(-1)?.answer === 'done') return false
  // What was asked for before it goes before it.
  return !borrowing.over || borrowing.history.every((other) => other.place >= place || hasBegun(other))
}

function hasBegun({ outcome, arrivals, change }: Said): boolean {
  return outcome !== undefined || arrivals.length > 0 || change !== undefined
}

/** Whether a transaction whose beginning carried no number may be this borrower's. */
function mayHaveBegun({ kind, over, history }: Borrowing): boolean {
  if (kind === 'attempt') return history.every(({ arrivals }) => arrivals.length === 0)
  return over && history.some(({ putting, arrivals }) => putting?.by === 'api' && arrivals.length === 0)
}

/** Whether a lease is in a transaction, where all that was asked for since its last border leaves no doubt. */
function isInTransaction({ history, kind }: Borrowing): boolean | undefined {
  if (kind !== 'lease') return undefined
  for (const { putting, outcome, arrivals } of history.toReversed()) {
    if (putting === undefined || outcome?.is === 'failed' || outcome?.is === 'unheard') return undefined
    const [saying, ...others] = partsOf(putting.statement)
    if (saying === undefined || others.length > 0) return undefined
    const { border, chain, release, commitsFirst } = meaningOf(saying)
    // One that waits may be refused, and one whose connection was lost too.
    if (border === 'begin') return outcome === undefined && arrivals.at(-1)?.session.open !== true ? undefined : true
    if (chain === true || release === true || commitsFirst === true || border === 'next') return undefined
    if (saying.startsWith('autocommit') || saying.includes('tables')) return undefined
    if (border !== undefined) return outcome === undefined ? undefined : isSure(history)
  }
  return isSure(history)
}

/** Autocommit was never switched off, and nothing is asked for that may do so. */
function isSure(history: readonly Said[]): false | undefined {
  const unsure = history.some(
    ({ putting, outcome }) =>
      putting === undefined ||
      outcome?.is === 'failed' ||
      partsOf(putting.statement).some((saying) => saying.startsWith('autocommit') || saying === 'several'),
  )
  return unsure ? undefined : false
}

function isRollback({ putting }: Said): boolean {
  return putting !== undefined && partsOf(putting.statement).some((saying) => meaningOf(saying).border === 'rollback')
}

function apiText(saying: string): string {
  switch (saying) {
    case 'start':
      return 'START TRANSACTION'
    case 'commit':
      return 'COMMIT'
    default:
      return 'ROLLBACK'
  }
}

function shown(outcome: Outcome): string {
  if (outcome.is === 'failed') return `${codeOf(outcome.error)} ${errnoOf(outcome.error) ?? ''}`
  return outcome.is
}
