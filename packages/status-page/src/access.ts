import type { IncomingMessage } from 'node:http'

import { reportFault } from '@mysql-hostpool/core'

import type { StatusPageOptions } from './options.js'

/** Headers by which a proxy shows itself. They only ever take the right to look: what a header says of an address is not believed. */
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
    // From plain JavaScript anything may come. Only what is certainly a yes lets a request in.
    const answer: unknown = await options.authorize(request)
    return answer === true
  } catch (error) {
    reportFault('The authorize function of a status page failed, and the request was refused', error)
    return false
  }
}

/**
 * Whether a request comes from this machine, straight. The address is that of the socket. A page of the web can have its own name
 * lead to this machine (DNS rebinding), so the name that was asked for counts too; and behind a proxy of this machine the whole
 * world comes from here.
 */
export function isFromThisMachine(request: Pick<IncomingMessage, 'headers' | 'httpVersion' | 'socket'>): boolean {
  const { headers, httpVersion, socket } = request
  if (!isLoopback(socket.remoteAddress)) return false
  // No browser speaks HTTP/1.0 any more; nginx does by default.
  if (httpVersion === '1.0' || OF_PROXIES.some((name) => headers[name] !== undefined)) return false
  const authority = headers[':authority']
  const host = headers.host ?? (typeof authority === 'string' ? authority : undefined)
  return isLocalName(host) && isOfThisHost(headers.origin, host)
}

/** A script of another page names its origin, and an application may allow all of them (CORS). The page's own names none, or its own. */
function isOfThisHost(origin: string | undefined, host: string | undefined): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase())
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/i.test(address)
}

function isLocalName(host: string | undefined): boolean {
  return host !== undefined && /^(?:(?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host)
}
