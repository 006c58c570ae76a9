import type { Forgetting, Left } from '../session/left-traces.js'
import type { SessionCheckout } from './lease-port.js'
import { returnedKeys } from './returned-keys.js'
import { UncertainKeys } from './uncertain-keys.js'
import type { Field } from '../sql/statement.js'
import type { Asks, StatementKind } from '../sql/statement-kind.js'

/** What happens before the send of a statement that reads traces, or that leaves some. */
export type TraceCheck =
  /** Nothing: the statement reads no traces, or reads its own lease's. */
  | 'none'
  /** The session first forgets the traces of earlier borrowers: the key, the counts and warnings, or both. */
  | Forgetting
  /** The lease first asks the session for its key, which tells whether the key is the lease's own. */
  | 'ask key'
  /**
   * The traces that the statement reads are on another connection (`elsewhere`), or are mixed with those of other borrowers
   * (`mixed`).
   */
  | 'elsewhere'
  | 'mixed'

/** The end of a statement, with the parts of its answer that tell what traces it left. */
export interface Answered {
  readonly sql: string
  readonly result: unknown
  readonly fields: readonly Field[] | undefined
  /** The number of warnings that the answer reports. */
  readonly warningCount: number
  /** Whether the statement failed, and whether with an error of the server. Any other error tells nothing about the server. */
  readonly failed: 'no' | 'by the server' | 'otherwise'
}

/**
 * On which connections the statements of one lease have left traces: a generated key, a count, warnings. A server keeps traces
 * for each connection, so traces can be read only there, and only until another statement on that connection changes them.
 */
export class Traces {
  #last: SessionCheckout | undefined
  #rows: SessionCheckout | undefined
  /** FOUND_ROWS() does not count the rows of `#rows` any more: the pool has sent a statement of its own in that session. */
  #rowsReplaced = false
  /** The connection with the last key that this lease certainly generated. */
  #id: SessionCheckout | undefined
  /** The connection on which a statement may have generated a key without reporting the key. */
  #maybeId: SessionCheckout | undefined
  /** Keys that statements may have generated on a connection that still had an earlier borrower's key. */
  #uncertain: UncertainKeys | undefined
  /** The connection of the last write: the number of its transaction (`@@last_gtid`) is there. */
  #write: SessionCheckout | undefined
  /**
   * The connection that the lease must keep: the borrower may read its traces much later, or knows the number of the
   * connection.
   */
  #kept: SessionCheckout | undefined
  /** Lost connections of which the borrower has heard that the traces there are gone. */
  #told: Set<SessionCheckout> | undefined

  /** @param checkout - the lease's connection, if there is one */
  check(kind: StatementKind, checkout: SessionCheckout | undefined): TraceCheck {
    const { asks } = kind
    if (kind.mayAsk === true && this.#mayMissItsOwn(checkout)) return 'elsewhere'
    if (asks !== undefined && this.#isElsewhere(asks, checkout)) return 'elsewhere'
    if (checkout === undefined) return 'none'
    return asks === undefined ? this.#beforeUnknown(kind, checkout) : this.#beforeAsking(kind, asks, checkout)
  }

  /** Whether the lease stays on this connection for as long as the connection lives, whatever becomes of its host. */
  keep(checkout: SessionCheckout): boolean {
    return this.#kept === checkout
  }

  /** Whether FOUND_ROWS() on this connection counts rows of this lease. */
  counts(checkout: SessionCheckout): boolean {
    return this.#rows === checkout
  }

  /** Whether a statement may read traces on this connection. */
  binds({ asks, mayAsk }: StatementKind, checkout: SessionCheckout): boolean {
    return asks !== undefined || (mayAsk === true && this.#last === checkout)
  }

  /** Notes a statement that has run on this connection. */
  note(kind: StatementKind, checkout: SessionCheckout, answered: Answered): void {
    const hasRows = hasRowsIn(answered.fields)
    this.#last = checkout
    if (hasRows) {
      this.#rows = checkout
      // Some statements return rows and leave FOUND_ROWS() as it was: SHOW WARNINGS on MariaDB, for example.
      if (kind.kind === 'read' && kind.asks?.warnings !== true) this.#rowsReplaced = false
    }
    if (kind.kind === 'write') this.#write = checkout
    this.#noteKey(kind, checkout, answered, hasRows)
    checkout.connection.resource.traces.note(leftBy(kind, answered))
  }

  /** Notes a read that has returned rows, and nothing else, on this connection. */
  noteRead(checkout: SessionCheckout): void {
    this.#last = this.#rows = checkout
    this.#rowsReplaced = false
    checkout.connection.resource.traces.noteCounts()
  }

  /** Notes a statement that has returned no rows and certainly left no key on this connection. */
  noteWithoutKey({ kind }: StatementKind, checkout: SessionCheckout): void {
    this.#last = checkout
    if (kind === 'write') this.#write = checkout
    checkout.connection.resource.traces.noteCounts(kind === 'write')
  }

  /** Notes that the session has forgotten the traces of earlier borrowers. */
  forgotten(what: Forgetting): void {
    if (what !== 'forget id') this.#rowsReplaced = true
  }

  /**
   * Whether the key of the session is the lease's own; undefined where nothing tells. The question for the key has changed
   * FOUND_ROWS().
   * @param key - the answer of the session, as text
   */
  isOwnKey(key: string, checkout: SessionCheckout): boolean | undefined {
    this.#rowsReplaced = true
    const isOwn = checkout.connection.resource.traces.isKeyOfBorrower(key) || this.#uncertain?.isOwn(key)
    if (isOwn === true) this.#id = checkout
    return isOwn
  }

  /** Notes that the borrower is told of the loss of its traces on all connections but this one. */
  tell(checkout: SessionCheckout | undefined): void {
    const told = (this.#told ??= new Set())
    for (const left of [this.#last, ...this.#keys()]) if (left !== undefined && left !== checkout) told.add(left)
  }

  #noteKey(kind: StatementKind, checkout: SessionCheckout, answered: Answered, hasRows: boolean): void {
    if (keyOf(answered.result) !== undefined) {
      this.#id = this.#kept = checkout
      // This key is later than any uncertain one.
      this.#maybeId = this.#uncertain = undefined
    } else if (kind.kind === 'write' && kind.mayTaint && !checkout.connection.resource.traces.hasForeignKey) {
      this.#maybeId = this.#kept = checkout
    } else if (kind.kind === 'write' && (kind.mayTaint || hasRows)) {
      if (this.#uncertain?.checkout !== checkout) this.#uncertain = new UncertainKeys(checkout)
      this.#uncertain.add(kind.mayTaint ? undefined : returnedKeys(answered.sql, answered.result, answered.fields))
      this.#kept = checkout
    }
    if (kind.countsRows === true || kind.asks?.connection === true) this.#kept = checkout
  }

  #isElsewhere(asks: Asks, checkout: SessionCheckout | undefined): boolean {
    return (
      ((asks.statement === true || asks.warnings === true) && isOther(this.#last, checkout)) ||
      (asks.rows === true && isOther(this.#rows, checkout)) ||
      (asks.gtid === true && isOther(this.#write, checkout)) ||
      (asks.id === true && this.#keys().some((left) => isOther(left, checkout)))
    )
  }

  /**
   * Whether the statement calls a routine that may read lost traces. Nothing tells what a routine reads, so the borrower is
   * told of the loss once.
   */
  #mayMissItsOwn(checkout: SessionCheckout | undefined): boolean {
    const left = [this.#last, ...this.#keys()]
    return left.some((one) => one !== undefined && one !== checkout && this.#told?.has(one) !== true)
  }

  #beforeAsking(kind: StatementKind, asks: Asks, checkout: SessionCheckout): TraceCheck {
    const left = checkout.connection.resource.traces
    const ownCounts = asks.statement === true && this.#last !== undefined
    const ownRows = asks.rows === true && this.#rows !== undefined
    const ownWarnings = asks.warnings === true && this.#last !== undefined && !left.hasForeignWarnings
    if (ownRows && this.#rowsReplaced) return 'mixed'
    if (asks.warnings === true && left.hasMixedWarnings) return 'mixed'
    if (asks.gtid === true && this.#write === undefined && left.hasForeignGtid) return 'mixed'
    const foreignId = asks.id === true && this.#id === undefined && this.#maybeId === undefined && left.hasForeignKey
    const foreignCounts =
      (asks.warnings === true && left.hasForeignWarnings) ||
      (left.hasForeign && ((asks.statement === true && !ownCounts) || (asks.rows === true && this.#rows === undefined)))
    // To forget the foreign counts would be to lose the lease's own.
    if (foreignCounts && (ownCounts || ownRows || ownWarnings)) return 'mixed'
    if (foreignId && this.#uncertain !== undefined) {
      return foreignCounts || ownCounts || ownRows || ownWarnings ? 'mixed' : 'ask key'
    }
    if (foreignId && ownCounts) return 'mixed'
    const forgetsId = foreignId || (this.#mayLeaveKey(kind, checkout) && !ownCounts)
    return forgettingOf(forgetsId, foreignCounts)
  }

  /**
   * The check for a statement whose text does not show which traces it reads. On mere suspicion the session does not forget the
   * lease's own traces.
   */
  #beforeUnknown(kind: StatementKind, checkout: SessionCheckout): TraceCheck {
    const left = checkout.connection.resource.traces
    if (kind.mayAsk !== true) return forgettingOf(this.#mayLeaveKey(kind, checkout), false)
    if (left.hasForeignKey && this.#hasOnlyUncertainKeyOn(checkout)) {
      return kind.kind === 'read' && left.hasForeignWarnings ? 'mixed' : 'ask key'
    }
    const foreignId = left.hasForeignKey && !this.#hasKeyOn(checkout)
    // A read of variables changes the counts in any case, so only warnings matter.
    if (kind.kind === 'read') return forgettingOf(foreignId, left.hasForeignWarnings && !left.hasMixedWarnings)
    // A function in an expression is called for its value; a procedure may look at the statements before it.
    const asksCounts = kind.commitsFirst === true && left.hasForeign && this.#last !== checkout
    return forgettingOf(foreignId, asksCounts)
  }

  /** The connections that may hold keys of this lease. */
  #keys(): readonly (SessionCheckout | undefined)[] {
    return [this.#id, this.#maybeId, this.#uncertain?.checkout]
  }

  /** Whether this connection may hold a key of this lease. A key on a lost connection is not on any other. */
  #hasKeyOn(checkout: SessionCheckout): boolean {
    return this.#keys().includes(checkout)
  }

  /** Whether the session's key may be this lease's or an earlier borrower's, and the lease has no other key there. */
  #hasOnlyUncertainKeyOn(checkout: SessionCheckout): boolean {
    return this.#uncertain?.checkout === checkout && this.#id !== checkout && this.#maybeId !== checkout
  }

  /**
   * Whether a statement may generate a key without reporting the key, so that an earlier borrower's key could be taken for it.
   */
  #mayLeaveKey(kind: StatementKind, checkout: SessionCheckout): boolean {
    return (
      kind.kind === 'write' &&
      kind.mayTaint &&
      !this.#hasKeyOn(checkout) &&
      checkout.connection.resource.traces.hasForeignKey
    )
  }
}

function isOther(left: SessionCheckout | undefined, checkout: SessionCheckout | undefined): boolean {
  return left !== undefined && left !== checkout
}

function forgettingOf(id: boolean, counts: boolean): Forgetting | 'none' {
  if (id) return counts ? 'forget all' : 'forget id'
  return counts ? 'forget counts' : 'none'
}

/** The traces that a statement may have left. */
export function leftBy(kind: StatementKind, answered: Answered): Left {
  const isWrite = kind.kind === 'write'
  const warnings = warningsOf(answered)
  const key = keyOf(answered.result)
  if (key !== undefined) return { id: true, keys: [key], gtid: isWrite, warnings }
  if (!isWrite) return READ[warnings]
  if (!kind.mayTaint && !hasRowsIn(answered.fields)) return WRITTEN[warnings]
  const returned = kind.mayTaint ? undefined : returnedKeys(answered.sql, answered.result, answered.fields)
  const keys = returned === undefined ? undefined : [...returned.inserted, ...returned.either]
  return { id: true, keys, gtid: true, warnings }
}

/** Whether a statement that is no read has returned no rows and certainly generated no key. */
export function leavesNoKey(kind: StatementKind, result: unknown, fields: readonly Field[] | undefined): boolean {
  return (
    kind.kind !== 'read' &&
    !kind.mayTaint &&
    kind.asks === undefined &&
    fields === undefined &&
    keyOf(result) === undefined
  )
}

/** Whether a statement has returned one result with rows, and leaves no other traces. */
export function isOnlyRows({ asks, countsRows }: StatementKind, fields: readonly Field[] | undefined): boolean {
  const column = fields?.[0]
  return asks === undefined && countsRows !== true && column !== undefined && !Array.isArray(column)
}

/** The traces of a statement that generates no key, as most statements do. The objects are made once. */
const READ = withoutKey(false)
const WRITTEN = withoutKey(true)

function withoutKey(gtid: boolean): Readonly<Record<Left['warnings'], Left>> {
  const left = { id: false, keys: undefined, gtid } as const
  return {
    none: { ...left, warnings: 'none' },
    some: { ...left, warnings: 'some' },
    unknown: { ...left, warnings: 'unknown' },
  }
}

/** The warnings that a statement leaves: its error and its warnings replace those that were there. */
function warningsOf({ failed, warningCount, fields }: Answered): Left['warnings'] {
  if (failed === 'by the server' || warningCount > 0) return 'some'
  // Of several results with rows, only the last one reports its warnings.
  const isInParts = Array.isArray(fields) && fields.length > 0 && !isField(fields[0])
  return failed === 'otherwise' || isInParts ? 'unknown' : 'none'
}

function isField(column: unknown): boolean {
  return typeof column === 'object' && column !== null && !Array.isArray(column)
}

/** Whether any result has rows. Several results come with a list of their columns, with undefined for a result without rows. */
function hasRowsIn(fields: readonly unknown[] | undefined): boolean {
  return fields?.some((columns) => columns !== undefined) === true
}

/** The key that an answer without rows reports; undefined where it reports none. */
function keyOf(result: unknown): unknown {
  const insertId: unknown =
    typeof result === 'object' && result !== null && 'insertId' in result ? result.insertId : undefined
  return insertId === undefined || Number(insertId) === 0 ? undefined : insertId
}
