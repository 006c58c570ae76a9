import type { StatementDone } from '../driver/port.js'
import type { SessionCheckout } from './lender.js'
import type { Decoding } from '../statement/decoding.js'
import type { ResultSetHeader, StatementOptions } from '../statement/statement.js'
import type { StatementKind } from '../statement/statement-kind.js'

/** A statement on its way. */
export interface Sending {
  readonly prepared: boolean
  readonly statement: StatementOptions
  readonly kind: StatementKind
  readonly decoding: Decoding
  readonly done: StatementDone
  attempts: number
  /** Whose answer is waited for. */
  askedOn: SessionCheckout | undefined
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

/** Errors of the server's own have a positive number; those of the network have none, or a negative one. */
export function isAnswer(error: Error & { readonly errno?: unknown }): boolean {
  return typeof error.errno === 'number' && error.errno > 0
}
