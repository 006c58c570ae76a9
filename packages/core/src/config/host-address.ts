import { isIPv6 } from 'node:net'

import { shownText } from './redact.js'

/** A parsed host: a name or an address without brackets, and the port if there was one. */
interface HostAddress {
  readonly host: string
  readonly port: number | undefined
}

/** An address, or the problem with the text. */
export type ParsedAddress = HostAddress | { readonly wrong: string }

/** Reads `db1`, `db1:3307`, `10.0.0.1:3307`, `[fd00::3]`, `[fd00::3]:3307` or a bare `fd00::3`. */
export function parseAddress(written: string): ParsedAddress {
  const text = written.trim()
  if (text.includes('://')) {
    return { wrong: `got ${shownText(text)}, which looks like a URL; give that to createPool in place of the options` }
  }
  if (text.includes('@')) return { wrong: `got ${shownText(text)}; user and password are options of their own` }
  // The last group of a bare IPv6 address is never read as a port.
  if (isAddress6(text)) return { host: text, port: undefined }
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text)
  if (bracketed !== null) {
    const [, host = '', port] = bracketed
    return isAddress6(host)
      ? withPort(host, port)
      : { wrong: `got ${shownText(text)}; brackets are for IPv6 addresses` }
  }
  const named = /^([^:]*)(?::(.*))?$/s.exec(text)
  // A text with more than one colon is no name, and was no IPv6 address either.
  if (named === null || named[2]?.includes(':')) {
    return { wrong: `got ${shownText(text)}; write an IPv6 address with a port as [fd00::3]:3306` }
  }
  const [, host = '', port] = named
  const wrong = wrongName(host)
  return wrong === undefined ? withPort(host, port) : { wrong }
}

/** Reads the `host` of a host object. A port in this text is a problem: the object has `port` for it. */
export function parseHostName(written: string): ParsedAddress {
  const parsed = parseAddress(written)
  if ('wrong' in parsed || parsed.port === undefined) return parsed
  return { wrong: `got ${shownText(written)}; give the port as port: ${parsed.port}` }
}

/** The name of a host: `db1:3306`, `[fd00::3]:3306`. */
export function addressName(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The key of a host, equal for different spellings: names in small letters, IPv6 addresses in their short form. */
export function addressKey(host: string, port: number): string {
  const url = `http://[${host}]`
  // URL does not parse an address with a scope (fe80::1%eth0).
  const short = isAddress6(host) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : host.toLowerCase()
  return addressName(short, port)
}

/** Whether a text is an IPv6 address. The check for a colon comes first, because Node's pattern takes 140 kB once it is used. */
function isAddress6(text: string): boolean {
  return text.includes(':') && isIPv6(text)
}

function withPort(host: string, port: string | undefined): ParsedAddress {
  if (port === undefined) return { host, port: undefined }
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0
  if (number >= 1 && number <= 65_535) return { host, port: number }
  // A longer text may be the password of a URL without its @, and is not shown.
  const shown = /^\d{1,5}$/.test(port) ? port : port === '' ? 'nothing' : 'a text'
  return { wrong: `got ${shown} as the port of ${shownText(host)}; expected a whole number from 1 to 65535` }
}

function wrongName(host: string): string | undefined {
  if (host === '') return 'is empty; expected a name or an address'
  if (host.includes('/')) return `got ${shownText(host)}; give the path of a socket as socketPath`
  if (host.includes(',')) return `got ${shownText(host)}, a list in one entry; make each host an entry of its own`
  if (host.length > 253) return `got a name of ${host.length} characters; a host name has at most 253`
  // Characters that no resolver accepts.
  if (/[\s\p{Cc}?#[\]\\"'<>{}|^`%=&;!$*()]/u.test(host)) return `got ${shownText(host)}; expected a name or an address`
  return undefined
}
