import { isOn } from '../answer.js'
import type { ServerFacts } from '../server-facts.js'
import type { ProbeKind } from '../probe-result.js'
import { galeraProbe } from './galera.js'
import { groupReplicationProbe } from './group-replication.js'
import { replicationProbe } from './replication.js'

/**
 * Which kind of server this is. A server on its own and a primary look the same, and either may become a replica at any time:
 * both are asked for their replication each time.
 */
export function detectProbe({ variables }: ServerFacts): ProbeKind {
  const provider = variables.get('WSREP_PROVIDER') ?? ''
  // Where wsrep_on belongs to the session alone there is no global one to see.
  const switchedOn = isOn(variables.get('WSREP_ON') ?? 'ON')
  if (switchedOn && provider !== '' && provider !== 'none') return galeraProbe
  // A member whose group is not running is one all the same: it has missed writes.
  return (variables.get('GROUP_REPLICATION_GROUP_NAME') ?? '') === '' ? replicationProbe : groupReplicationProbe
}
