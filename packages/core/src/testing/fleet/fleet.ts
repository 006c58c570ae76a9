import { resolveConfig } from '../../config/pool-config.js'
import { Hostpool } from '../../hostpool.js'
import type { Random } from '../../selectors/selector.js'
import { FakeDriver } from '../fake-driver.js'
import { FakeServer } from '../fake-server.js'
import { createRandom } from '../random.js'
import { VirtualClock } from '../virtual-clock.js'

export const HOSTS = ['a', 'b', 'c'] as const
export type HostName = (typeof HOSTS)[number]

/** The mean of the milliseconds between two statements of one pool. */
const PACE = 200

/** Many processes with a pool each, probes included, on one cluster of three hosts, under a steady load. */
export class Fleet {
  readonly clock = new VirtualClock()
  readonly pools: readonly Hostpool[]
  /** The times at which handshakes began at a host, of pools and of their probes. */
  readonly handshakes: Record<HostName, number[]> = { a: [], b: [], c: [] }
  served = 0
  failed = 0
  /** The longest time of a statement, waiting included. */
  slowest = 0
  readonly #servers: ReadonlyMap<string, FakeServer>
  readonly #random: Random
  #loaded = false

  constructor(pools: number, connections: number, seed: number) {
    this.#random = createRandom(seed)
    this.#servers = new Map(HOSTS.map((name) => [name, this.#server(name)]))
    const config = resolveConfig({
      host: HOSTS,
      connectionLimit: connections,
      minIdle: connections,
      health: { probe: 'galera' },
    })
    const driver = new FakeDriver((host) => this.server(host))
    this.pools = Array.from(
      { length: pools },
      () => new Hostpool(config, { clock: this.clock, random: this.#random, driver }),
    )
  }

  server(name: string): FakeServer {
    const server = this.#servers.get(name)
    if (server === undefined) throw new Error(`There is no server ${name}`)
    return server
  }

  /** Has every pool run statements at random times from now on. */
  startLoad(): void {
    this.#loaded = true
    for (const pool of this.pools) this.#nextStatement(pool)
  }

  stopLoad(): void {
    this.#loaded = false
  }

  /** The number of connections of all pools to a host, without those of probes. */
  connectionsTo(name: HostName): number {
    const index = HOSTS.indexOf(name)
    return this.pools.reduce((sum, pool) => {
      const host = pool.status().hosts[index]
      return sum + (host === undefined ? 0 : host.inUse + host.idle)
    }, 0)
  }

  /** The part of the connections of all pools that leads to a host. */
  shareOf(name: HostName): number {
    const all = HOSTS.reduce((sum, host) => sum + this.connectionsTo(host), 0)
    return all === 0 ? 0 : this.connectionsTo(name) / all
  }

  async end(): Promise<void> {
    this.stopLoad()
    const ended = Promise.all(this.pools.map((pool) => pool.end()))
    await this.clock.flow(20_000)
    await ended
  }

  #server(name: HostName): FakeServer {
    const server = new FakeServer(name, this.clock, (_, what) => {
      if (what === 'handshake') this.handshakes[name].push(this.clock.now())
    })
    server.ways.answerTime = 2
    return server
  }

  #nextStatement(pool: Hostpool): void {
    // Whole milliseconds, since a clock that stops at every fraction would only run longer.
    const pause = Math.ceil(-Math.log(1 - this.#random()) * PACE)
    this.clock.afterIdly(pause, () => {
      if (!this.#loaded) return
      this.#runStatement(pool)
      this.#nextStatement(pool)
    })
  }

  #runStatement(pool: Hostpool): void {
    const begun = this.clock.now()
    pool.query('SELECT name FROM items WHERE id = 1').then(
      () => {
        this.served += 1
        this.slowest = Math.max(this.slowest, this.clock.now() - begun)
      },
      () => {
        this.failed += 1
      },
    )
  }
}
