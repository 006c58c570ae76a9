import { HostpoolError } from '@mysql-hostpool/core'

/** What `onRetry` is told. */
export interface TransactionRetry {
  /** The transaction has been run this many times and is run once more. */
  readonly attempt: number
  /** What the last run ended with. */
  readonly error: unknown
  /** Milliseconds before the next run. */
  readonly pause: number
}

export interface RetryTransactionsOptions {
  /** How many times more a transaction is run at most. Default 3. */
  readonly retries?: number | undefined
  /** Milliseconds: the pause before the first retry is anywhere up to this, and the limit doubles each time. Default 20. */
  readonly firstPause?: number | undefined
  /** Milliseconds: no pause is longer. Default 1000. */
  readonly longestPause?: number | undefined
  /** Called before each pause, for logs and metrics. What it throws or rejects with ends the transaction with that error. */
  readonly onRetry?: ((retry: TransactionRetry) => unknown) | undefined
}

export interface RetrySettings {
  readonly retries: number
  readonly firstPause: number
  readonly longestPause: number
  readonly onRetry: (retry: TransactionRetry) => unknown
}

const NUMBERS = { retries: 3, firstPause: 20, longestPause: 1_000 } as const
const NAMES: ReadonlySet<string> = new Set([...Object.keys(NUMBERS), 'onRetry'])

/** @throws ERR_HOSTPOOL_CONFIG with every problem of the options. */
export function readRetryOptions(options: RetryTransactionsOptions): RetrySettings {
  if (typeof options !== 'object' || options === null) throw wrong(['the options must be an object'])
  const problems = Object.keys(options)
    .filter((name) => !NAMES.has(name))
    .map((name) => `there is no option '${name}'; the options are ${[...NAMES].join(', ')}`)
  for (const name of ['retries', 'firstPause', 'longestPause'] as const) {
    const value = options[name]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
      problems.push(`${name} is ${String(value)}; it must be a whole number from 0 on`)
    }
  }
  const { onRetry } = options
  if (onRetry !== undefined && typeof onRetry !== 'function') problems.push('onRetry must be a function')
  if (problems.length > 0) throw wrong(problems)
  return {
    retries: options.retries ?? NUMBERS.retries,
    firstPause: options.firstPause ?? NUMBERS.firstPause,
    longestPause: options.longestPause ?? NUMBERS.longestPause,
    onRetry: onRetry ?? (() => undefined),
  }
}

function wrong(problems: readonly string[]): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CONFIG', `retryTransactions: ${problems.join('; ')}`)
}
