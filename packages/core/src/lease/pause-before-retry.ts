/** The limits for the retries of a transaction; times are in milliseconds. */
export interface RetryLimits {
  readonly retries: number
  readonly retryTimeout: number
  readonly firstPause: number
  readonly longestPause: number
}

/** The progress of the retries of a transaction, after a run that was undone. */
export interface RetryProgress {
  /** Number of runs so far. */
  readonly attempt: number
  /** Milliseconds since the first failure. */
  readonly elapsed: number
  /** A number in [0, 1). */
  readonly random: number
}

/**
 * Milliseconds to wait before the next run of a transaction, or undefined when the retries are used up. The whole pause is
 * random, so that transactions that met once do not meet again. The last pause is cut short to end within `retryTimeout`.
 */
export function pauseBeforeRetry({ attempt, elapsed, random }: RetryProgress, limits: RetryLimits): number | undefined {
  const left = limits.retryTimeout - elapsed
  if (attempt > limits.retries || left <= 0) return undefined
  const longest = Math.min(limits.longestPause, limits.firstPause * 2 ** (attempt - 1))
  return Math.min(Math.round(longest * random), left)
}
