import { GaleraCluster, parseServerUrl, type ServerAccess } from '../cluster/index.js'
import { type DemoOptions, NODES, URL_VARIABLE } from './options.js'

/** What the applications work on. */
export interface Servers {
  readonly access: ServerAccess
  /** There when the servers belong to the demo. */
  readonly cluster: GaleraCluster | undefined
  stop(): Promise<void>
}

/** Starts a cluster, or finds the one that was named. */
export async function provideServers(
  { url }: Pick<DemoOptions, 'url'>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Servers> {
  if (url !== undefined) {
    const access = parseServerUrl(url, URL_VARIABLE)
    say(`using the servers ${access.hosts} (${URL_VARIABLE}); nothing will be done to them`)
    return { access, cluster: undefined, stop: () => Promise.resolve() }
  }
  say(`starting ${NODES} real Galera nodes`)
  const cluster = await GaleraCluster.start({ nodes: NODES, database: 'shop', onProgress: say, signal })
  return { access: cluster, cluster, stop: () => cluster.stop() }
}
