import * as z from './zod.js'

import { HostpoolError } from '../errors/hostpool-error.js'
import type { OptionsOf } from './option.js'
import { callback, milliseconds, wholeNumber } from './option-kinds.js'
import { none, option, schemaOf } from './option-row.js'
import type { Kind } from './option-row.js'
import { problemList } from './problem.js'
import { problemsOf } from './read-options.js'

/** What `onRetry` is told. */
export interface TransactionRetry {
  /** The transaction has been run this many times and is run once more. */
  readonly attempt: number
  /** What the last run ended with. */
  readonly error: unknown
  /** Milliseconds before the next run. */
  readonly pause: number
}

/** What `retry` takes where it is an object. What is left out is filled in by `retrySettings`. */
export const retryTable = {
  /** How many times more a transaction is run at most. Default: no limit but `retryTimeout`. */
  retries: option(wholeNumber(0), none),
  /**
   * Milliseconds: for so long after its first failure a transaction is run again; then the last error comes out. A run that has
   * begun is not cut short. 0 means no retry. Default 30000.
   */
  retryTimeout: option(milliseconds(0), none),
  /** Milliseconds: the pause before the first retry is anywhere from 0 to this, and the limit doubles each time. Default 20. */
  firstPause: option(milliseconds(0), none),
  /** Milliseconds: no pause is longer. Default 1000. */
  longestPause: option(milliseconds(0), none),
  /** Called before each pause, for logs and metrics. What it throws or rejects with ends the transaction with that error. */
  onRetry: option(callback<(retry: TransactionRetry) => unknown>(), none),
}

/** How a transaction is run again after it was undone: the same in `pool.transaction()`, TypeORM and Prisma. */
export interface RetryOptions extends OptionsOf<typeof retryTable> {}

/** The same, complete. */
export interface RetrySettings {
  readonly retries: number
  readonly retryTimeout: number
  readonly firstPause: number
  readonly longestPause: number
  readonly onRetry: ((retry: TransactionRetry) => unknown) | undefined
}

/**
 * Measured on three Galera nodes with transactions that all change one row: 60 at once needed up to 7 tries and 1.5 s, 200 up to
 * 9 tries and 2.3 s, and 200 that take 20 ms each up to 17 tries and 8 s. The time leaves room for slower servers; it also
 * outlasts a node that is given up.
 */
const USUAL: RetrySettings = Object.freeze({
  retries: Number.POSITIVE_INFINITY,
  retryTimeout: 30_000,
  firstPause: 20,
  longestPause: 1_000,
  onRetry: undefined,
})
const NEVER: RetrySettings = Object.freeze({ ...USUAL, retries: 0 })

const retrySchema: Kind<RetryOptions, unknown> = schemaOf(retryTable, 'an object { retries, retryTimeout, … }')

/** The option `retry` of a call. */
export const retryOption = option(
  z.union([z.boolean(), wholeNumber(0), retrySchema], {
    error: 'true, false, a whole number, 0 or more, or an object { retries, retryTimeout, … }',
  }),
  none,
)

/** Settings that were checked and completed here. */
const complete = new WeakSet<object>([USUAL, NEVER])

/** Whether a `retry` needs no check any more. */
export function isRetrySound(retry: unknown): boolean {
  return (
    retry === undefined ||
    typeof retry === 'boolean' ||
    (typeof retry === 'object' && retry !== null && complete.has(retry))
  )
}

/** An option `retry` that was checked, with what it leaves out. */
export function retrySettings(retry: boolean | number | RetryOptions | undefined): RetrySettings {
  if (retry === undefined || retry === false) return NEVER
  if (retry === true) return USUAL
  if (typeof retry === 'number') return { ...USUAL, retries: retry }
  if (isComplete(retry)) return retry
  return {
    retries: retry.retries ?? USUAL.retries,
    retryTimeout: retry.retryTimeout ?? USUAL.retryTimeout,
    firstPause: retry.firstPause ?? USUAL.firstPause,
    longestPause: retry.longestPause ?? USUAL.longestPause,
    onRetry: retry.onRetry,
  }
}

function isComplete(retry: RetryOptions): retry is RetrySettings {
  return complete.has(retry)
}

/**
 * Checks how transactions are to be run again; answers the options completed, for many calls of `withRetry`.
 * @param caller - the function that was given the options, for the message
 * @param given - `true` means with the defaults, `false` never, a number how many times more at most
 * @param told - called before the options' own `onRetry`, as by an adapter that has a log
 * @throws ERR_HOSTPOOL_CONFIG that names every fault
 */
export function checkRetryOptions(
  caller: string,
  given: boolean | number | RetryOptions,
  told?: (retry: TransactionRetry) => void,
): RetryOptions {
  const options = typeof given === 'number' ? { retries: given } : given
  const error = typeof options === 'boolean' ? undefined : retrySchema.safeParse(options).error
  if (error === undefined) {
    const settings = Object.freeze(toldFirst(retrySettings(options), told))
    complete.add(settings)
    return settings
  }
  const names = (): readonly string[] => Object.keys(retryTable)
  const problems = error.issues.flatMap((issue) => problemsOf(issue, [], options, names))
  throw new HostpoolError('ERR_HOSTPOOL_CONFIG', problemList(`What ${caller}() was given`, problems))
}

function toldFirst(settings: RetrySettings, told: ((retry: TransactionRetry) => void) | undefined): RetrySettings {
  if (told === undefined) return settings
  const { onRetry } = settings
  return {
    ...settings,
    onRetry: (retry) => {
      told(retry)
      return onRetry?.(retry)
    },
  }
}
