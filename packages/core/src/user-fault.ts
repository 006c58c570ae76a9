/**
 * Reports what a function of the application's threw or rejected with, where no call waits for its answer: as a warning of the
 * process. It is for the application to mend, and must not end the process.
 * @param what - the function and what it did, e.g. `The onResult function threw`
 */
export function reportFault(what: string, reason: unknown): void {
  const words = reason instanceof Error ? (reason.stack ?? reason.message) : wordsOf(reason)
  process.emitWarning(`${what}: ${words}`, 'HostpoolWarning')
}

/**
 * Hears what an answer rejects with for which no call waits: a function may be async where none is called for, and Node ends a
 * process for a rejection without a listener.
 */
export function heedRejection(answer: unknown, rejected: (reason: unknown) => void): void {
  if (typeof answer !== 'object' || answer === null) return
  // By what it can do: another library's promise rejects as well.
  Promise.resolve(answer).then(undefined, rejected)
}

/** Any value that was thrown, in words; also one that cannot be made a string. */
export function wordsOf(reason: unknown): string {
  try {
    return reason instanceof Error ? reason.message : String(reason)
  } catch {
    return `something that is no Error (${typeof reason})`
  }
}
