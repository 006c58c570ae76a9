import { HostpoolError } from '../errors/hostpool-error.js'
import type { StatementKind } from '../sql/statement-kind.js'

export function releasedError(): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_LEASE_RELEASED', 'The connection was used after it had been released')
}

export function transactionLostError(host: string, cause: Error): HostpoolError {
  const message = 'The transaction of this connection is gone; send ROLLBACK before any other statement'
  return new HostpoolError('ERR_HOSTPOOL_TRANSACTION_LOST', message, { host, cause })
}

/** @param attempts - how often the statement was sent */
export function hostLostError(host: string, inTransaction: boolean, attempts: number, cause: Error): HostpoolError {
  const message = `${host} was lost: ${lossOf(inTransaction, attempts)} (${cause.message})`
  return new HostpoolError('ERR_HOSTPOOL_HOST_LOST', message, { host, cause })
}

function lossOf(inTransaction: boolean, attempts: number): string {
  if (inTransaction) return 'the transaction on it was rolled back'
  return attempts > 1 ? 'the host of the attempt before it was lost as well' : 'the state of the session on it is gone'
}

/**
 * The error of a statement that was never sent, because its connection ended before.
 * @param cause - how the connection ended
 */
export function unsentError(host: string, inTransaction: boolean, cause: Error): HostpoolError {
  const loss = inTransaction ? 'the transaction on it was rolled back' : 'the state of the session on it is gone'
  const message = `The statement was not sent: its connection to ${host} has ended, and ${loss} (${cause.message})`
  return new HostpoolError('ERR_HOSTPOOL_HOST_LOST', message, { host, cause })
}

export function outcomeUnknownError(host: string, kind: StatementKind, cause: Error): HostpoolError {
  const what = kind.kind === 'commit' ? 'COMMIT' : 'the write'
  const message = `${host} was lost before it answered: ${what} may or may not have happened (${cause.message})`
  return new HostpoolError('ERR_HOSTPOOL_OUTCOME_UNKNOWN', message, { host, cause })
}

/** The error where a part of the borrower's transaction is committed, or may be: the whole transaction must not be run again. */
export function implicitCommitError(host: string, cause: Error): HostpoolError {
  const message =
    'A statement in this transaction has committed the work before it (as DDL, LOCK TABLES and a second START TRANSACTION do), ' +
    `and the rest is gone: do not run the whole transaction again (${cause.message})`
  return new HostpoolError('ERR_HOSTPOOL_IMPLICIT_COMMIT', message, { host, cause })
}

/**
 * The error where the requested value may be an earlier borrower's, and the session cannot forget that value without forgetting
 * this borrower's own.
 */
export function mixedTracesError(): HostpoolError {
  return new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    'The value that this statement reads from its session (LAST_INSERT_ID(), @@last_gtid, warnings) may be an earlier ' +
      "borrower's, and the session cannot forget it without forgetting the values of this lease as well. Read a generated " +
      'key off the answer of the statement that generated the key. Ask for counts, warnings and keys in statements of their ' +
      'own, and for a transaction number on the connection that has written',
  )
}
