import { checkRetryOptions, HostpoolError, isHostpoolError, withRetry, isRetryable } from '@mysql-hostpool/core'
import type { IsolationLevel, RetryOptions } from '@mysql-hostpool/core'
import type { DataSource, EntityManager } from 'typeorm'

import { driverErrorOf } from './driver-error.js'
import { type ManagedTransaction, manageTransaction } from './managed-transactions.js'

/** How {@link retryTransaction} runs its work; the options have the meaning of `pool.transaction()`. */
export interface RetryTransactionOptions {
  /** Isolation level of the transaction. Default: the DataSource's, or else the server's. */
  readonly isolationLevel?: IsolationLevel | undefined
  /** Limits of the repetitions, or their largest number. Default: repetitions for 30 seconds after the first failure. */
  readonly retry?: boolean | number | RetryOptions | undefined
}

/**
 * Runs work in a transaction, like `dataSource.transaction()`. The whole work runs again when the transaction was undone before
 * its commit: by a deadlock, Galera's certification, a lock wait timeout, a node that left its cluster (1047), or a lost host.
 * Before each repetition there is a pause of random length, longer each time, and TypeORM's logger gets a message. By default
 * the repetitions go on for 30 seconds after the first failure.
 *
 * The work may run several times. It must have no effects but those that the transaction can undo, and must use only the given
 * manager.
 * @throws ERR_HOSTPOOL_CONFIG for invalid options; otherwise the error of the last run. When the answer to COMMIT was lost,
 * nothing tells whether the COMMIT happened, so the work does not run again: the error is then a `HostpoolError` with the code
 * `ERR_HOSTPOOL_OUTCOME_UNKNOWN`.
 */
export async function retryTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => T | Promise<T>,
  options: RetryTransactionOptions = {},
): Promise<T> {
  const { isolationLevel, retry = true, ...unknown } = options
  refuseUnknown(unknown)
  const limits = checkRetryOptions('retryTransaction', retry, ({ attempt, pause, error }) => {
    const after = `retry ${attempt}, after ${pause} ms`
    dataSource.logger.log('warn', `A transaction is run again (${after}) because of: ${String(error)}`)
  })
  let committed = false
  const once = async (): Promise<T> => {
    const runner = dataSource.createQueryRunner()
    let committing = false
    let transaction: ManagedTransaction | undefined
    try {
      await runner.startTransaction(isolationLevel)
      transaction = await manageTransaction(runner)
      const result = await work(runner.manager)
      committing = true
      transaction.ends()
      await runner.commitTransaction()
      return result
    } catch (error) {
      // Without an active transaction the COMMIT has succeeded, and the error is one of a subscriber.
      committed = committing && !runner.isTransactionActive
      // The caller gets the first error. The pool cleans up what a failed ROLLBACK leaves open.
      transaction?.ends()
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined)
      // Statements that the work did not await have run meanwhile, and may have committed a part.
      const told = driverErrorOf(error)
      const inTheEnd = transaction?.trueInTheEnd(told)
      throw inTheEnd === told || transaction === undefined ? error : inTheEnd
    } finally {
      await runner.release()
    }
  }
  try {
    return await withRetry(once, {
      retry: limits,
      isRetryable: (error) => !committed && isRetryable(driverErrorOf(error)),
    })
  } catch (error) {
    const cause = driverErrorOf(error)
    throw isHostpoolError(cause) && cause.code === 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' ? cause : error
  }
}

/** Refuses unknown options: a misspelt limit would stay unnoticed until it is needed. */
function refuseUnknown(options: object): void {
  const [name] = Object.keys(options)
  if (name === undefined) return
  throw new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    `retryTransaction: ${name}: unknown option; there are isolationLevel and retry, as in retry: { retries: 5 }`,
  )
}
