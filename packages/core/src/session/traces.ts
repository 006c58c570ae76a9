import type { SessionCheckout } from './lender.js'
import type { StatementKind } from '../statement/statement-kind.js'

/** What a session can be made to forget. */
export type Forgetting = 'forget id' | 'forget counts' | 'forget all'

/** What is to be done before a statement is sent that asks for what others have left, or leaves something itself. */
export type TraceCheck =
  /** Nothing: what it asks for is its own lease's, or it asks for nothing. */
  | 'none'
  /** What earlier borrowers have left is forgotten first: the key, the counts and warnings, or both. */
  | Forgetting
  /** What it asks for lies on another connection, or is mixed with what is not the lease's. */
  | 'elsewhere'
  | 'mixed'

/**
 * Where the statements of one lease have left what later ones may ask for: a generated key, a count, warnings. A server knows
 * them for its connection, so they are true only there, and until another statement of that connection changes them.
 */
export class Traces {
  #last: SessionCheckout | undefined
  #rows: SessionCheckout | undefined
  /** Where the last key that this lease is known to have generated lies. */
  #id: SessionCheckout | undefined
  /** Where a statement may have left one that nothing tells of. */
  #maybeId: SessionCheckout | undefined
  /** Where a statement may have left one beside an earlier borrower's, which cannot be told from it. */
  #uncertainId: SessionCheckout | undefined
  /** Where it has written last: the number of its transaction (`@@last_gtid`) lies there. */
  #write: SessionCheckout | undefined
  /** What the borrower may ask for much later lies on this connection, or it knows the connection by its number. */
  #kept: SessionCheckout | undefined

  /** @param checkout - the connection that there is, if any */
  check(kind: StatementKind, checkout: SessionCheckout | undefined): TraceCheck {
    const { asks } = kind
    if (asks === undefined) return this.#mayLeaveId(kind, checkout) ? 'forget id' : 'none'
    const asksLast = asks.statement === true
    const asksRows = asks.rows === true
    const asksId = asks.id === true
    const elsewhere =
      (asksLast && isOther(this.#last, checkout)) ||
      (asksRows && isOther(this.#rows, checkout)) ||
      (asksId && this.#ids().some((left) => isOther(left, checkout)))
    if (elsewhere) return 'elsewhere'
    const session = checkout?.connection.resource
    if (session === undefined) return 'none'
    const foreignId = asksId && this.#id === undefined && this.#maybeId === undefined && session.hasForeignId
    const foreignCounts =
      session.hasForeignTraces && ((asksLast && this.#last === undefined) || (asksRows && this.#rows === undefined))
    const ownLast = asksLast && this.#last !== undefined
    // To forget the one would be to lose the other.
    if ((foreignId && this.#uncertainId !== undefined) || (ownLast && (foreignId || foreignCounts))) return 'mixed'
    if (foreignId || (this.#mayLeaveId(kind, checkout) && !ownLast)) return foreignCounts ? 'forget all' : 'forget id'
    return foreignCounts ? 'forget counts' : 'none'
  }

  /** Whether the lease stays on this connection for as long as it lives, whatever becomes of its host. */
  keep(checkout: SessionCheckout): boolean {
    return this.#kept === checkout
  }

  /** A statement has run there. @param insertId - of its answer; undefined when that had rows or was an error */
  note(kind: StatementKind, checkout: SessionCheckout, insertId: unknown, hasRows: boolean): void {
    const session = checkout.connection.resource
    this.#last = checkout
    if (hasRows) this.#rows = checkout
    if (kind.kind === 'write') this.#write = checkout
    if (insertId !== undefined && Number(insertId) !== 0) {
      this.#id = this.#kept = checkout
      // It is later than whatever else there may have been.
      this.#maybeId = this.#uncertainId = undefined
    } else if (kind.kind === 'write' && kind.mayTaint && !session.hasForeignId) this.#maybeId = this.#kept = checkout
    else if (kind.kind === 'write' && (kind.mayTaint || hasRows)) this.#uncertainId = this.#kept = checkout
    else if (kind.countsRows === true || kind.asks?.connection === true) this.#kept = checkout
    const id = this.#id === checkout || this.#maybeId === checkout || this.#uncertainId === checkout
    session.noteTraces(id)
  }

  /** Where keys of this lease may lie, and the numbers of its transactions. */
  #ids(): readonly (SessionCheckout | undefined)[] {
    return [this.#id, this.#maybeId, this.#uncertainId, this.#write]
  }

  /** Whether a statement may leave a key without saying so, where an earlier borrower's could be taken for it. */
  #mayLeaveId(kind: StatementKind, checkout: SessionCheckout | undefined): boolean {
    const hasOwn = this.#id !== undefined || this.#maybeId !== undefined || this.#uncertainId !== undefined
    if (kind.kind !== 'write' || !kind.mayTaint || hasOwn) return false
    return checkout?.connection.resource.hasForeignId === true
  }
}

function isOther(left: SessionCheckout | undefined, checkout: SessionCheckout | undefined): boolean {
  return left !== undefined && left !== checkout
}

/** Whether a statement may have left a generated key behind. @param insertId - of its answer; undefined when that had rows */
export function mayLeaveId(kind: StatementKind, insertId: unknown, hasRows: boolean): boolean {
  return (insertId !== undefined && Number(insertId) !== 0) || (kind.kind === 'write' && (kind.mayTaint || hasRows))
}
