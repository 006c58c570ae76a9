import type { ProbeFacts, ProbeKind } from '../verdict.js'
import { galeraProbe } from './galera.js'
import { plainProbe } from './plain.js'

/** Asked once per host: SHOW VARIABLES names only what the server has, where `@@wsrep_on` would be an error without Galera. */
export const DETECTION_SQL = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('wsrep_on', 'wsrep_provider')`

/** Which kind of server answered so. */
export function detectProbe(facts: ProbeFacts): ProbeKind {
  const provider = facts.get('WSREP_PROVIDER') ?? 'none'
  const galera = facts.get('WSREP_ON')?.toUpperCase() === 'ON' && provider !== 'none' && provider !== ''
  return galera ? galeraProbe : plainProbe
}
