import type { Check } from '../check.js'
import type { Facts } from '../facts.js'
import type { Finding } from '../finding.js'
import { follows, namesOf, reachedOf } from '../reached.js'
import { numberOf } from '../values.js'

/** Whether a read on one host sees a write that another host has just committed. */
export const causalReads: Check = {
  name: 'causal-reads',
  weight: 25,
  run: (facts) => [...galera(facts), ...group(facts), ...replicas(facts)],
}

function galera(facts: Facts): readonly Finding[] {
  const stale = reachedOf(facts, 'galera').filter(
    ({ server }) => ((numberOf(server.session, 'wsrep_sync_wait') ?? 0) & 1) === 0,
  )
  if (stale.length === 0) return []
  return [
    {
      level: 'note',
      hosts: namesOf(stale),
      problem: 'A read does not wait for what other nodes have committed (wsrep_sync_wait is off).',
      reason: 'A read straight after a write may go to another node, and not see it.',
      remedy: '?sessionVariables.wsrep_sync_wait=1   # where that matters',
    },
  ]
}

function group(facts: Facts): readonly Finding[] {
  const stale = reachedOf(facts, 'group-replication').filter(
    ({ server }) =>
      !/^(?:BEFORE|AFTER|BEFORE_AND_AFTER)$/i.test(server.session.get('group_replication_consistency') ?? ''),
  )
  const [first] = stale
  if (first === undefined) return []
  return [
    {
      level: 'note',
      hosts: namesOf(stale),
      problem: `A read does not wait for what other members have committed (group_replication_consistency is ${first.server.session.get('group_replication_consistency') ?? 'not told'}).`,
      reason: 'A read straight after a write may go to another member, and not see it.',
      remedy: '?sessionVariables.group_replication_consistency=BEFORE   # where that matters',
    },
  ]
}

function replicas(facts: Facts): readonly Finding[] {
  const following = reachedOf(facts, 'replication').filter(follows)
  if (following.length === 0) return []
  return [
    {
      level: 'note',
      hosts: namesOf(following),
      problem: 'Replicas apply what the source has written a moment later.',
      reason: 'A read straight after a write may go to a replica, and not see it.',
      remedy:
        "{ access: 'write' }   // of a read that must see it: it goes to the source; or read inside the transaction",
    },
  ]
}
