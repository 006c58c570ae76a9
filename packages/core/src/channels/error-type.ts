/**
 * The kind of an error, in one word that can label a metric: its code (`ER_DUP_ENTRY`, `ECONNREFUSED`,
 * `ERR_HOSTPOOL_ACQUIRE_TIMEOUT`); else the number that the server gave; else the name of the error.
 */
export function errorType(error: Error): string {
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code
  if ('errno' in error && typeof error.errno === 'number') return String(error.errno)
  return error.name
}
