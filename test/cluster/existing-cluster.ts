/** How to reach servers that clients use, whoever runs them. */
export interface ServerAccess {
  /** As `host:port,host:port,…`, ports where the URL names them. */
  readonly hosts: string
  readonly user: string
  readonly password: string
  readonly database: string
}

/**
 * Reads `mysql://user:password@host1:port,host2:port/database`, with one port at the end standing for all hosts before
 * it without one. Throws, naming the variable it came from and what is wrong, and never the password.
 */
export function parseServerUrl(url: string, variable: string): ServerAccess {
  const form = `${variable} must look like mysql://user:password@host1,host2,host3:port/database`
  const match = /^(?:mysql|mariadb):\/\/([^:@/]+)(?::([^@/]*))?@([^/@?]+)\/([^/?#]+)$/.exec(url)
  const [, user, password = '', list, database] = match ?? []
  if (!user || !list || !database) throw new Error(form)
  const hosts = list.split(',').map((host) => host.trim())
  if (hosts.includes('')) throw new Error(`${form}; a host is empty in "${list}"`)
  const shared = portOf(hosts.at(-1) ?? '')
  const complete = hosts.map((host) => (portOf(host) || !shared ? host : `${host}:${shared}`))
  try {
    return {
      hosts: complete.join(','),
      user: decodeURIComponent(user),
      password: decodeURIComponent(password),
      database: decodeURIComponent(database),
    }
  } catch {
    throw new Error(`${form}; a percent sign in a name or the password must be written as %25`)
  }
}

/** The URL form of it. */
export function formatServerUrl({ hosts, user, password, database }: ServerAccess): string {
  return `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${hosts}/${encodeURIComponent(database)}`
}

function portOf(host: string): string | undefined {
  return /^(?:\[[^\]]*\]|[^:]*):(\d+)$/.exec(host)?.[1]
}
