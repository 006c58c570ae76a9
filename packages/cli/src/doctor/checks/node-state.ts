import type { Check } from '../check.js'
import type { HostVerdict } from '../facts.js'
import type { Finding } from '../finding.js'
import { reachedHosts } from '../reached.js'

/** Whether the pool's own probe finds each host fit for reads and writes. */
export const nodeState: Check = {
  name: 'node-state',
  weight: 85,
  run: (facts) =>
    reachedHosts(facts).flatMap(({ name, verdict, server }) => {
      if (verdict === undefined) return []
      return found(name, verdict, server.description?.kind ?? '')
    }),
}

function found(name: string, verdict: HostVerdict, kind: string): readonly Finding[] {
  const { state, reason } = verdict
  // A secondary of a group and a read-only replica are as they should be.
  if (reason === '' || reason === 'secondary') return []
  if (reason.endsWith('read_only is on') && !reason.includes(',') && kind !== 'galera') return []
  const used = state === 'up'
  const { problem, why } = used ? (NO_WRITES.test(reason) ? READING : SPARED) : UNUSED
  return [
    {
      level: used ? 'warning' : 'error',
      hosts: [name],
      problem: `${problem}: ${reason}.`,
      reason: why,
      remedy: remedyOf(reason),
    },
  ]
}

/** Reasons for which the pool sends reads to a host, and no writes. */
const NO_WRITES = /read_only is on|which does not replicate from it|belongs to/

const SPARED = {
  problem: 'The pool spares this host',
  why: 'It gets work only when no other host is up.',
}
const READING = {
  problem: 'The pool sends no writes to this host',
  why: 'The others have to take them all.',
}
const UNUSED = {
  problem: 'The pool does not use this host',
  why: 'It gets neither reads nor writes until a probe finds it well.',
}

/** Remedies by the words in the reason that the probe gives. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/which does not replicate from it/, 'SET GLOBAL read_only = ON;   -- and read_only = ON in [mysqld]'],
  [
    /belongs to/,
    "SHOW STATUS LIKE 'wsrep_cluster_state_uuid';   -- on this host and the others; let it join, or take it out of the URL",
  ],
  [/wsrep_on is off/, 'SET GLOBAL wsrep_on = ON;   -- and a new state transfer where it has been written to meanwhile'],
  [
    /not in the primary component/,
    "SHOW STATUS LIKE 'wsrep_cluster%';   -- mend its network to the others; only where no node is Primary: SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'; on the most advanced one",
  ],
  [
    /not ready/,
    "SHOW STATUS LIKE 'wsrep_local_state_comment';   -- a node that joins is ready when its state transfer ends",
  ],
  [/wsrep_reject_queries/, 'SET GLOBAL wsrep_reject_queries = NONE;'],
  [/desynced/, 'SET GLOBAL wsrep_desync = OFF;'],
  [/donor/, "Wait for the end of the state transfer: SHOW STATUS LIKE 'wsrep_local_state_comment';"],
  [/pxc_maint_mode/, 'SET GLOBAL pxc_maint_mode = DISABLED;'],
  [/receive queue/, 'SET GLOBAL wsrep_slave_threads = 8;   -- where its disk is not the limit'],
  [/state in the group/, 'START GROUP_REPLICATION;'],
  [/offline_mode/, 'SET GLOBAL offline_mode = OFF;'],
  [
    /no majority/,
    'SELECT * FROM performance_schema.replication_group_members;   -- start the members that are lost, or mend the network',
  ],
  [/SQL thread|I\/O thread/, 'START REPLICA;   -- SHOW REPLICA STATUS tells why it has stopped'],
  [
    /cannot reach its primary/,
    'SHOW REPLICA STATUS;   -- Last_IO_Error tells why; mend the network or the replication account',
  ],
  [/behind its primary/, 'SET GLOBAL replica_parallel_workers = 4;   -- MariaDB: slave_parallel_threads'],
  [/read_only is on/, 'SET GLOBAL read_only = OFF;'],
  [/probe was not answered/, 'SHOW PROCESSLIST;   -- on that server: it hangs, or is slower than --timeout'],
]

function remedyOf(reason: string): string {
  return REMEDIES.find(([pattern]) => pattern.test(reason))?.[1] ?? 'SHOW GLOBAL STATUS;   -- on that server'
}
