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

/** One thing that a borrower asks of its connection, from the call until the answer. */
export interface Operation {
  readonly what: 'query' | 'execute' | 'stream' | 'ping' | 'changeUser'
  readonly statement: StatementOptions
  readonly kind: StatementKind
  readonly access: Access
  readonly decoding: Decoding
  /** It belongs to a transaction whose end is the pool's. */
  readonly managed: boolean
  /** Its caller's, in which it is sent whenever its turn is: tracers see there whose statement it is. */
  readonly context: CallContext
  /** Follows it while the channel of statements has subscribers. */
  readonly span: StatementSpan | undefined
  /** Told of the end: the answer, or why there is none. */
  readonly done: StatementDone
  /** Of a stream. */
  readonly receiver?: RowReceiver | undefined
  /** Of a change of user. */
  readonly to?: UserChange | undefined
  /** Of a statement that can be aborted. */
  cancellation?: Cancellation | undefined
  /** Why it must not be sent any more: what was to come before it failed. */
  refusal?: Error | undefined
  /** How often it has been sent. */
  attempts: number
  /** Whose answer is waited for. */
  askedOn: SessionCheckout | undefined
}

/** What a connection is used for by such a statement. */
export function usedFor({ kind }: StatementKind): Access {
  return kind === 'read' ? 'read' : 'write'
}

/** A statement that its caller calls a write is one, whatever its text says: it is not repeated. */
export function asWrite(kind: StatementKind): StatementKind {
  return { ...kind, kind: 'write' }
}

/** Several statements, or a procedure or a block that may have several in it. */
export function isInParts({ several, commitsFirst, mayTaint }: StatementKind): boolean {
  return several === true || (commitsFirst === true && mayTaint)
}

/** What ROLLBACK answers when the transaction went with its connection. */
export const NOTHING_DONE: ResultSetHeader = Object.freeze({
  affectedRows: 0,
  insertId: 0,
  changedRows: 0,
  info: '',
  serverStatus: 2,
  warningStatus: 0,
})
