/** Adds the host to an error of mysql2, so that a log line names the host of the error. */
export function withHost(error: unknown, host: string): Error {
  const known = error instanceof Error ? error : new Error(String(error))
  if (!('host' in known)) Object.defineProperty(known, 'host', { value: host, enumerable: true, configurable: true })
  return known
}
