import { classify, ErrorClass } from '../errors/classify.js'
import { isHostpoolError } from '../errors/hostpool-error.js'
import type { Transaction } from '../pool.js'
import type { Lease, LeaseOptions, RetryOptions, TransactionOptions } from './lease.js'
import type { Lender } from './lender.js'

/** `retry: true` */
const USUAL_RETRIES = 3
/** The pause before a retry is anywhere up to this, doubled each time. */
const FIRST_PAUSE = 20

/** Errors after which a rolled-back transaction can be tried again. */
const UNDONE: ReadonlySet<ErrorClass> = new Set([ErrorClass.conflict, ErrorClass.lockTimeout, ErrorClass.notReady])

export type TransactionWork<T> = (transaction: Transaction) => T | Promise<T>

/** Runs a callback in a transaction, as a whole again where that was asked for and is safe. */
export async function runTransaction<T>(
  borrow: (options: LeaseOptions) => Promise<Lease>,
  lender: Pick<Lender, 'clock' | 'random'>,
  work: TransactionWork<T>,
  options: TransactionOptions & RetryOptions & LeaseOptions,
): Promise<T> {
  const retries = options.retry === true ? USUAL_RETRIES : Number(options.retry ?? 0)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await runOnce(borrow, work, options)
    } catch (error) {
      if (attempt >= retries || !isWorthRetrying(error)) throw error
      await pause(lender, FIRST_PAUSE * 2 ** attempt * lender.random())
    }
  }
}

async function runOnce<T>(
  borrow: (options: LeaseOptions) => Promise<Lease>,
  work: TransactionWork<T>,
  options: TransactionOptions & LeaseOptions,
): Promise<T> {
  const access = options.access ?? (options.readOnly === true ? 'read' : 'write')
  const lease = await borrow({ ...options, access })
  try {
    await lease.beginTransaction(options)
    const result = await work(lease)
    await lease.commit()
    return result
  } catch (error) {
    // The callback's own error is the one to hear of; a rollback that fails leaves a connection that release throws away.
    await lease.rollback().catch(() => lease.destroy())
    throw error
  } finally {
    lease.release()
  }
}

/** The work was undone as a whole, or never began: a conflict, or a host that was lost before COMMIT was sent. */
function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isHostpoolError(error)) {
    return (
      error.code === 'ERR_HOSTPOOL_HOST_LOST' ||
      (error.code === 'ERR_HOSTPOOL_TRANSACTION_LOST' && isCauseRetryable(error))
    )
  }
  return UNDONE.has(classify(error))
}

function isCauseRetryable({ cause }: Error): boolean {
  if (!(cause instanceof Error)) return false
  const errorClass = classify(cause)
  return UNDONE.has(errorClass) || errorClass === ErrorClass.lost
}

function pause({ clock }: Pick<Lender, 'clock'>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(milliseconds, resolve)
  })
}
