import type { Answer } from '../../driver/question.js'
import { factsOf, isOn } from '../answer.js'
import type { ProbeKind } from '../verdict.js'
import { galeraProbe } from './galera.js'
import { groupReplicationProbe } from './group-replication.js'
import { replicationProbe } from './replication.js'

/**
 * Asked on each new connection of a probe: SHOW VARIABLES names only what the server has, where `@@wsrep_on` would be an error
 * without Galera. Every account may ask it.
 */
export const DETECTION_SQL = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('wsrep_on', 'wsrep_provider', 'group_replication_group_name')`

/**
 * Which kind of server answered so. A server on its own and a primary look the same, and either may become a replica at any
 * time: both are asked for their replication each time.
 */
export function detectProbe(answer: Answer | undefined): ProbeKind {
  const facts = factsOf(answer)
  const provider = facts.get('WSREP_PROVIDER') ?? ''
  // Where wsrep_on belongs to the session alone there is no global one to see.
  const switchedOn = isOn(facts.get('WSREP_ON') ?? 'ON')
  if (switchedOn && provider !== '' && provider !== 'none') return galeraProbe
  // A member whose group is not running is one all the same: it has missed writes.
  return (facts.get('GROUP_REPLICATION_GROUP_NAME') ?? '') === '' ? replicationProbe : groupReplicationProbe
}
