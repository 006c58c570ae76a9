import type { LeaseOptions, PoolTransactionOptions, TransactionOptions } from './lease.js'
import type { LeasePort } from './lease-port.js'
import type { PoolLease } from './pool-lease.js'
import { withRetry } from './with-retry.js'
import type { Transaction } from './transaction.js'

export type TransactionWork<T> = (transaction: Transaction) => T | Promise<T>

/** Runs a callback in a transaction, as a whole again where that was asked for and is safe. */
export function runTransaction<T>(
  borrow: (options: LeaseOptions) => Promise<PoolLease>,
  port: Pick<LeasePort, 'clock' | 'random'>,
  work: TransactionWork<T>,
  options: PoolTransactionOptions,
): Promise<T> {
  return withRetry(() => runOnce(borrow, work, options), options, port)
}

async function runOnce<T>(
  borrow: (options: LeaseOptions) => Promise<PoolLease>,
  work: TransactionWork<T>,
  { isolationLevel, readOnly, ...options }: TransactionOptions & LeaseOptions,
): Promise<T> {
  const access = options.access ?? (readOnly === true ? 'read' : 'write')
  const lease = await borrow({ ...options, access })
  try {
    await lease.beginTransaction({ isolationLevel, readOnly })
    lease.manage(true)
    const result = await work(lease)
    lease.manage(false)
    lease.abandonUnreadStreams()
    await lease.commit()
    return result
  } catch (error) {
    lease.manage(false)
    lease.abandonUnreadStreams()
    // The callback's own error is the one to hear of; a rollback that fails leaves a connection that release throws away.
    await lease.rollback().catch(() => lease.destroy())
    // What was asked for at the same time has run meanwhile, and may have committed a part.
    throw lease.trueInTheEnd(error)
  } finally {
    lease.release()
  }
}
