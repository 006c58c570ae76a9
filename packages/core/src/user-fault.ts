/**
 * Reports an error of a function of the application, where no call waits for the result of this function: as a process warning.
 * The application has to mend the function; the error must not end the process.
 * @param what - the function and what it did, e.g. `The onResult function threw`
 */
export function reportFault(what: string, reason: unknown): void {
  const words = reason instanceof Error ? (reason.stack ?? reason.message) : wordsOf(reason)
  process.emitWarning(`${what}: ${words}`, 'HostpoolWarning')
}

/**
 * Listens to the rejection of a return value that no call waits for. An application may give an async function where a
 * synchronous one is expected, and Node ends the process for a rejection without a listener.
 */
export function heedRejection(answer: unknown, rejected: (reason: unknown) => void): void {
  if (typeof answer !== 'object' || answer === null) return
  // Promise.resolve() also takes a promise of another library.
  Promise.resolve(answer).then(undefined, rejected)
}

/** The text of any thrown value, including a value that cannot be converted to a string. */
export function wordsOf(reason: unknown): string {
  try {
    return reason instanceof Error ? reason.message : String(reason)
  } catch {
    return `something that is no Error (${typeof reason})`
  }
}
