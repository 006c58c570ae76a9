import type { Attributes } from '@opentelemetry/api'

import { Attribute } from './names.js'

/**
 * The attributes of a failed operation: the number of a server's error, which is its status code as well; else the code that the
 * pool, the driver or the socket gives; else the name of the error. Never the message.
 */
export function failureAttributes(error: Error | undefined, type: string | undefined): Attributes {
  if (type === undefined) return {}
  const status = error === undefined ? undefined : serverErrorNumber(error)
  if (status === undefined) return { [Attribute.errorType]: type }
  return { [Attribute.errorType]: status, [Attribute.statusCode]: status }
}

/** The number of a server's error. Errors of sockets have a number too, that of the operating system, which is below 0. */
function serverErrorNumber(error: Error): string | undefined {
  const isOfServer = 'sqlState' in error && 'errno' in error && typeof error.errno === 'number' && error.errno > 0
  return isOfServer ? String(error.errno) : undefined
}
