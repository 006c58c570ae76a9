import type { ClusterView } from '../../hosts/cluster-view.js'
import { type Answer, type Facts, factsOf, isOn } from '../answer.js'
import { type ProbeKind, unusable, type Verdict } from '../verdict.js'

/** `wsrep_local_state`, as Galera documents it. */
const SYNCED = '4'
const DONOR_OR_DESYNCED = '2'
const STATE_NAMES: Readonly<Record<string, string>> = {
  '0': 'Undefined',
  '1': 'Joining',
  [DONOR_OR_DESYNCED]: 'Donor/Desynced',
  '3': 'Joined',
  [SYNCED]: 'Synced',
}

const SQL = `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM information_schema.GLOBAL_STATUS
WHERE VARIABLE_NAME IN ('WSREP_LOCAL_STATE', 'WSREP_CLUSTER_STATUS', 'WSREP_READY', 'WSREP_CLUSTER_CONF_ID',
'WSREP_CLUSTER_STATE_UUID')
UNION ALL SELECT 'READ_ONLY', @@global.read_only
UNION ALL SELECT 'WSREP_REJECT_QUERIES', @@global.wsrep_reject_queries
UNION ALL SELECT 'WSREP_SST_DONOR_REJECTS_QUERIES', @@global.wsrep_sst_donor_rejects_queries`

/** A Galera node answers pings, connects and `SELECT 1` in any state, so its state has to be read. */
export const galeraProbe: ProbeKind = {
  name: 'galera',
  // After a reset the session reports wsrep_sync_wait as it was set and does not wait any more (seen on MariaDB 10.11.19 with
  // Galera 26.4.23; galera#613): reads that have to be fresh would be stale.
  resetIsSafe: false,
  questions: () => [SQL],
  // Any user may read these, and a node outside the primary component answers them too.
  privilege: () => undefined,
  judge,
}

function judge([answer]: readonly Answer[]): Verdict {
  const facts = factsOf(answer)
  const state = facts.get('WSREP_LOCAL_STATE') ?? ''
  const name = STATE_NAMES[state] ?? `state ${state}`
  if (facts.get('WSREP_CLUSTER_STATUS') !== 'Primary') return unusable('it is not in the primary component')
  if (facts.get('WSREP_READY') !== 'ON') return unusable(`it is not ready (${name})`)
  const rejects = facts.get('WSREP_REJECT_QUERIES') ?? 'NONE'
  if (rejects !== 'NONE') return unusable(`wsrep_reject_queries is ${rejects}`)
  const donor = state === DONOR_OR_DESYNCED
  if (!donor && state !== SYNCED) return unusable(`its state is ${name}`)
  if (donor && isOn(facts.get('WSREP_SST_DONOR_REJECTS_QUERIES'))) return unusable('it is a donor and rejects queries')
  const writable = !isOn(facts.get('READ_ONLY'))
  const reasons = [...(donor ? ['Donor/Desynced'] : []), ...(writable ? [] : ['read_only is on'])]
  return { usable: true, writable, lastResort: donor, reason: reasons.join(', '), ...viewOf(facts) }
}

function viewOf(facts: Facts): { readonly view?: ClusterView } {
  const cluster = facts.get('WSREP_CLUSTER_STATE_UUID')
  const number = Number(facts.get('WSREP_CLUSTER_CONF_ID') ?? NaN)
  return cluster == null || Number.isNaN(number) ? {} : { view: { cluster, number } }
}
