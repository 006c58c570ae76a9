import { isHostpoolError } from '../errors/hostpool-error.js'
import type { StatementKind } from '../sql/statement-kind.js'
import { implicitCommitError, transactionLostError } from './lease-errors.js'
import { isRetryable } from './with-retry.js'

/**
 * What a borrower takes for its transaction, which is not always what the server has open: it may have been undone by a
 * deadlock, lost with its host, or committed in part by a statement that commits implicitly.
 */
export class TransactionScope {
  /** Why the transaction is gone, from then until ROLLBACK. */
  #lost: Error | undefined
  /** A statement has committed part of it. */
  #partlyCommitted = false
  /** The same, of any transaction of this lease. */
  #hasCommittedInPart = false

  get isLost(): boolean {
    return this.#lost !== undefined
  }

  /** The server has undone it, or can no longer be asked about it. */
  lose(cause: Error): void {
    this.#lost = cause
  }

  /** Notes what commits, before it is sent: its answer may be lost. @param managed - as it was when it was asked for */
  noteSent(kind: StatementKind, inTransaction: boolean, managed: boolean): void {
    if (inTransaction) {
      const commits = kind.commitsFirst === true || kind.kind === 'begin' || (kind.kind === 'commit' && managed)
      if (commits) this.#noteCommitted()
    } else if (kind.kind === 'begin') {
      if (!managed) this.#partlyCommitted = false
    } else if (managed && kind.kind !== 'read') this.#noteCommitted()
  }

  /** A text of several parts has left a transaction open: it may have committed another before. */
  noteOpened(): void {
    this.#noteCommitted()
  }

  /** COMMIT or ROLLBACK has been answered. */
  end(managed: boolean): void {
    this.#lost = undefined
    if (!managed) this.#partlyCommitted = false
  }

  refusal(host: string): Error {
    return transactionLostError(host, this.#lost ?? new Error('it was lost'))
  }

  /** What counts as undone for the server is not so for a borrower of whose transaction a part was committed. */
  trueOf(error: Error, host: string): Error {
    return this.#partlyCommitted && isUndone(error) ? implicitCommitError(host, error) : error
  }

  /** The same for an error that was told before what has committed a part was sent. */
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

/** Whether a statement may be sent although the transaction is gone: it is what ends it, and begins no other. */
export function endsTransaction({ kind, chain }: StatementKind): boolean {
  return kind === 'rollback' && chain !== true
}
