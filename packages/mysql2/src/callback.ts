/** A thrown value, or the reason of a rejection, as an error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown })
}

/**
 * Reports the success or the failure of a call without a result to a callback. The callback runs outside the promise: as with
 * any Node callback, an error that it throws is an uncaught exception, and never an unhandled rejection. Without a callback, a
 * failure goes to `onUnhandled`.
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
