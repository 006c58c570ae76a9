import type { UserChange } from '../../sql/user-change.js'
import { type Borrowing, isRollback, newBorrowing, type Outcome, type Said } from './borrowing.js'
import type { Database } from './database.js'
import { Judge } from './judge.js'
import type { LifeOptions, Putting, Violation } from './operation.js'
import { isExplained } from './quiet.js'
import { meaningOf, partsOf, textOf } from './saying.js'
import type { ServerSession } from './server-session.js'
import { codeOf, errnoOf } from './told.js'

/** The model's own record of all requests: their borrowers, their arrivals at servers, and the answers that borrowers get. */
export class Books {
  readonly #options: LifeOptions
  readonly #database: Database
  readonly #isQuiet: boolean
  readonly #tell: (line: string) => void
  readonly #borrowings: Borrowing[] = []
  readonly #said = new Map<number, Said>()
  readonly #claims = new Map<number, { readonly times: 0 | 1; readonly of: Borrowing }>()
  #numbers = 0
  #unsettled = 0
  #violation: Violation | undefined

  /** @param quiet - whether nothing goes wrong in this life */
  constructor(options: LifeOptions, database: Database, quiet: boolean, tell: (line: string) => void) {
    this.#tell = tell
    this.#options = options
    this.#isQuiet = quiet
    this.#database = database
  }

  /** The first rule that was broken. */
  get violation(): Violation | undefined {
    return this.#violation
  }

  /** The number of statements whose borrowers have no answer yet. */
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

  /** Notes a request of a statement. */
  say(borrowing: Borrowing, putting: Putting, decoding: string): Said {
    const own = ownMark(borrowing)
    return this.#note(borrowing, { putting, change: undefined, own, decoding }, (number) =>
      putting.by === 'api'
        ? partsOf(putting.statement).map(apiText).join('; ')
        : textOf(putting.statement, number, own),
    )
  }

  sayChange(borrowing: Borrowing, change: UserChange): Said {
    return this.#note(borrowing, { putting: undefined, change, own: undefined, decoding: '' }, () => 'change user')
  }

  /** Notes the answer that the borrower of a statement got. */
  settle(said: Said, outcome: Outcome): void {
    if (said.outcome !== undefined) {
      this.broken('each is told once', said.text)
      return
    }
    said.outcome = outcome
    this.#tell(`  ${said.borrowing.number} is told of ${said.text}: ${shown(outcome)}`)
    this.#unsettled -= 1
    if (outcome.is === 'done') this.#checkRows(said, outcome.result)
    if (outcome.is === 'failed') {
      this.#noteGone(said, outcome.error)
      if (this.#isQuiet && !isExplained(outcome.error) && !isOfMoving(said, outcome.error))
        this.broken('where nothing goes wrong no statement fails', `${said.text}: ${codeOf(outcome.error)}`)
    }
    if (outcome.is === 'done' && isRollback(said)) said.borrowing.goneAt = undefined
    this.judge(said.borrowing)
  }

  /** Called when a borrower releases its lease. */
  over(borrowing: Borrowing): void {
    borrowing.over = true
    this.judge(borrowing)
  }

  /** The statement with a number. */
  find(number: number): Said {
    const said = this.#said.get(number)
    if (said === undefined) throw new Error(`No statement has said number ${number}`)
    return said
  }

  /** A request that was made before its borrower released the lease, and that has not been sent yet. */
  findOfReleased(wanted: (said: Said) => boolean): Said | undefined {
    for (const { over, history } of this.#borrowings) {
      const found = over ? history.find((said) => wanted(said) && said.arrivals.length === 0) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }

  /** The lease that names this session as its own. */
  holderOf(session: ServerSession): Borrowing | undefined {
    return this.#borrowings.find(({ over, claim }) => !over && claim?.threadId === session.id)
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
        this.broken(
          'a lease knows whether it is in a transaction',
          `borrower ${borrowing.number} says ${inTransaction}`,
        )
      const other = holders.get(threadId)
      if (other !== undefined)
        this.broken('no two borrowers hold a connection', `#${threadId}: ${other.number} and ${borrowing.number}`)
      holders.set(threadId, borrowing)
    }
  }

  /** Checks all claims once more at the end of a life: no later event may have changed them. */
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

  /** Checks that the answers of a borrower are true, once it has all of them. */
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
    this.broken(
      count > 1 ? 'nothing is done twice' : what,
      `${said?.text} of borrower ${of.number} is there ${count} times`,
    )
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
    const {
      of,
      info,
      decoding: used,
    } = row as { readonly of?: string; readonly info?: string; readonly decoding?: string }
    // The pool itself answers a ROLLBACK on a connection that is gone.
    if (of === undefined && info === '') return
    if ((of ?? info) !== text) this.broken('every answer belongs to its statement', `${of ?? info} answers ${text}`)
    else if (of !== undefined && used !== decoding)
      this.broken('every answer is decoded as was asked for', `${text}: ${used} in place of ${decoding}`)
  }
}

/** The last mark that a borrower wrote, as far as the borrower knows. */
function ownMark({ history }: Borrowing): number | undefined {
  const last = history.findLast(
    ({ putting }) =>
      putting !== undefined && partsOf(putting.statement).some((saying) => meaningOf(saying).effects === 1),
  )
  if (last?.putting === undefined) return undefined
  const parts = partsOf(last.putting.statement)
  const index = parts.findIndex((saying) => meaningOf(saying).effects === 1)
  return last.number * 8 + index * 2
}

/** Whether a lease is in a transaction; undefined where the requests since the last begin or end of one leave a doubt. */
function isInTransaction({ history, kind }: Borrowing): boolean | undefined {
  if (kind !== 'lease') return undefined
  for (const { putting, outcome, arrivals } of history.toReversed()) {
    if (putting === undefined || outcome?.is === 'failed' || outcome?.is === 'unheard') return undefined
    const [saying, ...others] = partsOf(putting.statement)
    if (saying === undefined || others.length > 0) return undefined
    const { border, chain, release, commitsFirst } = meaningOf(saying)
    // A beginning that still waits may be refused, and so may one whose connection was lost.
    if (border === 'begin') return outcome === undefined && arrivals.at(-1)?.session.open !== true ? undefined : true
    if (chain === true || release === true || commitsFirst === true || border === 'next') return undefined
    if (saying.startsWith('autocommit') || saying.includes('tables')) return undefined
    if (border !== undefined) return outcome === undefined ? undefined : isSure(history)
  }
  return isSure(history)
}

/** False where autocommit was never switched off and no request may do so; undefined otherwise. */
function isSure(history: readonly Said[]): false | undefined {
  const unsure = history.some(
    ({ putting, outcome }) =>
      putting === undefined ||
      outcome?.is === 'failed' ||
      partsOf(putting.statement).some((saying) => saying.startsWith('autocommit') || saying === 'several'),
  )
  return unsure ? undefined : false
}

/** Whether a lease has lost its session because it released its connection to get one for another kind of work. */
function isOfMoving({ borrowing }: Said, error: unknown): boolean {
  if (codeOf(error) !== 'ERR_HOSTPOOL_HOST_LOST') return false
  return borrowing.history.some(
    ({ outcome }) => outcome?.is === 'failed' && codeOf(outcome.error) === 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT',
  )
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
