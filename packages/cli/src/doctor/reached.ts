import { isOn } from './values.js'
import type { Facts, HostFacts, ReachedHost } from './facts.js'

/** The kinds of servers that `describeServer` tells apart. */
type ServerKind = 'galera' | 'group-replication' | 'replication'

/** The hosts of the pool that have answered. */
export function reachedHosts({ hosts }: Facts): readonly ReachedHost[] {
  return hosts.filter(isReached).filter(({ origin }) => origin === 'configured')
}

/** The hosts of one kind that have answered. */
export function reachedOf(facts: Facts, kind: ServerKind): readonly ReachedHost[] {
  return reachedHosts(facts).filter(({ server }) => server.description?.kind === kind)
}

export function isReached(host: HostFacts): host is ReachedHost {
  return host.server !== undefined
}

/** Whether a host is a Galera node with `wsrep_on` off: its writes stay on it, and no probe takes it for a node of a cluster. */
export function isSwitchedOff({ server: { variables } }: ReachedHost): boolean {
  const provider = variables.get('wsrep_provider') ?? ''
  return provider !== '' && provider !== 'none' && !isOn(variables.get('wsrep_on') ?? 'ON')
}

/**
 * Whether a host is a replica. A replica that takes writes, and whose replication was stopped as a whole, was promoted, and is
 * none.
 */
export function follows({ server: { description, variables } }: ReachedHost): boolean {
  const sources = description?.sources ?? []
  return sources.some(({ stopped }) => !stopped) || (sources.length > 0 && isOn(variables.get('read_only')))
}

/** Hosts grouped by a value that they share; hosts without such a value are left out. */
export function groupBy<Host extends HostFacts>(
  hosts: readonly Host[],
  read: (host: Host) => string | undefined,
): ReadonlyMap<string, readonly Host[]> {
  const groups = new Map<string, Host[]>()
  for (const host of hosts) {
    const value = read(host)
    if (value === undefined) continue
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [host])
    else group.push(host)
  }
  return groups
}

/** `a on db1:3306, db2:3306; b on db3:3306`. */
export function groupText(groups: ReadonlyMap<string, readonly HostFacts[]>): string {
  return [...groups]
    .map(([value, hosts]) => `${value === '' ? "''" : value} on ${namesOf(hosts).join(', ')}`)
    .join('; ')
}

export function namesOf(hosts: readonly HostFacts[]): readonly string[] {
  return hosts.map(({ name }) => name)
}
