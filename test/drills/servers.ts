import { GaleraCluster } from '../cluster/index.js'
import type { DrillCluster } from './drill-cluster.js'
import type { DrillOptions } from './options.js'

const NODES = 3

/** Starts the servers that were asked for. */
export async function startServers(
  options: DrillOptions,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<{ readonly cluster: DrillCluster; readonly version: string }> {
  const maxConnections = NODES * options.connections * options.subjects.length + 50
  say(`starting ${NODES} real Galera nodes`)
  const cluster = await GaleraCluster.start({
    nodes: NODES,
    database: 'drill',
    settings: { max_connections: maxConnections },
    onProgress: say,
    signal,
  })
  const [row] = await cluster.node(0).sql('SELECT VERSION() AS version')
  return { cluster, version: String(row?.['version']) }
}
