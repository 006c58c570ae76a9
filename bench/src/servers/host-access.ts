import type { ServerAccess } from '@mysql-hostpool/test/cluster'

/** How to reach one host, in the options' names that all drivers share. */
export interface HostAccess {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

export function hostsOf({ hosts, user, password, database }: ServerAccess): readonly HostAccess[] {
  return hosts.split(',').map((address) => {
    const [host = '', port = '3306'] = address.split(':')
    return { host, port: Number(port), user, password, database }
  })
}

/** The first host: what pools that know only one use. */
export function firstOf(access: ServerAccess): HostAccess {
  const [first] = hostsOf(access)
  if (first === undefined) throw new Error('there is no host')
  return first
}

/** The same for pools that count each host by itself: so many connections together, the first hosts get what is left over. */
export function split(
  access: ServerAccess,
  connections: number,
): readonly (HostAccess & { readonly connectionLimit: number })[] {
  const hosts = hostsOf(access)
  const least = Math.floor(connections / hosts.length)
  const more = connections % hosts.length
  return hosts.map((host, index) => ({ ...host, connectionLimit: least + (index < more ? 1 : 0) }))
}
