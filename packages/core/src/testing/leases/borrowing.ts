import type { UserChange } from '../../sql/user-change.js'
import type { Fate, Putting } from './operation.js'
import { meaningOf, partsOf } from './saying.js'
import type { ServerSession } from './server-session.js'

/** A statement that came to a server, and what became of it there. */
export interface Arrival {
  readonly session: ServerSession
  /** What was open when it came. */
  readonly inTransaction: boolean
  /** The isolation level of the transaction that it began. */
  isolation: string | undefined
  /** What was sent back: that it is done, or the number of an error. */
  answer: 'done' | number | undefined
}

/** What the borrower was told. */
export type Outcome =
  | { readonly is: 'done'; readonly result: unknown }
  | { readonly is: 'failed'; readonly error: unknown }
  /** The borrower did not want to know, e.g. a stream that was not read to its end. */
  | { readonly is: 'unheard' }

/** Something that a borrower asked for. */
export interface Said {
  readonly number: number
  readonly borrowing: Borrowing
  /** Its place among all that this borrower asked for. */
  readonly place: number
  /** Undefined for a change of the user. */
  readonly putting: Putting | undefined
  readonly change: UserChange | undefined
  /** The own mark that it asks for. */
  readonly own: number | undefined
  readonly text: string
  /** What its rows must be decoded by. */
  readonly decoding: string
  readonly arrivals: Arrival[]
  outcome: Outcome | undefined
}

/** What can be seen of a lease from outside. */
interface Claim {
  readonly threadId: number | undefined
  readonly inTransaction: boolean
}

/** One borrower: a statement of `pool.query`, a lease, or one run of the callback of a transaction. */
export interface Borrowing {
  readonly number: number
  readonly kind: 'single' | 'lease' | 'attempt'
  readonly history: Said[]
  /** What it holds, where that can be seen. */
  claim: Claim | undefined
  /** It was given back; nothing more is asked of it. */
  over: boolean
  /** How the callback's transaction ended. */
  ending: Outcome | 'again' | undefined
  /** The place of the statement with whose error it was told that its transaction is gone. */
  goneAt: number | undefined
  judged: boolean
  /** The callback was called. */
  entered: boolean
  /** What befalls the COMMIT of this run of a callback. */
  commitFates: readonly Fate[] | undefined
}

export function newBorrowing(number: number, kind: Borrowing['kind']): Borrowing {
  return {
    number,
    kind,
    history: [],
    claim: undefined,
    over: false,
    ending: undefined,
    goneAt: undefined,
    judged: false,
    entered: false,
    commitFates: undefined,
  }
}

export function isRollback({ putting }: Said): boolean {
  return putting !== undefined && partsOf(putting.statement).some((saying) => meaningOf(saying).border === 'rollback')
}
