import type { Check } from '../check.js'
import { groupBy, namesOf, reachedHosts } from '../reached.js'

/** Whether several hosts lead to one server. */
export const sameServer: Check = {
  name: 'same-server',
  weight: 70,
  run: (facts) => {
    const groups = groupBy(reachedHosts(facts), ({ server: { variables } }) => {
      const identity = IDENTITY.map((name) => variables.get(name) ?? '')
      return identity.every((value) => value === '') ? undefined : identity.join('|')
    })
    return [...groups.values()]
      .filter((hosts) => hosts.length > 1)
      .map((hosts) => ({
        level: 'warning',
        hosts: namesOf(hosts),
        problem: `${hosts.length} hosts lead to the same server.`,
        reason: 'It gets a multiple of its share, and when it fails the pool has fewer hosts than it seems.',
        remedy: `Keep one of them in the URL: ${hosts[0]?.name ?? ''}`,
      }))
  },
}

/** The values that identify a server: together they differ between servers of one machine, and between machines. */
const IDENTITY = ['server_uuid', 'hostname', 'port', 'datadir', 'wsrep_node_name']
