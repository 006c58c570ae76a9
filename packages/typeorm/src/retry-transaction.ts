import { checkRetryOptions, HostpoolError, isHostpoolError, withRetry, isRetryable } from '@mysql-hostpool/core'
import type { IsolationLevel, RetryOptions } from '@mysql-hostpool/core'
import type { DataSource, EntityManager } from 'typeorm'

import { driverErrorOf } from './driver-error.js'
import { type ManagedTransaction, manageTransaction } from './managed-transactions.js'

/** How {@link retryTransaction} runs its work: the options that `pool.transaction()` has for it. */
export interface RetryTransactionOptions {
  /** Default: the DataSource's, else the server's. */
  readonly isolationLevel?: IsolationLevel | undefined
  /** How, or how many times, the work is run again. Default: for 30 seconds after its first failure. */
  readonly retry?: boolean | number | RetryOptions | undefined
}

/**
 * Runs work in a transaction, like `dataSource.transaction()`, and all of it again when the transaction was undone before it
 * was committed: by a deadlock, Galera's certification, a lock wait timeout, a node that left its cluster (1047), or a lost
 * host. Before each retry there is a pause, of random length and longer each time, and TypeORM's logger is told. By default that
 * goes on for 30 seconds after the first failure.
 *
 * The work may run several times: it must leave nothing behind but what the transaction can undo, and use only the manager
 * it is given.
 * @throws ERR_HOSTPOOL_CONFIG for options that are wrong; otherwise what the last try threw. When the answer to COMMIT was
 * lost nothing tells whether it happened, so nothing is run again: the error is then a `HostpoolError` with the code
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
      // With nothing active any more the COMMIT went well, and what failed is a subscriber that was told of it.
      committed = committing && !runner.isTransactionActive
      // The first error is the one to hear of; what a failed rollback leaves open, the pool cleans up.
      transaction?.ends()
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined)
      // What was asked for at the same time has run meanwhile, and may have committed a part.
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

/** A misspelt limit would go unnoticed until it is needed. */
function refuseUnknown(options: object): void {
  const [name] = Object.keys(options)
  if (name === undefined) return
  throw new HostpoolError(
    'ERR_HOSTPOOL_CONFIG',
    `retryTransaction: ${name}: unknown option; there are isolationLevel and retry, as in retry: { retries: 5 }`,
  )
}
