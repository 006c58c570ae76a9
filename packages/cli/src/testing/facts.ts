import type { ServerDescription } from '@mysql-hostpool/core'

import type {
  Facts,
  HostFacts,
  HostFailure,
  PoolPlan,
  ReachedHost,
  SchemaFacts,
  ServerFacts,
  Values,
} from '../doctor/facts.js'

type Given = Readonly<Record<string, string>>

/** What differs from a host that is fit. */
export interface HostDifference extends Omit<Partial<HostFacts>, 'server'> {
  /** Of the server as a whole and of its session. */
  readonly variables?: Given
  /** Of the session alone. */
  readonly session?: Given
  readonly status?: Given
  readonly encryption?: Given
  readonly description?: Partial<ServerDescription>
  readonly server?: Partial<Omit<ServerFacts, 'variables' | 'session' | 'status' | 'encryption' | 'description'>>
}

const UUID = 'e2b4a2f0-0000-11f1-a000-000000000001'
export const NOW = Date.UTC(2026, 0, 31)

const GALERA: Given = {
  auto_increment_increment: '3',
  binlog_format: 'ROW',
  collation_server: 'utf8mb4_general_ci',
  datadir: '/var/lib/mysql/',
  innodb_autoinc_lock_mode: '2',
  innodb_doublewrite: 'ON',
  innodb_flush_log_at_trx_commit: '1',
  log_bin: 'OFF',
  max_allowed_packet: '16777216',
  max_connections: '200',
  max_prepared_stmt_count: '16382',
  max_user_connections: '0',
  port: '3306',
  read_only: 'OFF',
  sql_mode: 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',
  system_time_zone: 'UTC',
  time_zone: 'SYSTEM',
  wait_timeout: '28800',
  wsrep_on: 'ON',
  wsrep_provider: '/usr/lib/galera/libgalera_smm.so',
  wsrep_provider_options: 'evs.suspect_timeout = PT5S; pc.ignore_quorum = false; pc.ignore_sb = false; ',
  wsrep_sync_wait: '1',
}

const MEMBERS = ['db1', 'db2', 'db3'].map((host) => ({ host, port: 3306 }))

/** A Galera node as it should be, `dbN:3306`. */
export function galeraHost(index: number, difference: HostDifference = {}): ReachedHost {
  const {
    variables = {},
    session = {},
    status = {},
    encryption = {},
    description = {},
    server = {},
    ...host
  } = difference
  const own = { hostname: `db${index}`, auto_increment_offset: String(index), wsrep_node_name: `node${index}` }
  const all = { ...GALERA, ...own, ...variables }
  return {
    name: `db${index}:3306`,
    origin: 'configured',
    local: true,
    connectionLimit: 4,
    failure: undefined,
    verdict: { state: 'up', reason: '', writable: true },
    ...host,
    server: {
      version: '10.11.18-MariaDB',
      account: 'app@%',
      clock: { ahead: 0, uncertainty: 1 },
      unanswered: [],
      ...server,
      variables: valuesOf(all),
      session: valuesOf({ ...all, ...session }),
      status: valuesOf({ wsrep_cluster_size: '3', wsrep_cluster_status: 'Primary', ...status }),
      encryption: valuesOf(encryption),
      description: {
        kind: 'galera',
        missingPrivilege: undefined,
        cluster: `the Galera cluster ${UUID}`,
        sources: [],
        members: MEMBERS,
        self: MEMBERS[index - 1],
        unreadableMembers: [],
        ...description,
      },
    },
  }
}

/** A member of a MySQL group as it should be; the first is the primary. */
export function groupHost(index: number, difference: HostDifference = {}): ReachedHost {
  const secondary = { state: 'up', reason: 'secondary', writable: false } as const
  return galeraHost(index, {
    ...(index === 1 ? {} : { verdict: secondary }),
    ...difference,
    variables: { ...NO_GALERA, group_replication_member_expel_timeout: '5', ...difference.variables },
    session: { group_replication_consistency: 'BEFORE', ...difference.session },
    status: { wsrep_cluster_status: '', wsrep_cluster_size: '', ...difference.status },
    description: { kind: 'group-replication', cluster: 'the group g', ...difference.description },
    server: { version: '9.7.4', ...difference.server },
  })
}

/** A source (the first) or a replica of it, as it should be. */
export function replicationHost(index: number, difference: HostDifference = {}): ReachedHost {
  const replica = index > 1
  const verdict = { state: 'up', reason: 'read_only is on', writable: false } as const
  const sources = [{ address: 'db1:3306', stopped: false }]
  return galeraHost(index, {
    ...(replica ? { verdict } : {}),
    ...difference,
    variables: { ...NO_GALERA, read_only: replica ? 'ON' : 'OFF', ...difference.variables },
    status: { wsrep_cluster_status: '', wsrep_cluster_size: '', ...difference.status },
    description: {
      kind: 'replication',
      cluster: undefined,
      members: [],
      self: undefined,
      sources: replica ? sources : [],
      ...difference.description,
    },
  })
}

const NO_GALERA: Given = {
  auto_increment_increment: '1',
  wsrep_provider: '',
  wsrep_provider_options: '',
  wsrep_on: 'OFF',
}

/** A host that could not be asked. */
export function lostHost(name: string, failure: Partial<HostFailure>, more: Partial<HostFacts> = {}): HostFacts {
  return {
    name,
    origin: 'configured',
    local: false,
    connectionLimit: 4,
    failure: { stage: 'unreachable', message: 'it failed', code: undefined, errno: undefined, ...failure },
    verdict: undefined,
    server: undefined,
    ...more,
  }
}

export function factsWith(
  hosts: readonly HostFacts[],
  pool: Partial<PoolPlan> = {},
  schema: Partial<SchemaFacts> = {},
): Facts {
  return {
    pool: {
      processes: 1,
      user: 'app',
      database: 'shop',
      connectionLimit: 4,
      minIdle: 0,
      acquireTimeout: 10_000,
      idleTimeout: 60_000,
      maxLifetime: 1_800_000,
      maxPreparedStatements: 64,
      discovery: false,
      mapsMembers: false,
      encryption: 'off',
      timeout: 5_000,
      ...pool,
    },
    hosts,
    schema: { host: 'db1:3306', keyless: [], notInnoDb: [], problem: undefined, ...schema },
    now: NOW,
  }
}

/** Three nodes, the first of which differs. */
export function galeraFacts(
  difference: HostDifference = {},
  pool: Partial<PoolPlan> = {},
  schema: Partial<SchemaFacts> = {},
): Facts {
  return factsWith([galeraHost(1, difference), galeraHost(2), galeraHost(3)], pool, schema)
}

function valuesOf(given: Given): Values {
  return new Map(Object.entries(given))
}
