import { GaleraCluster, MySqlGroup, ReplicationSet } from '../cluster/index.js'
import type { DrillCluster } from './drill-cluster.js'
import type { DrillOptions } from './options.js'
import { isMariaDb, SERVER_WORDS } from './server-kind.js'

const NODES = 3
const DATABASE = 'drill'

/** Starts the servers that were asked for. */
export async function startServers(
  options: DrillOptions,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<{ readonly cluster: DrillCluster; readonly version: string }> {
  const { servers, connections, subjects } = options
  // Any one node can have to bear all of them, and fresh pools besides.
  const maxConnections = NODES * connections * subjects.length + 50
  onProgress(`starting ${NODES} real nodes of ${SERVER_WORDS[servers]}`)
  const common = { database: DATABASE, onProgress, signal }
  const start = (): Promise<DrillCluster> => {
    switch (servers) {
      case 'galera':
        return GaleraCluster.start({ ...common, nodes: NODES, settings: { max_connections: maxConnections } })
      case 'mysql':
      case 'mysql-single':
        return MySqlGroup.start({ ...common, singlePrimary: servers === 'mysql-single', maxConnections })
      case 'replication':
      case 'mysql-replication':
        return ReplicationSet.start({ ...common, kind: isMariaDb(servers) ? 'mariadb' : 'mysql', maxConnections })
      default:
        return servers satisfies never
    }
  }
  const cluster = await start()
  const [row] = await cluster.node(0).sql('SELECT VERSION() AS version')
  return { cluster, version: String(row?.['version']) }
}
