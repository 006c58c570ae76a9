import type { LeaseOptions, PoolTransactionOptions, TransactionOptions } from './lease.js'
import type { LeasePort } from './lease-port.js'
import type { PoolLease } from './pool-lease.js'
import { retrying } from './with-retry.js'
import type { Transaction } from './transaction.js'

export type TransactionWork<T> = (transaction: Transaction) => T | Promise<T>

/**
 * Runs a callback in a transaction. The whole callback runs again where `retry` asks for repetitions and a repetition is safe.
 */
export function runTransaction<T>(
  borrow: (options: LeaseOptions) => Promise<PoolLease>,
  port: Pick<LeasePort, 'clock' | 'random'>,
  work: TransactionWork<T>,
  options: PoolTransactionOptions,
): Promise<T> {
  return retrying(() => runOnce(borrow, work, options), options, port)
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
    // The caller gets the callback's own error. A connection on which ROLLBACK fails is closed.
    await lease.rollback().catch(() => lease.destroy())
    // Statements that the callback did not await have run meanwhile, and may have committed a part.
    throw lease.trueInTheEnd(error)
  } finally {
    lease.release()
  }
}
