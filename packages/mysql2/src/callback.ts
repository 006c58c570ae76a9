/** What was thrown or rejected with, as an error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown })
}

/**
 * Hands the outcome of what has no result but that it worked to a callback. The callback runs outside the promise: what it
 * throws is an uncaught exception, as with any Node callback, and never an unhandled rejection. Without a callback, a failure
 * goes to `onUnhandled`.
 */
export function acknowledge(
  promise: Promise<unknown>,
  callback: ((error: Error | null) => void) | undefined,
  onUnhandled: (error: Error) => void,
): void {
  promise.then(
    () => (callback === undefined ? undefined : process.nextTick(callback, null)),
    (error: unknown) => process.nextTick(callback ?? onUnhandled, error),
  )
}
