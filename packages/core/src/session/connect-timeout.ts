/** mysql2's error for a connect that took too long, with two facts that mysql2 leaves out: the host and the limit. */
export function connectTimeoutError(host: string, milliseconds: number): Error {
  const error = new Error(`connect ETIMEDOUT ${host}: no connection within ${milliseconds} ms`)
  return Object.assign(error, { code: 'ETIMEDOUT', syscall: 'connect', fatal: true, host })
}
