import type { IncomingMessage } from 'node:http'

import { reportFault } from '@mysql-hostpool/core'

import type { StatusPageOptions } from './options.js'

/** Headers that proxies add. Such a header only takes the right to look away: the address that a header names is not believed. */
const OF_PROXIES = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-original-forwarded-for',
  'forwarded',
  'via',
  'cf-connecting-ip',
  'true-client-ip',
]

/** Whether a request may be answered: `authorize` decides, and without it the request has to come from this machine. */
export async function isAllowed(request: IncomingMessage, options: StatusPageOptions): Promise<boolean> {
  if (options.authorize === undefined) return isFromThisMachine(request)
  try {
    // A function in plain JavaScript may return anything. Only `true` lets a request in.
    const answer: unknown = await options.authorize(request)
    return answer === true
  } catch (error) {
    reportFault('The authorize function of a status page failed, and the request was refused', error)
    return false
  }
}

/**
 * Whether a request comes from this machine, and through no proxy. The address of the socket counts. The requested name counts as
 * well, since a page of the web can have its own name lead to this machine (DNS rebinding). Behind a proxy on this machine, the
 * requests of the whole world come from a loopback address.
 */
export function isFromThisMachine(request: Pick<IncomingMessage, 'headers' | 'httpVersion' | 'socket'>): boolean {
  const { headers, httpVersion, socket } = request
  if (!isLoopback(socket.remoteAddress)) return false
  // HTTP/1.0 is the default of nginx, and no browser speaks it any more.
  if (httpVersion === '1.0' || OF_PROXIES.some((name) => headers[name] !== undefined)) return false
  const authority = headers[':authority']
  const host = headers.host ?? (typeof authority === 'string' ? authority : undefined)
  return isLocalName(host) && isOfThisHost(headers.origin, host)
}

/**
 * Whether the script that asks is the page's own: it names no origin, or its own. Another page's script names another, which CORS
 * may allow.
 */
function isOfThisHost(origin: string | undefined, host: string | undefined): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase())
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/i.test(address)
}

function isLocalName(host: string | undefined): boolean {
  return host !== undefined && /^(?:(?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host)
}
