import { GaleraCluster, parseServerUrl, type ServerAccess } from '@mysql-hostpool/test/cluster'
import type { ServersWanted } from '../benchmark.js'
import { URL_VARIABLE } from '../options.js'
import { forkFakeServers, type Servers } from './fake-servers.js'

/** Real nodes, by what a benchmark wants. */
const NODES = { cluster: 3, node: 1 } as const
const DATABASE = 'bench'
/** More than any benchmark opens, all its pools together. */
const MAX_CONNECTIONS = 500

/** The servers of a run: each kind is started when it is first needed, and all are stopped at the end. */
export class ServerRoom implements AsyncDisposable {
  readonly #url: string | undefined
  readonly #say: (line: string) => void
  readonly #signal: AbortSignal
  readonly #running = new Map<string, Servers>()

  /** @param url - servers to use in place of a cluster of its own */
  constructor(url: string | undefined, say: (line: string) => void, signal: AbortSignal) {
    this.#url = url
    this.#say = say
    this.#signal = signal
  }

  async provide(wanted: ServersWanted): Promise<ServerAccess> {
    const key = JSON.stringify(wanted)
    const running = this.#running.get(key) ?? (await this.#start(wanted))
    this.#running.set(key, running)
    return running.access
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values()].map((servers) => servers.stop()))
  }

  async #start(wanted: ServersWanted): Promise<Servers> {
    if (typeof wanted !== 'string') return forkFakeServers(wanted)
    return this.#url === undefined ? this.#startNodes(NODES[wanted]) : existing(this.#url)
  }

  async #startNodes(nodes: number): Promise<Servers> {
    this.#say(`starting ${nodes} real Galera node${nodes === 1 ? '' : 's'}`)
    const cluster = await GaleraCluster.start({
      nodes,
      database: DATABASE,
      settings: { max_connections: MAX_CONNECTIONS },
      onProgress: this.#say,
      signal: this.#signal,
    })
    return { access: cluster, stop: () => cluster.stop() }
  }
}

function existing(url: string): Servers {
  return { access: parseServerUrl(url, URL_VARIABLE), stop: () => Promise.resolve() }
}
