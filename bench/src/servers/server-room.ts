import { GaleraCluster, parseServerUrl, type ServerAccess } from '@mysql-hostpool/test/cluster'
import type { ServersWanted } from '../benchmark.js'
import { URL_VARIABLE } from '../options.js'
import { forkFakeServers, type Servers } from './fake-servers.js'

const HOSTS = 3
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
    if (wanted !== 'cluster') return forkFakeServers(wanted)
    return this.#url === undefined ? this.#startCluster() : existing(this.#url)
  }

  async #startCluster(): Promise<Servers> {
    this.#say(`starting ${HOSTS} real Galera nodes`)
    const cluster = await GaleraCluster.start({
      nodes: HOSTS,
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
