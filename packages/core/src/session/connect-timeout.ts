/** What mysql2 calls a connect that took too long, with what it lacks: where, and how long. */
export function connectTimeoutError(host: string, milliseconds: number): Error {
  const error = new Error(`connect ETIMEDOUT ${host}: no connection within ${milliseconds} ms`)
  return Object.assign(error, { code: 'ETIMEDOUT', syscall: 'connect', fatal: true, host })
}
