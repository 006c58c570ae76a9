import type { Attributes } from '@opentelemetry/api'

import { Attribute } from './names.js'

/** Hosts come again with every statement. More than this many are no hosts of one cluster, and are not kept. */
const MOST_HOSTS = 256
const known = new Map<string, Attributes>()

/** Of `name:port` or `[address]:port`; a Unix socket has a path and no port. */
export function serverAttributes(host: string): Attributes {
  let attributes = known.get(host)
  if (attributes === undefined) {
    attributes = Object.freeze(read(host))
    if (known.size >= MOST_HOSTS) known.clear()
    known.set(host, attributes)
  }
  return attributes
}

function read(host: string): Attributes {
  const [, address, port] = /^(?:\[(?=[^\]]*\]:))?([^/]*?)\]?:(\d+)$/.exec(host) ?? []
  if (address === undefined) return { [Attribute.serverAddress]: host }
  return { [Attribute.serverAddress]: address, [Attribute.serverPort]: Number(port) }
}

/** Which product a server is, by its version. */
export function systemName(serverVersion: string): 'mariadb' | 'mysql' {
  return /mariadb/i.test(serverVersion) ? 'mariadb' : 'mysql'
}
