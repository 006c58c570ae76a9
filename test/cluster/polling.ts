import { setTimeout as sleep } from 'node:timers/promises'

export interface PollOptions {
  /** Milliseconds after which to give up. */
  readonly timeout: number
  /** Milliseconds between two looks; default 50. */
  readonly interval?: number
  /** Ends the wait early, with the signal's reason as the error. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks again and again until `look` returns something other than `undefined`. Resolves to that, or to `undefined` when
 * the time is up: the caller knows best what to say then.
 */
export async function poll<T>(
  look: () => T | undefined | Promise<T | undefined>,
  options: PollOptions,
): Promise<T | undefined> {
  const deadline = performance.now() + options.timeout
  for (;;) {
    options.signal?.throwIfAborted()
    const seen = await look()
    if (seen !== undefined) return seen
    if (performance.now() >= deadline) return undefined
    await sleep(options.interval ?? 50)
  }
}
