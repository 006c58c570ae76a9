import { isHostpoolError } from '../errors/hostpool-error.js'
import type { StatementKind } from '../sql/statement-kind.js'
import { implicitCommitError, transactionLostError } from './lease-errors.js'
import { isRetryable } from '../errors/is-retryable.js'

/**
 * The transaction as its borrower sees it. On the server that transaction may be undone by a deadlock, lost with its host, or
 * committed in part by a statement that commits implicitly.
 */
export class TransactionScope {
  /** Why the transaction is gone; set from the loss until ROLLBACK. */
  #lost: Error | undefined
  /** A statement has committed a part of the transaction. */
  #partlyCommitted = false
  /** A statement has committed a part of any transaction of this lease. */
  #hasCommittedInPart = false

  get isLost(): boolean {
    return this.#lost !== undefined
  }

  /** Notes that the server has undone the transaction, or can no longer be asked about it. */
  lose(cause: Error): void {
    this.#lost = cause
  }

  /**
   * Notes a statement that commits, before its send, because its answer may be lost.
   * @param managed - whether the transaction was managed at the time of the call
   */
  noteSent(kind: StatementKind, inTransaction: boolean, managed: boolean): void {
    if (inTransaction) {
      const commits = kind.commitsFirst === true || kind.kind === 'begin' || (kind.kind === 'commit' && managed)
      if (commits) this.#noteCommitted()
    } else if (kind.kind === 'begin') {
      if (!managed) this.#partlyCommitted = false
    } else if (managed && kind.kind !== 'read') this.#noteCommitted()
  }

  /** Notes that a text of several statements has left a transaction open: the text may have committed another one before. */
  noteOpened(): void {
    this.#noteCommitted()
  }

  /** Notes the answer to COMMIT or ROLLBACK. */
  end(managed: boolean): void {
    this.#lost = undefined
    if (!managed) this.#partlyCommitted = false
  }

  refusal(host: string): Error {
    return transactionLostError(host, this.#lost ?? new Error('the transaction was lost'))
  }

  /** The error for the borrower. Where a part of the transaction was committed, an error that means "undone" would be wrong. */
  trueOf(error: Error, host: string): Error {
    return this.#partlyCommitted && isUndone(error) ? implicitCommitError(host, error) : error
  }

  /** The same for an error that the borrower got before the statement that committed a part was sent. */
  trueInTheEnd(error: unknown, host: string): unknown {
    return this.#hasCommittedInPart && error instanceof Error && isUndone(error)
      ? implicitCommitError(host, error)
      : error
  }

  #noteCommitted(): void {
    this.#partlyCommitted = this.#hasCommittedInPart = true
  }
}

function isUndone(error: Error): boolean {
  return isRetryable(error) || (isHostpoolError(error) && error.code === 'ERR_HOSTPOOL_TRANSACTION_LOST')
}

/** Whether a statement ends a transaction that is gone, and begins no other: only such a statement may be sent then. */
export function endsTransaction({ kind, chain }: StatementKind): boolean {
  return kind === 'rollback' && chain !== true
}
