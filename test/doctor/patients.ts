import { formatServerUrl, GaleraCluster, MySqlGroup, ReplicationSet, type ServerAccess } from '../cluster/index.js'
import type { DoctorServers } from './options.js'

/** One fault, and what the doctor is to say of it. */
interface Fault {
  readonly name: string
  plant(): Promise<void>
  /** The URL to ask, where it is not that of all servers. */
  readonly url?: () => string
  /** Findings that are to be there, as `error tables`. */
  readonly found: readonly string[]
}

/** Servers, and the faults that are planted in them one after the other. Each stays: the last ones meet a cluster that is ill. */
export interface Patient extends AsyncDisposable {
  readonly access: ServerAccess
  readonly faults: readonly Fault[]
}

export async function startPatient(
  servers: DoctorServers,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<Patient> {
  const options = { database: 'shop', onProgress, signal }
  switch (servers) {
    case 'galera':
      return galera(await GaleraCluster.start(options))
    case 'group':
      return group(await MySqlGroup.start({ ...options, singlePrimary: true }))
    case 'replication':
      return replication(await ReplicationSet.start(options), 'REPLICA MONITOR')
    case 'mysql-replication':
      return replication(await ReplicationSet.start({ ...options, kind: 'mysql' }), 'REPLICATION CLIENT')
    default:
      return servers satisfies never
  }
}

function galera(cluster: GaleraCluster): Patient {
  const { nodes } = cluster
  return patient(cluster, [
    {
      name: 'a table of MyISAM and one without a key',
      plant: async () => {
        await nodes[0]?.sql('CREATE TABLE shop.old (id INT NOT NULL PRIMARY KEY) ENGINE = MyISAM')
        await nodes[0]?.sql('CREATE TABLE shop.keyless (id INT)')
      },
      found: ['error tables', 'warning tables'],
    },
    {
      name: 'settings that differ',
      plant: async () => {
        await nodes[0]?.sql("SET GLOBAL time_zone = '+02:00'")
        await nodes[1]?.sql("SET GLOBAL sql_mode = ''")
        await nodes[2]?.sql("SET GLOBAL wsrep_provider_options = 'pc.ignore_sb=true'")
      },
      found: ['warning time', 'warning sql-mode', 'error split-brain'],
    },
    {
      name: 'a node that hangs',
      plant: async () => nodes[2]?.freeze(),
      found: ['error reachability'],
    },
    {
      name: 'a node that goes on, and one that is cut off',
      plant: async () => {
        nodes[2]?.thaw()
        await cluster.waitUntilHealthy()
        await nodes[1]?.isolate()
        await nodes[1]?.waitFor(({ wsrep }) => wsrep?.clusterStatus !== 'Primary')
      },
      found: ['error node-state'],
    },
  ])
}

function group(servers: MySqlGroup): Patient {
  const { nodes } = servers
  return patient(servers, [
    {
      name: 'a table without a key',
      plant: async () => void (await nodes[0]?.sql('CREATE TABLE shop.keyless (id INT)')),
      found: ['error tables'],
    },
    {
      name: 'a single member in the URL',
      plant: () => Promise.resolve(),
      url: () => formatServerUrl({ ...accessOf(servers), hosts: nodes[0]?.address ?? '' }),
      found: ['note members', 'error tables'],
    },
    {
      name: 'a member that has left',
      plant: async () => void (await nodes[1]?.sql('STOP GROUP_REPLICATION')),
      found: ['error node-state'],
    },
    {
      name: 'a missing grant',
      plant: async () => void (await nodes[0]?.sql("REVOKE SELECT ON *.* FROM 'app'@'%'")),
      found: ['error probe-grants', 'error node-state'],
    },
  ])
}

function replication(servers: ReplicationSet, privilege: string): Patient {
  const [source, first, second] = servers.nodes
  return patient(servers, [
    {
      name: 'a replica that has stopped, and one that takes writes',
      plant: async () => {
        await first?.stopReceiving()
        await second?.setReadOnly(false)
      },
      found: ['warning node-state'],
    },
    {
      name: 'replicas without their source',
      plant: () => Promise.resolve(),
      url: () => formatServerUrl({ ...accessOf(servers), hosts: first?.address ?? '' }),
      found: ['error writers', 'warning one-cluster'],
    },
    {
      name: 'two sources',
      plant: async () => {
        await first?.forgetSource()
        await first?.setReadOnly(false)
      },
      found: ['error one-cluster'],
    },
    {
      name: 'a missing grant',
      plant: async () => void (await source?.sql(`REVOKE ${privilege} ON *.* FROM 'app'@'%'`)),
      found: ['error probe-grants'],
    },
  ])
}

function patient(servers: ServerAccess & { stop(): Promise<void> }, faults: readonly Fault[]): Patient {
  return { access: accessOf(servers), faults, [Symbol.asyncDispose]: () => servers.stop() }
}

/** Getters are not copied by a spread. */
function accessOf({ hosts, user, password, database }: ServerAccess): ServerAccess {
  return { hosts, user, password, database }
}
