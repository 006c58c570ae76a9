import type { Forgetting, Left } from '../session/left-traces.js'
import type { SessionCheckout } from './lease-port.js'
import { returnedKeys } from './returned-keys.js'
import { UncertainKeys } from './uncertain-keys.js'
import type { Field } from '../sql/statement.js'
import type { Asks, StatementKind } from '../sql/statement-kind.js'

/** What is to be done before a statement is sent that asks for what others have left, or leaves something itself. */
export type TraceCheck =
  /** Nothing: what it asks for is its own lease's, or it asks for nothing. */
  | 'none'
  /** What earlier borrowers have left is forgotten first: the key, the counts and warnings, or both. */
  | Forgetting
  /** The session is asked for its key first, which tells whether that is the lease's own. */
  | 'ask key'
  /** What it asks for lies on another connection, or is mixed with what is not the lease's. */
  | 'elsewhere'
  | 'mixed'

/** What a statement has come to. */
export interface Answered {
  readonly sql: string
  readonly result: unknown
  readonly fields: readonly Field[] | undefined
  /** How many warnings its answer told of. */
  readonly warningCount: number
  /** The server's own error, or another, which tells nothing of the server. */
  readonly failed: 'no' | 'by the server' | 'otherwise'
}

/**
 * Where the statements of one lease have left what later ones may ask for: a generated key, a count, warnings. A server knows
 * them for its connection, so they are true only there, and until another statement of that connection changes them.
 */
export class Traces {
  #last: SessionCheckout | undefined
  #rows: SessionCheckout | undefined
  /** FOUND_ROWS() does not count those rows any more: the session was asked something for this lease's sake. */
  #rowsSpoilt = false
  /** Where the last key that this lease is known to have generated lies. */
  #id: SessionCheckout | undefined
  /** Where a statement may have left one that nothing tells of. */
  #maybeId: SessionCheckout | undefined
  /** Where a statement may have left one beside an earlier borrower's. */
  #uncertain: UncertainKeys | undefined
  /** Where it has written last: the number of its transaction (`@@last_gtid`) lies there. */
  #write: SessionCheckout | undefined
  /** What the borrower may ask for much later lies on this connection, or it knows the connection by its number. */
  #kept: SessionCheckout | undefined
  /** Lost connections of which the borrower has heard that what it had left there is gone. */
  #told: Set<SessionCheckout> | undefined

  /** @param checkout - the connection that there is, if any */
  check(kind: StatementKind, checkout: SessionCheckout | undefined): TraceCheck {
    const { asks } = kind
    if (kind.mayAsk === true && this.#mayMissItsOwn(checkout)) return 'elsewhere'
    if (asks !== undefined && this.#isElsewhere(asks, checkout)) return 'elsewhere'
    if (checkout === undefined) return 'none'
    return asks === undefined ? this.#beforeUnknown(kind, checkout) : this.#beforeAsking(kind, asks, checkout)
  }

  /** Whether the lease stays on this connection for as long as it lives, whatever becomes of its host. */
  keep(checkout: SessionCheckout): boolean {
    return this.#kept === checkout
  }

  /** Whether FOUND_ROWS() there counts rows of this lease. */
  counts(checkout: SessionCheckout): boolean {
    return this.#rows === checkout
  }

  /** Whether a statement may ask for what lies on this connection. */
  binds({ asks, mayAsk }: StatementKind, checkout: SessionCheckout): boolean {
    return asks !== undefined || (mayAsk === true && this.#last === checkout)
  }

  /** A statement has run there. */
  note(kind: StatementKind, checkout: SessionCheckout, answered: Answered): void {
    const hasRows = hasRowsIn(answered.fields)
    this.#last = checkout
    if (hasRows) {
      this.#rows = checkout
      // Others answer rows, and FOUND_ROWS() is as before: SHOW WARNINGS on MariaDB, for one.
      if (kind.kind === 'read' && kind.asks?.warnings !== true) this.#rowsSpoilt = false
    }
    if (kind.kind === 'write') this.#write = checkout
    this.#noteKey(kind, checkout, answered, hasRows)
    checkout.connection.resource.traces.note(leftBy(kind, answered))
  }

  /** A read was answered there by rows and nothing else. */
  noteRead(checkout: SessionCheckout): void {
    this.#last = this.#rows = checkout
    this.#rowsSpoilt = false
    checkout.connection.resource.traces.noteCounts()
  }

  /** The session has forgotten what earlier borrowers had left. */
  forgotten(what: Forgetting): void {
    if (what !== 'forget id') this.#rowsSpoilt = true
  }

  /**
   * The session was asked for its key. Answers whether that is the lease's own; undefined where nothing tells.
   * @param key - as text
   */
  isOwnKey(key: string, checkout: SessionCheckout): boolean | undefined {
    this.#rowsSpoilt = true
    const isOwn = checkout.connection.resource.traces.isKeyOfBorrower(key) || this.#uncertain?.isOwn(key)
    if (isOwn === true) this.#id = checkout
    return isOwn
  }

  /** The borrower is told that what it has left on other connections than this one is gone. */
  tell(checkout: SessionCheckout | undefined): void {
    const told = (this.#told ??= new Set())
    for (const left of [this.#last, ...this.#keys()]) if (left !== undefined && left !== checkout) told.add(left)
  }

  #noteKey(kind: StatementKind, checkout: SessionCheckout, answered: Answered, hasRows: boolean): void {
    if (keyOf(answered.result) !== undefined) {
      this.#id = this.#kept = checkout
      // It is later than whatever else there may have been.
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

  /** Nothing tells what a routine asks for: once, the borrower hears that what it had left on a lost connection is gone. */
  #mayMissItsOwn(checkout: SessionCheckout | undefined): boolean {
    const left = [this.#last, ...this.#keys()]
    return left.some((one) => one !== undefined && one !== checkout && this.#told?.has(one) !== true)
  }

  #beforeAsking(kind: StatementKind, asks: Asks, checkout: SessionCheckout): TraceCheck {
    const left = checkout.connection.resource.traces
    const ownCounts = asks.statement === true && this.#last !== undefined
    const ownRows = asks.rows === true && this.#rows !== undefined
    const ownWarnings = asks.warnings === true && this.#last !== undefined && !left.hasForeignWarnings
    if (ownRows && this.#rowsSpoilt) return 'mixed'
    if (asks.warnings === true && left.hasMixedWarnings) return 'mixed'
    if (asks.gtid === true && this.#write === undefined && left.hasForeignGtid) return 'mixed'
    const foreignId = asks.id === true && this.#id === undefined && this.#maybeId === undefined && left.hasForeignKey
    const foreignCounts =
      (asks.warnings === true && left.hasForeignWarnings) ||
      (left.hasForeign && ((asks.statement === true && !ownCounts) || (asks.rows === true && this.#rows === undefined)))
    // To forget the one would be to lose the other.
    if (foreignCounts && (ownCounts || ownRows || ownWarnings)) return 'mixed'
    if (foreignId && this.#uncertain !== undefined) {
      return foreignCounts || ownCounts || ownRows || ownWarnings ? 'mixed' : 'ask key'
    }
    if (foreignId && ownCounts) return 'mixed'
    const forgetsId = foreignId || (this.#mayLeaveKey(kind, checkout) && !ownCounts)
    return forgettingOf(forgetsId, foreignCounts)
  }

  /** What it is to ask for is not in its text; what is the lease's own is not forgotten for that. */
  #beforeUnknown(kind: StatementKind, checkout: SessionCheckout): TraceCheck {
    const left = checkout.connection.resource.traces
    if (kind.mayAsk !== true) return forgettingOf(this.#mayLeaveKey(kind, checkout), false)
    const foreignId = left.hasForeignKey && !this.#hasKeyOn(checkout)
    // A read of variables leaves other counts than before it in any case.
    if (kind.kind === 'read') return forgettingOf(foreignId, left.hasForeignWarnings && !left.hasMixedWarnings)
    // A function in an expression is asked for its value; a procedure is the one that looks at what came before it.
    const asksCounts = kind.commitsFirst === true && left.hasForeign && this.#last !== checkout
    return forgettingOf(foreignId, asksCounts)
  }

  /** Where keys of this lease may lie. */
  #keys(): readonly (SessionCheckout | undefined)[] {
    return [this.#id, this.#maybeId, this.#uncertain?.checkout]
  }

  /** Whether a key of this lease may lie there. What lay on a lost connection is none of another one's. */
  #hasKeyOn(checkout: SessionCheckout): boolean {
    return this.#keys().includes(checkout)
  }

  /** Whether a statement may leave a key without saying so, where an earlier borrower's could be taken for it. */
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

/** What a statement may have left behind. */
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

/** Whether a write certainly has left no key. */
export function leavesNoKey(kind: StatementKind, result: unknown, fields: readonly Field[] | undefined): boolean {
  return kind.kind === 'write' && !kind.mayTaint && fields === undefined && keyOf(result) === undefined
}

/** Whether a statement was answered by rows, once, and leaves nothing else that a later statement could ask for. */
export function isOnlyRows({ asks, countsRows }: StatementKind, fields: readonly Field[] | undefined): boolean {
  const column = fields?.[0]
  return asks === undefined && countsRows !== true && column !== undefined && !Array.isArray(column)
}

/** What is left without a key, made once: most statements leave nothing else. */
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

/** Its error, and any warnings, take the place of what there was. */
function warningsOf({ failed, warningCount, fields }: Answered): Left['warnings'] {
  if (failed === 'by the server' || warningCount > 0) return 'some'
  // Of several results with rows only the last one tells.
  const isInParts = Array.isArray(fields) && fields.length > 0 && !isField(fields[0])
  return failed === 'otherwise' || isInParts ? 'unknown' : 'none'
}

function isField(column: unknown): boolean {
  return typeof column === 'object' && column !== null && !Array.isArray(column)
}

/** Several results come with a list of their columns, in which those without rows have none. */
function hasRowsIn(fields: readonly unknown[] | undefined): boolean {
  return fields?.some((columns) => columns !== undefined) === true
}

/** The key that an answer without rows tells of; undefined when it tells of none. */
function keyOf(result: unknown): unknown {
  const insertId: unknown =
    typeof result === 'object' && result !== null && 'insertId' in result ? result.insertId : undefined
  return insertId === undefined || Number(insertId) === 0 ? undefined : insertId
}
