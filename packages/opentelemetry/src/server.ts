import type { Attributes } from '@opentelemetry/api'

import { Attribute } from './names.js'

/** The most hosts whose attributes are kept, since they come again with every statement. A cluster does not have more. */
const MOST_HOSTS = 256
const known = new Map<string, Attributes>()

/** The attributes of a host `name:port` or `[address]:port`. A Unix socket has a path and no port. */
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

/** The product of a server with this version. */
export function systemName(serverVersion: string): 'mariadb' | 'mysql' {
  return /mariadb/i.test(serverVersion) ? 'mariadb' : 'mysql'
}
