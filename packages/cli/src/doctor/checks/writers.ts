import type { Check } from '../check.js'
import type { Facts } from '../facts.js'
import type { Finding } from '../finding.js'
import { namesOf, reachedHosts, reachedOf } from '../reached.js'

/** Whether some host takes writes, and none that should not. */
export const writers: Check = {
  name: 'writers',
  weight: 84,
  run: (facts) => [...noWriter(facts), ...writableReplicas(facts)],
}

function noWriter(facts: Facts): readonly Finding[] {
  const reached = reachedHosts(facts)
  const serving = reached.filter(({ verdict }) => verdict?.state === 'up')
  if (serving.length === 0 || serving.some(({ verdict }) => verdict?.writable)) return []
  return [
    {
      level: 'error',
      hosts: namesOf(serving),
      problem: 'No host takes writes.',
      reason: 'Writes wait for acquireTimeout and fail.',
      remedy:
        'Add the source, or the primary, to the URL; or SET GLOBAL read_only = OFF on the host that is to take them.',
    },
  ]
}

function writableReplicas(facts: Facts): readonly Finding[] {
  const writable = reachedOf(facts, 'replication').filter(
    ({ server, verdict }) => verdict?.writable === true && (server.description?.sources.length ?? 0) > 0,
  )
  if (writable.length === 0) return []
  return [
    {
      level: 'warning',
      hosts: namesOf(writable),
      problem: 'The replica is not read-only.',
      reason: 'A pool that has not asked it yet may write to it, and its source never sees those rows.',
      remedy: 'SET GLOBAL read_only = ON;   -- and read_only = ON in [mysqld]',
    },
  ]
}
