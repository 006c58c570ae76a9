import { asItEnded } from '../errors/as-it-ended.js'
import type { RetrySettings } from './retry-options.js'
import { isWorthRetrying } from './worth-retrying.js'

/** Time and chance, from outside. */
export interface RetryWorld {
  readonly random: () => number
  readonly pause: (milliseconds: number) => Promise<void>
}

/** Runs something until it succeeds, fails for good, or has been run often enough; the last error is the one to hear of. */
export async function runAgain<T>(run: () => Promise<T>, settings: RetrySettings, world: RetryWorld): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run()
    } catch (told) {
      // The transaction is over now: what has run beside the statement that failed is known.
      const error = asItEnded(told)
      if (attempt > settings.retries || !isWorthRetrying(error)) throw error
      // All of it is chance, so that those who met once do not meet again.
      const limit = Math.min(settings.longestPause, settings.firstPause * 2 ** (attempt - 1))
      const pause = Math.round(limit * world.random())
      await settings.onRetry({ attempt, error, pause })
      await world.pause(pause)
    }
  }
}
