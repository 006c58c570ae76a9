import type { Check } from '../check.js'
import type { Facts } from '../facts.js'
import type { Finding } from '../finding.js'
import { namesOf, reachedHosts, reachedOf } from '../reached.js'
import { isOn, numberOf, providerOption } from '../values.js'

/**
 * Whether a cut network can leave two parts of the cluster that both take writes, and whether the cluster survives the loss of a
 * node.
 */
export const splitBrain: Check = {
  name: 'split-brain',
  weight: 82,
  run: (facts) => [...ignored(facts, 'pc.ignore_sb'), ...ignored(facts, 'pc.ignore_quorum'), ...size(facts)],
}

function ignored(facts: Facts, option: string): readonly Finding[] {
  const careless = reachedOf(facts, 'galera').filter(({ server }) => isOn(providerOption(server.variables, option)))
  if (careless.length === 0) return []
  return [
    {
      level: 'error',
      hosts: namesOf(careless),
      problem: `${option} is on.`,
      reason:
        'When the network between nodes fails, both sides go on and take writes: the data fall apart, and one side is lost.',
      remedy: `SET GLOBAL wsrep_provider_options = '${option}=false';   -- and in [mysqld]`,
    },
  ]
}

function size(facts: Facts): readonly Finding[] {
  const sizes = reachedOf(facts, 'galera').flatMap(({ server }) =>
    server.status.get('wsrep_cluster_status') === 'Primary' ? [numberOf(server.status, 'wsrep_cluster_size') ?? 0] : [],
  )
  const groups = reachedHosts(facts).flatMap(({ server }) =>
    server.description?.kind === 'group-replication' ? [server.description.members.length] : [],
  )
  const votes = Math.max(0, ...sizes, ...groups)
  // Other checks tell of nodes that are missing.
  if (votes === 0 || votes < facts.hosts.length) return []
  if (votes % 2 === 1) return votes === 1 ? [alone()] : []
  const two = votes === 2
  return [
    {
      level: two ? 'warning' : 'note',
      hosts: [],
      problem: `The cluster has ${votes} votes, an even number.`,
      reason: two
        ? 'When one node is killed, or the two do not see each other, the one that is left has no majority and stops serving.'
        : 'Cut into two halves, none has a majority, and both stop serving.',
      remedy:
        sizes.length > 0
          ? 'garbd --address gcomm://… --group …   # an arbitrator, on a third machine; or one node more'
          : 'Add a member.',
    },
  ]
}

function alone(): Finding {
  return {
    level: 'warning',
    hosts: [],
    problem: 'The cluster has one node.',
    reason: 'There is none to fail over to.',
    remedy: 'Let two more nodes join.',
  }
}
