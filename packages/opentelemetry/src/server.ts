import type { Attributes } from '@opentelemetry/api'

import { Attribute } from './names.js'

/** Of `name:port` or `[address]:port`; a Unix socket has a path and no port. */
export function serverAttributes(host: string): Attributes {
  const [, address, port] = /^(?:\[(?=[^\]]*\]:))?([^/]*?)\]?:(\d+)$/.exec(host) ?? []
  if (address === undefined) return { [Attribute.serverAddress]: host }
  return { [Attribute.serverAddress]: address, [Attribute.serverPort]: Number(port) }
}

/** Which product a server is, by its version. */
export function systemName(serverVersion: string): 'mariadb' | 'mysql' {
  return /mariadb/i.test(serverVersion) ? 'mariadb' : 'mysql'
}
