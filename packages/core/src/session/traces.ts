import type { SessionCheckout } from './lender.js'
import type { StatementKind } from '../statement/statement-kind.js'

/**
 * Where the statements of one lease have left what later ones may ask for: a generated key, a count, warnings. A server knows
 * them for its connection, so they are true only there.
 */
export class Traces {
  #last: SessionCheckout | undefined
  #rows: SessionCheckout | undefined
  #id: SessionCheckout | undefined
  /** What the borrower may ask for much later lies on this connection, or it knows the connection by its number. */
  #kept: SessionCheckout | undefined

  /** Whether a statement asks for what lies on another connection than this one, which may be none. */
  areElsewhere({ asks }: StatementKind, checkout: SessionCheckout | undefined): boolean {
    if (asks === undefined) return false
    return (
      (asks.statement === true && isOther(this.#last, checkout)) ||
      (asks.rows === true && isOther(this.#rows, checkout)) ||
      (asks.id === true && isOther(this.#id, checkout))
    )
  }

  /** Whether a statement asks for what no statement of this lease has left yet. */
  areMissing({ asks }: StatementKind): boolean {
    if (asks === undefined) return false
    return (
      (asks.statement === true && this.#last === undefined) ||
      (asks.rows === true && this.#rows === undefined) ||
      (asks.id === true && this.#id === undefined)
    )
  }

  /** Whether a statement asks for what the statements of this lease have left. */
  areThere({ asks }: StatementKind): boolean {
    if (asks === undefined) return false
    return (
      (asks.statement === true && this.#last !== undefined) ||
      (asks.rows === true && this.#rows !== undefined) ||
      (asks.id === true && this.#id !== undefined)
    )
  }

  /** Whether the lease stays on this connection for as long as it lives, whatever becomes of its host. */
  keep(checkout: SessionCheckout): boolean {
    return this.#kept === checkout
  }

  /** A statement has run there. @param insertId - of its answer; undefined when that had rows or was an error */
  note(kind: StatementKind, checkout: SessionCheckout, insertId: unknown, hasRows: boolean): void {
    this.#last = checkout
    if (hasRows) this.#rows = checkout
    if (kind.kind === 'write' && (kind.mayTaint || hasRows || (insertId !== undefined && insertId !== 0))) {
      this.#id = checkout
      this.#kept = checkout
    } else if (kind.countsRows === true || kind.asks?.connection === true) this.#kept = checkout
  }
}

function isOther(left: SessionCheckout | undefined, checkout: SessionCheckout | undefined): boolean {
  return left !== undefined && left !== checkout
}
