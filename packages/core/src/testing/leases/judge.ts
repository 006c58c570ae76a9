import type { Borrowing, Outcome, Said } from './borrowing.js'
import { type Facts, forgetFacts, freshFacts, noteDone, noteFailure, wrongAnswer } from './facts.js'
import type { LifeOptions, Violation } from './operation.js'
import { MARKS_EACH, marksOf, meaningOf, partsOf, type Saying } from './saying.js'
import { type OpenWork, openWork } from './open-work.js'
import { codeOf, type Told, toldBy, transactionGone } from './told.js'

/**
 * The number of times that each mark must be there, by the answers of its borrower. A mark without a claim may be there once or
 * not.
 */
export type Claims = Map<number, 0 | 1>

export interface Judgement {
  readonly claims: Claims
  readonly violation: Violation | undefined
}

/**
 * Computes the work of a single session from the answers of its borrower, in the order of the requests. The result says which
 * marks must be there and which must not, and which answers cannot be true.
 */
export class Judge {
  readonly #borrowing: Borrowing
  readonly #claims: Claims = new Map()
  readonly #facts: Facts
  readonly #fresh: Facts
  #open: OpenWork | undefined
  /**
   * Whether the borrower sees itself in a transaction: from BEGIN to its end, also where statements in between have committed.
   */
  #inside = false
  /** Marks that were committed inside of the transaction, before its end. */
  #committed: number[] = []
  #violation: Violation | undefined

  constructor(borrowing: Borrowing, options: LifeOptions) {
    this.#borrowing = borrowing
    this.#facts = freshFacts(options)
    this.#fresh = freshFacts(options)
    if (borrowing.kind === 'attempt') {
      this.#inside = true
      this.#open = openWork()
    }
  }

  judge(): Judgement {
    for (const said of this.#borrowing.history) this.#follow(said)
    this.#end()
    return { claims: this.#claims, violation: this.#violation }
  }

  #follow(said: Said): void {
    const { outcome } = said
    if (outcome === undefined) return
    if (said.change !== undefined) this.#followChange(said, outcome)
    else if (outcome.is === 'done') this.#followDone(said, outcome.result)
    else if (outcome.is === 'failed') this.#followFailure(said, outcome.error)
    else this.#followUnheard(said)
  }

  #followChange({ change }: Said, outcome: Outcome): void {
    if (outcome.is === 'done') {
      this.#undoOpen()
      this.#leave()
      forgetFacts(this.#facts, this.#fresh)
      Object.assign(this.#facts, {
        id: 0,
        user: change?.user,
        schema: change?.database ?? this.#fresh.schema,
        autocommit: this.#fresh.autocommit,
        variable: null,
        temporary: false,
      })
    } else if (outcome.is === 'failed' && !toldBy(outcome.error).notRun) forgetFacts(this.#facts, this.#fresh)
  }

  #followDone(said: Said, result: unknown): void {
    const parts = partsOf(statementOf(said))
    const wasInside = this.#inside
    for (const [index, saying] of parts.entries()) {
      const ofPart = parts.length > 1 && Array.isArray(result) ? (result[index] as unknown) : result
      const first = said.number * MARKS_EACH
      if (meaningOf(saying).asks === true) {
        this.#checkAnswer(said, saying, { is: 'done', result: ofPart })
        noteDone(this.#facts, saying, ofPart, first)
        continue
      }
      if (saying === 'read own') this.#checkOwn(said, ofPart)
      this.#apply(said, saying, marksOf(first, index, saying))
      noteDone(this.#facts, saying, ofPart, first + index * 2)
    }
    // A text may begin a transaction, and commit it by a statement other than COMMIT. The borrower is in none then.
    if (!wasInside && this.#open === undefined) {
      this.#inside = false
      this.#committed = []
    }
  }

  #checkAnswer({ text }: Said, saying: Saying, outcome: Outcome): void {
    const wrong = wrongAnswer(this.#facts, saying, outcome)
    if (wrong !== undefined)
      this.#broken('facts of a session are those of one session', `${wrong} (${this.#borrowing.number}: ${text})`)
  }

  #checkOwn({ own, text }: Said, result: unknown): void {
    if (own === undefined) return
    const expected = this.#open?.marks.includes(own) === true ? 1 : this.#claims.get(own)
    const [row] = result as readonly { readonly n?: number }[]
    if (expected !== undefined && row !== undefined && row.n !== expected)
      this.#broken('a borrower sees what it has done', `${row.n} in place of ${expected} (${text})`)
  }

  /** Applies a part of a statement whose answer is that it is done. */
  #apply(said: Said, saying: Saying, marks: readonly number[]): void {
    const { border, chain, release, commitsFirst } = meaningOf(saying)
    switch (border) {
      case 'begin':
        this.#checkIsolation(said)
        const another = this.#mayBeginAnother()
        this.#commitInside()
        if (another) this.#leave()
        this.#inside = true
        this.#open = openWork()
        this.#facts.nextIsolation = null
        return
      case 'commit':
      case 'rollback':
        if (border === 'commit') this.#claim(this.#open?.marks ?? [], 1)
        else this.#undoOpen()
        this.#leave()
        if (chain === true) {
          this.#inside = true
          this.#open = openWork()
          this.#facts.nextIsolation = null
        }
        if (release === true) forgetFacts(this.#facts, this.#fresh)
        return
      case 'next':
      case undefined:
        break
    }
    if (saying === 'call committing') {
      // Whether SET TRANSACTION applied to the work of the procedure depends on autocommit.
      if (this.#facts.nextIsolation !== null) this.#facts.nextIsolation = undefined
      this.#write(marks.slice(0, 1))
      this.#commitInside()
      this.#write(marks.slice(1))
    } else if (commitsFirst === true) {
      if (this.#facts.nextIsolation !== null) this.#facts.nextIsolation = undefined
      // SET autocommit = 1 commits nothing where autocommit is on already.
      if (saying !== 'autocommit on' || this.#facts.autocommit === false) this.#commitInside()
      else if (this.#facts.autocommit === undefined) this.#forgetOpen()
      this.#claim(marks, 1)
      if (this.#inside) this.#committed.push(...marks)
    } else if (saying === 'unlock tables') this.#forgetOpen()
    else if (saying === 'savepoint') {
      if (this.#facts.autocommit !== true) this.#facts.nextIsolation = undefined
      if (this.#open !== undefined) this.#open.savepoint = this.#open.marks.length
    } else if (saying === 'rollback to') this.#rollBackTo()
    else {
      if (marks.length > 0 || saying === 'insert nothing' || saying.startsWith('read')) this.#facts.nextIsolation = null
      this.#write(marks)
    }
  }

  #write(marks: readonly number[]): void {
    const { autocommit } = this.#facts
    if (this.#open === undefined && autocommit === true) {
      this.#claim(marks, 1)
      if (this.#inside) this.#committed.push(...marks)
      return
    }
    if (marks.length === 0) return
    this.#open ??= openWork(autocommit === undefined)
    this.#open.marks.push(...marks)
  }

  #rollBackTo(): void {
    const { savepoint, marks } = this.#open ?? { savepoint: undefined, marks: [] }
    if (savepoint === undefined) this.#forgetOpen()
    else {
      const undone = marks.splice(savepoint)
      if (this.#open?.unsure === false) this.#claim(undone, 0)
    }
  }

  /**
   * Whether BEGIN may begin another transaction, because none may be open. A callback has one transaction from its beginning to
   * its end.
   */
  #mayBeginAnother(): boolean {
    return this.#open?.unsure !== false && this.#borrowing.kind !== 'attempt'
  }

  /** Commits the open work inside of the borrower's transaction. */
  #commitInside(): void {
    const marks = this.#open?.marks ?? []
    this.#claim(marks, 1)
    if (this.#inside) this.#committed.push(...marks)
    this.#open = undefined
  }

  /** Forgets the open work: it may be committed or undone. */
  #forgetOpen(): void {
    if (this.#open !== undefined) this.#open = openWork(true)
  }

  /** Claims that the open work was rolled back. */
  #undoOpen(): void {
    if (this.#open?.unsure === false) this.#claim(this.#open.marks, 0)
  }

  #leave(): void {
    this.#open = undefined
    this.#forgetCommitted()
  }

  /** Forgets the marks that were committed inside, since their transaction is over. */
  #forgetCommitted(): void {
    this.#inside = false
    this.#committed = []
  }

  #checkIsolation(said: Said): void {
    // A beginning without a number may have no known arrival.
    if (partsOf(statementOf(said)).length > 1 || said.arrivals.length === 0) return
    const { isolation, nextIsolation } = this.#facts
    const asked = said.putting?.by === 'api' ? said.putting.isolation : undefined
    const wanted = asked?.replace(' ', '-') ?? nextIsolation ?? isolation
    const known = asked !== undefined || (nextIsolation !== undefined && isolation !== undefined)
    const ran = said.arrivals.at(-1)?.isolation
    if (known && wanted !== undefined && ran !== wanted)
      this.#broken('a transaction has the isolation level that was asked for', `${ran} in place of ${wanted}`)
  }

  #followFailure(said: Said, error: unknown): void {
    const told = toldBy(error)
    const statement = statementOf(said)
    const parts = partsOf(statement)
    const marks = parts.flatMap((saying, index) => marksOf(said.number * MARKS_EACH, index, saying))
    const whole = parts.length === 1 && parts[0] !== 'call committing'
    if (told.notRun || told.undone || (told.statementUndone && whole)) this.#claim(marks, 0)
    if (parts.length === 1 && parts[0] === 'ask temporary') this.#checkAnswer(said, parts[0], { is: 'failed', error })
    const begins = parts.some((saying) => meaningOf(saying).border === 'begin')
    if (begins && this.#mayBeginAnother()) this.#forgetCommitted()
    if (told.undone) this.#toldUndone(error)
    this.#followOpenAfter(parts, told, said, error)
    if (told.notRun) return
    // The isolation level of a transaction that did not begin may apply to the next one.
    if (said.putting?.isolation !== undefined) this.#facts.nextIsolation = undefined
    if (told.sessionInDoubt) forgetFacts(this.#facts, this.#fresh)
    for (const saying of parts) noteFailure(this.#facts, saying)
  }

  /** Applies the failure of a statement to the open work. */
  #followOpenAfter(parts: readonly Saying[], told: Told, said: Said, error: unknown): void {
    const open = this.#open
    // The parts before the failed one may have begun a transaction, or ended one.
    if (parts.length > 1 && !told.notRun && !transactionGone(told, said, error)) {
      this.#open = openWork(true)
      return
    }
    if (open === undefined) return
    if (transactionGone(told, said, error)) {
      this.#undoOpen()
      this.#open = undefined
      return
    }
    if (told.notRun) return
    const ends = parts.some((saying) => {
      const { border, commitsFirst } = meaningOf(saying)
      return border === 'commit' || border === 'rollback' || commitsFirst === true
    })
    if (ends) {
      const [only] = parts.length === 1 ? parts : []
      const { border } = meaningOf(only ?? 'several')
      // The error says that the end of the transaction had no effect: the open work still is open, or is gone.
      if (told.statementUndone && (border === 'commit' || border === 'rollback')) return
      // Only after a COMMIT of unknown outcome the transaction has surely ended, with its connection.
      if (border === 'commit' && codeOf(error) === 'ERR_HOSTPOOL_OUTCOME_UNKNOWN') this.#leave()
      else this.#forgetOpen()
    }
  }

  /** Checks that no answer calls a transaction undone of which a part was committed. */
  #toldUndone(error: unknown): void {
    if (!this.#inside || this.#committed.length === 0) return
    this.#broken(
      'a transaction that was committed in part is not told as undone',
      `${codeOf(error)} after ${this.#committed.join(', ')} had been committed (borrower ${this.#borrowing.number})`,
    )
  }

  #followUnheard(said: Said): void {
    forgetFacts(this.#facts, this.#fresh)
    for (const saying of partsOf(statementOf(said))) noteFailure(this.#facts, saying)
    const ends = partsOf(statementOf(said)).some((saying) => {
      const { border, commitsFirst } = meaningOf(saying)
      return border !== undefined || commitsFirst === true
    })
    if (ends) this.#forgetOpen()
  }

  #end(): void {
    const { ending } = this.#borrowing
    const open = this.#open?.marks ?? []
    if (ending === undefined || (ending !== 'again' && ending.is === 'unheard')) {
      // A lease that is released without an end of its transaction has it rolled back.
      this.#undoOpen()
      return
    }
    if (ending === 'again') {
      this.#toldUndone(new Error('run again'))
      this.#undoOpen()
      return
    }
    if (ending.is === 'done') {
      this.#claim(open, 1)
      return
    }
    const { error } = ending
    const told = toldBy(error)
    if (told.undone) this.#toldUndone(error)
    if (told.undone || told.statementUndone || codeOf(error) === OWN_ERROR) this.#undoOpen()
  }

  #claim(marks: readonly number[], times: 0 | 1): void {
    for (const mark of marks) this.#claims.set(mark, times)
  }

  #broken(rule: string, detail: string): void {
    this.#violation ??= { rule, detail }
  }
}

/** The code of an error that a callback of the model throws itself. */
export const OWN_ERROR = 'OF_ITS_OWN'

function statementOf({ putting }: Said): NonNullable<Said['putting']>['statement'] {
  if (putting === undefined) throw new Error('A change of the user is no statement')
  return putting.statement
}
