import type { Check } from '../check.js'
import type { Facts, ReachedHost } from '../facts.js'
import type { Finding } from '../finding.js'
import { follows, groupBy, groupText, isSwitchedOff, namesOf, reachedHosts, reachedOf } from '../reached.js'

/** Whether all hosts hold the same data: one cluster, one group, or one source and its replicas. */
export const oneCluster: Check = {
  name: 'one-cluster',
  weight: 88,
  run: (facts) => [...clusters(facts), ...components(facts), ...outsiders(facts), ...sources(facts)],
}

const REASON =
  'The pool takes any host for any statement: reads differ from one to the next, and writes are missing on the other side.'

/** Hosts of several clusters. A group is known by its name, a Galera cluster by the UUID of its data. */
function clusters(facts: Facts): readonly Finding[] {
  const groups = groupBy(reachedHosts(facts), ({ server }) => server.description?.cluster)
  if (groups.size < 2) return []
  return [
    {
      level: 'error',
      hosts: namesOf([...groups.values()].flat()),
      problem: `The hosts are of ${groups.size} clusters: ${groupText(groups)}.`,
      reason: REASON,
      remedy: `Keep one of them in the URL: ${[...groups.values()].map((hosts) => namesOf(hosts).join(',')).join(' or ')}`,
    },
  ]
}

/** Several primary components of one cluster: a cut network has parted the cluster, and each part goes on to take writes. */
function components(facts: Facts): readonly Finding[] {
  const primary = reachedOf(facts, 'galera').filter(
    ({ server }) => server.description?.cluster !== undefined && server.description.members.length > 0,
  )
  return [...groupBy(primary, ({ server }) => server.description?.cluster).values()].flatMap(
    (hosts): readonly Finding[] => {
      const groups = groupBy(hosts, membersOf)
      if (groups.size < 2 || overlap(groups)) return []
      return [
        {
          level: 'error',
          hosts: namesOf(hosts),
          problem: `The cluster has fallen apart, and ${groups.size} parts of it take writes: ${[...groups.values()].map((part) => namesOf(part).join(', ')).join(' | ')}.`,
          reason: 'Each part has rows that the others miss, and no part can take them over.',
          remedy:
            'Stop the part whose writes are to be given up, and start its nodes again: they take a state transfer from the other.',
        },
      ]
    },
  )
}

function membersOf({ server }: ReachedHost): string {
  return (server.description?.members ?? [])
    .map(({ host, port }) => `${host}:${port}`)
    .toSorted()
    .join(',')
}

/**
 * Whether two views share a member. Views of one component differ while a node joins or leaves; views of two components share
 * none.
 */
function overlap(groups: ReadonlyMap<string, unknown>): boolean {
  const members = [...groups.keys()].flatMap((key) => key.split(','))
  return new Set(members).size < members.length
}

/** Servers outside of the cluster that other hosts are of. A replica of the cluster belongs to it. */
function outsiders(facts: Facts): readonly Finding[] {
  const inside = reachedHosts(facts).filter(
    ({ server }) => (server.description?.kind ?? 'replication') !== 'replication',
  )
  if (inside.length === 0) return []
  return reachedOf(facts, 'replication')
    .filter((host) => !follows(host))
    .map((host) => outsider(host))
}

function outsider(host: ReachedHost): Finding {
  const left = isSwitchedOff(host)
  const unseen = !left && host.server.description?.missingPrivilege !== undefined
  return {
    level: unseen ? 'warning' : 'error',
    hosts: [host.name],
    problem: left
      ? 'wsrep_on is off: the host is outside of its cluster.'
      : unseen
        ? 'The host is of no cluster, while others are of one; whether it is a replica it may not be asked.'
        : 'The host is of no cluster, while others are of one.',
    reason: REASON,
    remedy: left
      ? 'SET GLOBAL wsrep_on = ON;   -- and a new state transfer where it has been written to meanwhile'
      : 'Let it join, or take it out of the URL. A Galera node needs wsrep_on = ON and wsrep_cluster_address = gcomm://…',
  }
}

/** Several servers that replicate from no other: each is a source with data of its own. */
function sources(facts: Facts): readonly Finding[] {
  const servers = reachedOf(facts, 'replication')
  // Without the privilege, no server tells what it replicates from.
  if (servers.some(({ server }) => server.description?.missingPrivilege !== undefined)) return []
  if (reachedHosts(facts).length !== servers.length) return []
  const heads = servers.filter((host) => !follows(host))
  const strays = heads.length === 0 ? strayReplicas(servers) : []
  if (heads.length < 2) return strays
  return [
    {
      level: 'error',
      hosts: namesOf(heads),
      problem: `${heads.length} hosts replicate from no other: their data are not the same.`,
      reason: REASON,
      remedy: `CHANGE REPLICATION SOURCE TO …; START REPLICA;   -- on all but one; MariaDB: CHANGE MASTER TO`,
    },
  ]
}

/** A pool of replicas alone: their source is not among its hosts. */
function strayReplicas(servers: readonly ReachedHost[]): readonly Finding[] {
  const [first] = servers
  if (first === undefined || first.verdict?.writable === true || servers.some(({ verdict }) => verdict?.writable))
    return []
  const address = first.server.description?.sources[0]?.address
  return [
    {
      level: 'warning',
      hosts: namesOf(servers),
      problem: `The source that the replicas follow${address === undefined ? '' : ` (${address})`} is not a host of this pool.`,
      reason: 'Writes have no host, and a promotion cannot be recognised.',
      remedy:
        address === undefined ? 'Add the source to the hosts of the URL.' : `Add ${address} to the hosts of the URL.`,
    },
  ]
}
