import * as z from './zod.js'

import { HostpoolError } from '../errors/hostpool-error.js'
import type { OptionsOf } from './option.js'
import { callback, milliseconds, wholeNumber } from './option-kinds.js'
import { none, option, schemaOf } from './option-row.js'
import type { Kind } from './option-row.js'
import { problemList } from './problem.js'
import { problemsOf } from './read-options.js'

/** The argument of `onRetry`. */
export interface TransactionRetry {
  /** The number of runs of the transaction so far. */
  readonly attempt: number
  /** The error of the last run. */
  readonly error: unknown
  /** Milliseconds before the next run. */
  readonly pause: number
}

/** The options of `retry` as an object. `retrySettings` fills in the defaults. */
export const retryTable = {
  /** Most retries of a transaction after its first run. Default: no limit but `retryTimeout`. */
  retries: option(wholeNumber(0), none),
  /**
   * Milliseconds after the first failure in which a transaction is run again. After them the caller gets the last error. A run
   * that has begun is not interrupted. 0 means no retry. Default 30000.
   */
  retryTimeout: option(milliseconds(0), none),
  /**
   * Milliseconds: the pause before the first retry is a random time from 0 to this limit, and the limit doubles each time.
   * Default 20.
   */
  firstPause: option(milliseconds(0), none),
  /** Milliseconds: the longest pause. Default 1000. */
  longestPause: option(milliseconds(0), none),
  /** Called before each pause, for logs and metrics. If the function throws or rejects, the transaction ends with this error. */
  onRetry: option(callback<(retry: TransactionRetry) => unknown>(), none),
}

/** The options for retries of a transaction that was undone: the same in `pool.transaction()`, TypeORM and Prisma. */
export interface RetryOptions extends OptionsOf<typeof retryTable> {}

/** {@link RetryOptions} with every default filled in. */
export interface RetrySettings {
  readonly retries: number
  readonly retryTimeout: number
  readonly firstPause: number
  readonly longestPause: number
  readonly onRetry: ((retry: TransactionRetry) => unknown) | undefined
}

/**
 * The defaults. Measured on three Galera nodes with transactions that all change one row: 60 at once needed up to 7 tries and
 * 1.5 s, 200 up to 9 tries and 2.3 s, and 200 that take 20 ms each up to 17 tries and 8 s. `retryTimeout` leaves time for slower
 * servers, and is longer than a cluster needs to expel a lost node.
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

/** The row of the option `retry` of a call. */
export const retryOption = option(
  z.union([z.boolean(), wholeNumber(0), retrySchema], {
    error: 'true, false, a whole number, 0 or more, or an object { retries, retryTimeout, … }',
  }),
  none,
)

/** Settings that `checkRetryOptions` has checked and completed, and the two constants. */
const complete = new WeakSet<object>([USUAL, NEVER])

/** Whether a `retry` needs no check. */
export function isRetrySound(retry: unknown): boolean {
  return (
    retry === undefined ||
    typeof retry === 'boolean' ||
    (typeof retry === 'object' && retry !== null && complete.has(retry))
  )
}

/** Fills in the defaults of an option `retry` that was checked. */
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
 * Checks retry options and fills in the defaults. The result serves for many calls of `withRetry`.
 * @param caller - the name of the function that got the options, for the message
 * @param given - `true` means the defaults, `false` no retries, a number the most retries
 * @param told - called before the options' own `onRetry`, for an adapter with a log of its own
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
