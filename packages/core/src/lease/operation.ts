import type { CallContext } from '../call-context.js'
import type { StatementSpan } from '../channels/statement-span.js'
import type { RowReceiver, StatementDone } from '../driver/port.js'
import type { Cancellation } from './cancellation.js'
import type { SessionCheckout } from './lease-port.js'
import type { Access } from '../sql/access.js'
import type { Decoding } from '../sql/decoding.js'
import type { ResultSetHeader, StatementOptions } from '../sql/statement.js'
import type { StatementKind } from '../sql/statement-kind.js'
import type { UserChange } from '../sql/user-change.js'

/** One command of a borrower to its connection, from the call until the answer. */
export interface Operation {
  readonly what: 'query' | 'execute' | 'stream' | 'ping' | 'changeUser'
  readonly statement: StatementOptions
  readonly kind: StatementKind
  readonly access: Access
  readonly decoding: Decoding
  /** Whether the operation belongs to a managed transaction, which the borrower does not end itself; see `Lease.manage`. */
  readonly managed: boolean
  /**
   * The asynchronous context of the caller. The operation is sent in this context, so that tracers attribute the statement to
   * its caller.
   */
  readonly context: CallContext
  /** The span of the operation, while the channel of statements has subscribers. */
  readonly span: StatementSpan | undefined
  /** Gets the answer, or the error. */
  readonly done: StatementDone
  /** For a stream only. */
  readonly receiver?: RowReceiver | undefined
  /** For a change of user only. */
  readonly to?: UserChange | undefined
  /** For a statement that can be aborted only. */
  cancellation?: Cancellation | undefined
  /** Why the operation must not be sent any more: an abort, or the failure of an earlier operation that it needs. */
  refusal?: Error | undefined
  /** How often the operation has been sent. */
  attempts: number
  /** The checkout whose answer the operation awaits. */
  askedOn: SessionCheckout | undefined
}

/** The access that a statement of this kind counts as. */
export function usedFor({ kind }: StatementKind): Access {
  return kind === 'read' ? 'read' : 'write'
}

/** The kind of a statement that its caller declares a write. Such a statement is not repeated, whatever its text says. */
export function asWrite(kind: StatementKind): StatementKind {
  return { ...kind, kind: 'write' }
}

/** Whether a text holds several statements, or a procedure or a block that may run several. */
export function isInParts({ several, commitsFirst, mayTaint }: StatementKind): boolean {
  return several === true || (commitsFirst === true && mayTaint)
}

/** The answer to ROLLBACK when the transaction was lost with its connection. */
export const NOTHING_DONE: ResultSetHeader = Object.freeze({
  affectedRows: 0,
  insertId: 0,
  changedRows: 0,
  info: '',
  serverStatus: 2,
  warningStatus: 0,
})
