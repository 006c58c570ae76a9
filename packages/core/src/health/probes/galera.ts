import type { Allegiance } from '../../hosts/belonging.js'
import type { Answer } from '../../driver/question.js'
import { factsOf, type Facts, isOn, stated } from '../answer.js'
import { readOnlyReason } from '../read-only.js'
import type { ServerFacts } from '../server-facts.js'
import { type Limits, type ProbeKind, unusable, type ProbeResult } from '../probe-result.js'
import { isMariaDb } from '../server-version.js'

/** Values of `wsrep_local_state`, from Galera's documentation. */
const SYNCED = '4'
const DONOR_OR_DESYNCED = '2'
const STATE_NAMES: Readonly<Record<string, string>> = {
  '0': 'Undefined',
  '1': 'Joining',
  [DONOR_OR_DESYNCED]: 'Donor/Desynced',
  '3': 'Joined',
  [SYNCED]: 'Synced',
}

const STATUS = `'WSREP_LOCAL_STATE', 'WSREP_CLUSTER_STATUS', 'WSREP_READY', 'WSREP_LOCAL_RECV_QUEUE', 'WSREP_CLUSTER_CONF_ID',
'WSREP_CLUSTER_STATE_UUID', 'wsrep_incoming_addresses'`

const MARIADB_SQL = `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM information_schema.GLOBAL_STATUS
WHERE VARIABLE_NAME IN (${STATUS})
UNION ALL SELECT 'READ_ONLY', @@global.read_only
UNION ALL SELECT 'INNODB_READ_ONLY', @@global.innodb_read_only
UNION ALL SELECT 'WSREP_ON', @@global.wsrep_on
UNION ALL SELECT 'WSREP_DESYNC', @@global.wsrep_desync
UNION ALL SELECT 'WSREP_REJECT_QUERIES', @@global.wsrep_reject_queries
UNION ALL SELECT 'WSREP_SST_DONOR_REJECTS_QUERIES', @@global.wsrep_sst_donor_rejects_queries`

// Read from the table, because only Percona's servers have pxc_maint_mode: @@ of a missing variable is an error.
const MYSQL_SQL = `SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM performance_schema.global_status
WHERE VARIABLE_NAME IN (${STATUS})
UNION ALL SELECT VARIABLE_NAME, VARIABLE_VALUE FROM performance_schema.global_variables
WHERE VARIABLE_NAME IN ('read_only', 'super_read_only', 'innodb_read_only', 'transaction_read_only', 'wsrep_on', 'wsrep_desync', 'wsrep_reject_queries', 'wsrep_sst_donor_rejects_queries', 'pxc_maint_mode')`

/** The probe of a Galera node. A node answers pings, connects and `SELECT 1` in any state, so the probe reads the state. */
export const galeraProbe: ProbeKind = {
  name: 'galera',
  variables: ['WSREP_ON', 'WSREP_PROVIDER'],
  matches: ({ variables }) => {
    const provider = variables.get('WSREP_PROVIDER') ?? ''
    // Some servers have wsrep_on as a session variable only, which SHOW GLOBAL VARIABLES does not list.
    return isOn(variables.get('WSREP_ON') ?? 'ON') && provider !== '' && provider !== 'none'
  },
  allegiance: () => ({ is: 'unknown' }),
  // After a reset the session still reports the value of wsrep_sync_wait, but does not wait any more (seen on MariaDB 10.11.19
  // with Galera 26.4.23; galera#613). Reads that have to be fresh would be stale.
  resetIsSafe: false,
  queries: (server) => [isMariaDb(server.version) ? mariaDbSql(server) : MYSQL_SQL],
  // Every account may read these variables, and a node outside the primary component answers too.
  privilege: () => undefined,
  evaluate,
}

function evaluate([answer]: readonly Answer[], limits: Limits, spared: boolean): ProbeResult {
  const facts = factsOf(answer)
  const state = facts.get('WSREP_LOCAL_STATE') ?? ''
  const name = STATE_NAMES[state] ?? `state ${state}`
  // With wsrep_on off, the node still reports Synced, and new sessions write to this node alone.
  if (!isOn(facts.get('WSREP_ON') ?? 'ON')) return unusable('wsrep_on is off: its writes reach no other node')
  if (facts.get('WSREP_CLUSTER_STATUS') !== 'Primary') return unusable('it is not in the primary component')
  if (facts.get('WSREP_READY') !== 'ON') return unusable(`it is not ready (${name})`)
  const rejects = facts.get('WSREP_REJECT_QUERIES') ?? 'NONE'
  if (rejects !== 'NONE') return unusable(`wsrep_reject_queries is ${rejects}`)
  const donor = state === DONOR_OR_DESYNCED
  if (!donor && state !== SYNCED) return unusable(`its state is ${name}`)
  if (donor && isOn(facts.get('WSREP_SST_DONOR_REJECTS_QUERIES'))) return unusable('it is a donor and rejects queries')
  stated(facts, 'READ_ONLY')
  const readOnly = readOnlyReason(facts)
  const spare = sparingReasons(facts, limits, spared)
  const reasons = [...(donor ? [donorReason(facts)] : []), ...spare, ...(readOnly === undefined ? [] : [readOnly])]
  const lastResort = spare.length > 0 || (donor && !limits.useDonors)
  return {
    usable: true,
    writable: readOnly === undefined,
    lastResort,
    reason: reasons.join(', '),
    ...allegianceOf(facts),
  }
}

/** MariaDB's statement, with the read-only setting of transactions under the name that this server has. */
function mariaDbSql({ variables }: ServerFacts): string {
  const name = ['TX_READ_ONLY', 'TRANSACTION_READ_ONLY'].find((each) => variables.has(each))
  return name === undefined ? MARIADB_SQL : `${MARIADB_SQL}\nUNION ALL SELECT '${name}', @@global.${name.toLowerCase()}`
}

function allegianceOf(facts: Facts): { readonly allegiance?: Allegiance } {
  const uuid = facts.get('WSREP_CLUSTER_STATE_UUID')
  if (uuid === null || uuid === undefined || uuid === '') return {}
  const cluster = `the Galera cluster ${uuid}`
  const number = Number(facts.get('WSREP_CLUSTER_CONF_ID') ?? NaN)
  const view = { cluster, number: Number.isNaN(number) ? undefined : number, members: membersOf(facts) }
  return { allegiance: { is: 'member', cluster, view } }
}

/** The addresses of the members; undefined if they do not tell the members apart: several may be AUTO or empty. */
function membersOf(facts: Facts): readonly string[] | undefined {
  const listed = (facts.get('WSREP_INCOMING_ADDRESSES') ?? '').split(',').map((entry) => entry.trim())
  const known = listed.every((entry) => entry !== '' && !entry.startsWith('AUTO') && entry !== 'unspecified')
  return known && new Set(listed).size === listed.length ? listed : undefined
}

/** The reason for state 2, which has two causes. */
function donorReason(facts: Facts): string {
  return isOn(facts.get('WSREP_DESYNC')) ? 'it is desynced (wsrep_desync is on)' : 'it is a donor (Donor/Desynced)'
}

/** The reasons to use a working node only as a last resort. */
function sparingReasons(facts: Facts, { maxReceiveQueue }: Limits, spared: boolean): string[] {
  // Percona's SHUTDOWN and MAINTENANCE both mean: finish the work under way, and take no new work.
  const mode = facts.get('PXC_MAINT_MODE') ?? 'DISABLED'
  const maintenance = mode === 'DISABLED' ? [] : [`pxc_maint_mode is ${mode}`]
  // A spared node comes back at half of the limit. Otherwise a node at the limit would change with every probe.
  const limit = spared ? maxReceiveQueue / 2 : maxReceiveQueue
  const behind = maxReceiveQueue > 0 && Number(facts.get('WSREP_LOCAL_RECV_QUEUE') ?? 0) > limit
  // The reason does not show the length of the queue, because each new reason is a change of the host's condition.
  return behind
    ? [...maintenance, `its receive queue is long (the limit is ${maxReceiveQueue} write sets)`]
    : maintenance
}
