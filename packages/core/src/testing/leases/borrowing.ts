import type { UserChange } from '../../sql/user-change.js'
import type { Fate, Putting } from './operation.js'
import { meaningOf, partsOf } from './saying.js'
import type { ServerSession } from './server-session.js'

/** The arrival of a statement at a server, and its result there. */
export interface Arrival {
  readonly session: ServerSession
  /** Whether a transaction was open in the session at the arrival. */
  readonly inTransaction: boolean
  /** The isolation level of the transaction that the statement began. */
  isolation: string | undefined
  /** The answer of the server: success, or the number of an error. */
  answer: 'done' | number | undefined
}

/** The answer that a borrower got. */
export type Outcome =
  | { readonly is: 'done'; readonly result: unknown }
  | { readonly is: 'failed'; readonly error: unknown }
  /** The borrower did not wait for the answer, for example of a stream that it did not read to the end. */
  | { readonly is: 'unheard' }

/** One request of a borrower. */
export interface Said {
  readonly number: number
  readonly borrowing: Borrowing
  /** The place of the request among all requests of the borrower. */
  readonly place: number
  /** The statement; undefined for a change of the user. */
  readonly putting: Putting | undefined
  readonly change: UserChange | undefined
  /** The borrower's own mark that the statement reads. */
  readonly own: number | undefined
  readonly text: string
  /** The decoding that the rows must have. */
  readonly decoding: string
  readonly arrivals: Arrival[]
  outcome: Outcome | undefined
}

/** The state of a lease, as far as its properties tell. */
interface Claim {
  readonly threadId: number | undefined
  readonly inTransaction: boolean
}

/** One borrower: a statement of `pool.query`, a lease, or one run of the callback of a transaction. */
export interface Borrowing {
  readonly number: number
  readonly kind: 'single' | 'lease' | 'attempt'
  readonly history: Said[]
  /** The state of the borrower's lease, where it has one with properties. */
  claim: Claim | undefined
  /** Whether the lease was released, after which the borrower makes no requests. */
  over: boolean
  /** The end of the callback's transaction. */
  ending: Outcome | 'again' | undefined
  /** The place of the statement whose error said that the transaction is gone. */
  goneAt: number | undefined
  judged: boolean
  /** Whether the callback was called. */
  entered: boolean
  /** The fates of the COMMIT of this run of a callback. */
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
