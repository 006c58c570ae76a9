import type { Attributes } from '@opentelemetry/api'

import { Attribute } from './names.js'

/**
 * What kind of error ended an operation: the number of a server's error, which is its status code; else the code of the pool, the
 * driver or the socket; else its name. Never its message.
 */
export function failureAttributes(error: Error | undefined, type: string | undefined): Attributes {
  if (type === undefined) return {}
  const status = error === undefined ? undefined : serverErrorNumber(error)
  if (status === undefined) return { [Attribute.errorType]: type }
  return { [Attribute.errorType]: status, [Attribute.statusCode]: status }
}

/** Errors of sockets have a number as well: that of their system, below 0. */
function serverErrorNumber(error: Error): string | undefined {
  const isOfServer = 'sqlState' in error && 'errno' in error && typeof error.errno === 'number' && error.errno > 0
  return isOfServer ? String(error.errno) : undefined
}
