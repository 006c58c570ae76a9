import { type Clock, systemClock } from '../clock.js'
import { classify, ErrorClass, refusesWrites } from '../errors/classify.js'
import { HostpoolError, isHostpoolError } from '../errors/hostpool-error.js'
import { heedRejection, reportFault } from '../user-fault.js'
import type { Random } from '../hosts/selector.js'
import type { RetryOptions } from './lease.js'

/** `retry: true` */
const USUAL_RETRIES = 3
/** The pause before a retry is anywhere up to this, doubled each time. */
const FIRST_PAUSE = 20

/** Errors after which a rolled-back transaction can be tried again. */
const UNDONE: ReadonlySet<ErrorClass> = new Set([ErrorClass.conflict, ErrorClass.lockTimeout, ErrorClass.notReady])

export interface RunAgainOptions extends RetryOptions {
  /**
   * Whether the work was undone as a whole, so that it may run again. Default: {@link wasUndone}. For those who wrap errors in
   * their own.
   */
  readonly undone?: ((error: unknown) => boolean) | undefined
  /** Told before each pause: why, and how many retries that makes. Its own error, thrown or rejected with, ends the retries. */
  readonly onRetry?: ((error: unknown, retry: number) => unknown) | undefined
}

/**
 * Runs work that is a whole transaction, and the whole of it again, after a jittered pause, when it was undone as a whole.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for a `retry` that is no number of times; otherwise what the last try threw.
 */
export async function runAgain<T>(
  work: () => Promise<T>,
  options: RunAgainOptions,
  { clock, random }: { readonly clock: Clock; readonly random: Random } = { clock: systemClock, random: Math.random },
): Promise<T> {
  const retries = retriesOf(options)
  const undone = options.undone ?? wasUndone
  for (let retry = 1; ; retry += 1) {
    try {
      return await work()
    } catch (error) {
      // Only what was proven to be undone may run again: any answer but true, a promise among them, is no proof.
      if (retry > retries || !isTrue(undone(error))) throw error
      await options.onRetry?.(error, retry)
      await pause(clock, FIRST_PAUSE * 2 ** (retry - 1) * random())
    }
  }
}

/**
 * True when a transaction that ended in this error was undone as a whole, or never began: a conflict, a lock wait timeout, a
 * node that is not ready, a server that takes no writes any more, or a host that was lost before COMMIT was sent. The same work can succeed when it is done again.
 */
export function wasUndone(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isHostpoolError(error)) {
    return (
      error.code === 'ERR_HOSTPOOL_HOST_LOST' ||
      (error.code === 'ERR_HOSTPOOL_TRANSACTION_LOST' && isCauseRetryable(error))
    )
  }
  // A server that takes no writes any more has a successor, as after a planned switch of a group's primary.
  return UNDONE.has(classify(error)) || refusesWrites(error)
}

function isCauseRetryable({ cause }: Error): boolean {
  if (!(cause instanceof Error)) return false
  const errorClass = classify(cause)
  return UNDONE.has(errorClass) || errorClass === ErrorClass.lost || refusesWrites(cause)
}

function isTrue(answer: unknown): boolean {
  heedRejection(answer, (reason) => reportFault('The undone function rejected', reason))
  return answer === true
}

function retriesOf({ retry }: RetryOptions): number {
  const retries = retry === true ? USUAL_RETRIES : Number(retry ?? 0)
  if (Number.isInteger(retries) && retries >= 0) return retries
  throw new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `retry: ${String(retry)} is no number of times; give a whole number from 0 on, or true for ${USUAL_RETRIES}`,
  )
}

function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(milliseconds, resolve)
  })
}
