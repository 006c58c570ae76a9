/** What bounds the retries of a transaction. */
export interface RetryLimits {
  readonly retries: number
  readonly retryTimeout: number
  readonly firstPause: number
  readonly longestPause: number
}

/** Where the retries of a transaction stand after a run that was undone. */
export interface RetryProgress {
  /** How many times it has been run. */
  readonly attempt: number
  /** Milliseconds since its first failure. */
  readonly elapsed: number
  /** A number in [0, 1). */
  readonly random: number
}

/**
 * Milliseconds to wait before a transaction is run once more, or undefined when it is given up. The whole pause is random, so
 * that transactions that met once do not meet again; the last one is cut short to end within `retryTimeout`.
 */
export function pauseBeforeRetry({ attempt, elapsed, random }: RetryProgress, limits: RetryLimits): number | undefined {
  const left = limits.retryTimeout - elapsed
  if (attempt > limits.retries || left <= 0) return undefined
  const longest = Math.min(limits.longestPause, limits.firstPause * 2 ** (attempt - 1))
  return Math.min(Math.round(longest * random), left)
}
