import { type Clock, systemClock } from '../clock.js'
import { isRetryable } from '../errors/is-retryable.js'
import { heedRejection, reportFault } from '../user-fault.js'
import { checkCall } from '../config/call-options.js'
import { isRetrySound, type RetryOptions, retrySettings } from '../config/retry-options.js'
import type { Random } from '../selectors/selector.js'
import { pauseBeforeRetry } from './pause-before-retry.js'

/** Whether, when and how often work runs again. */
export interface WithRetryOptions {
  /**
   * Whether and how the work runs again. `true` takes the defaults of {@link RetryOptions}; a number is the largest number of
   * repetitions. Default false.
   */
  readonly retry?: boolean | number | RetryOptions | undefined
  /**
   * Whether an error means that the whole work was undone, so that the work may run again. Default: {@link isRetryable}. For
   * adapters that wrap errors in their own.
   */
  readonly isRetryable?: ((error: unknown) => boolean) | undefined
  /** An abort ends a pause. The work then runs again at once, and must notice the abort itself. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs work that is a whole transaction. When the whole work was undone, it runs again after a pause of random length, within
 * the limits of `retry`.
 * @throws ERR_HOSTPOOL_UNSUPPORTED for an invalid `retry`; otherwise the error of the last run, or of `onRetry`.
 */
export function withRetry<T>(work: () => Promise<T>, options: WithRetryOptions): Promise<T> {
  return retrying(work, options, { clock: systemClock, random: Math.random })
}

/** The same, with time and chance from outside. */
export async function retrying<T>(
  work: () => Promise<T>,
  options: WithRetryOptions,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<T> {
  const { retry } = options
  if (!isRetrySound(retry)) checkCall('withRetry', { retry })
  const settings = retrySettings(retry)
  const retryable = options.isRetryable ?? isRetryable
  let firstFailure: number | undefined
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const now = clock.now()
      firstFailure ??= now
      const pause = pauseBeforeRetry({ attempt, elapsed: now - firstFailure, random: random() }, settings)
      // Only work that is proven undone may run again. Any answer but `true`, also a promise, is no proof.
      if (pause === undefined || !isTrue(retryable(error))) throw error
      await settings.onRetry?.({ attempt, error, pause })
      await wait(clock, pause, options.signal)
    }
  }
}

function isTrue(answer: unknown): boolean {
  heedRejection(answer, (reason) => reportFault('The isRetryable function rejected', reason))
  return answer === true
}

function wait(clock: Clock, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.after(milliseconds, end)
    signal?.addEventListener('abort', end)
  })
}
