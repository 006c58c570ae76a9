import type { Check } from '../check.js'
import type { Facts } from '../facts.js'
import type { Finding } from '../finding.js'
import { namesOf, reachedHosts } from '../reached.js'

/** Whether any host takes writes. */
export const writers: Check = {
  name: 'writers',
  weight: 84,
  run: (facts) => noWriter(facts),
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
