import type { Check } from '../check.js'
import type { Facts, HostFacts } from '../facts.js'
import type { Finding } from '../finding.js'
import { isLocal, nameOf } from '../addresses.js'
import { isReached, namesOf, reachedHosts } from '../reached.js'
import { listOf, quotedAccount } from '../values.js'

/** Whether this machine reaches all members of the cluster, and the pool knows them. */
export const members: Check = {
  name: 'members',
  weight: 60,
  run: (facts) => [...unreached(facts), ...unknown(facts), ...unreadable(facts)],
}

function strangers({ hosts }: Facts): readonly HostFacts[] {
  return hosts.filter(({ origin }) => origin === 'member')
}

function unreached(facts: Facts): readonly Finding[] {
  const lost = strangers(facts).filter((host) => !isReached(host))
  if (lost.length === 0) return []
  const discovers = facts.pool.discovery === 'cluster'
  const reasons = lost.map(({ name, failure }) => `${name} (${failure?.message ?? 'no answer'})`)
  return [
    {
      level: discovers ? 'error' : 'warning',
      hosts: namesOf(lost),
      problem: `The cluster lists members that this machine cannot use: ${listOf(reasons)}.`,
      reason: discovers
        ? 'Discovery adds them, and each stays down for ever.'
        : 'The pool cannot fail over to them, and discovery would not help.',
      remedy: lost.every(({ failure }) => failure?.stage === 'login')
        ? `CREATE USER ${quotedAccount(`${facts.pool.user ?? ''}@%`)} IDENTIFIED BY '…';   -- on those members, with the GRANTs that it has here: they answer, and refuse the login`
        : 'wsrep_node_incoming_address = HOST:PORT   # on those nodes, as seen from here; report_host and report_port for a MySQL group; or discovery.map',
    },
  ]
}

/** Members that answer, and that neither the hosts of the configuration nor discovery bring into the pool. */
function unknown(facts: Facts): readonly Finding[] {
  const found = strangers(facts).filter(isReached)
  if (found.length === 0 || facts.pool.discovery === 'cluster') return []
  return [
    {
      level: 'note',
      hosts: namesOf(found),
      problem: 'The cluster has members that the pool is not told of.',
      reason: 'They take none of its load, and it does not fail over to them.',
      remedy: `Add ${namesOf(found).join(',')} to the hosts of the URL, or ?discovery=cluster`,
    },
  ]
}

function unreadable(facts: Facts): readonly Finding[] {
  const entries = new Set(
    reachedHosts(facts).flatMap(({ local, server }) => {
      const { unreadableMembers = [], members: listed = [] } = server.description ?? {}
      const misleading = listed.filter(({ host }) => !local && !facts.pool.mapsMembers && isLocal(host))
      return [...unreadableMembers, ...misleading.map(({ host, port }) => nameOf(host, port))]
    }),
  )
  if (entries.size === 0) return []
  return [
    {
      level: facts.pool.discovery === 'cluster' ? 'error' : 'note',
      hosts: [],
      problem: `Some members have no address that can be used in the cluster's list: ${listOf([...entries])}.`,
      reason: 'Discovery cannot find them.',
      remedy: 'wsrep_node_incoming_address = HOST:PORT   # in [mysqld] of each node',
    },
  ]
}
