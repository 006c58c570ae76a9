import type { PoolOptions } from '../config/options.js'
import { resolveConfig } from '../config/pool-config.js'
import type { Lookup } from '../discovery/lookup.js'
import { Hostpool } from '../hostpool.js'
import { FakeDriver } from './fake-driver.js'
import { FakeServer } from './fake-server.js'
import { createRandom } from './random.js'
import { VirtualClock } from './virtual-clock.js'

/** A whole pool, with its sessions and its probes, among fake servers on virtual time. */
export class PoolWorld {
  readonly clock: VirtualClock
  readonly driver: FakeDriver
  readonly pool: Hostpool
  readonly #servers: Map<string, FakeServer>

  /**
   * @param neighbour - a world whose time and servers are shared, for several pools of one process
   * @param lookup - stands in for the name server
   */
  constructor(options: PoolOptions | string, seed = 1, neighbour?: PoolWorld, lookup: Lookup = nobodyKnows) {
    this.clock = neighbour?.clock ?? new VirtualClock()
    this.#servers = neighbour === undefined ? new Map<string, FakeServer>() : neighbour.#servers
    this.driver = neighbour?.driver ?? new FakeDriver((host) => this.server(host))
    this.pool = new Hostpool(resolveConfig(options), {
      clock: this.clock,
      random: createRandom(seed),
      driver: this.driver,
      lookup,
    })
  }

  server(name: string): FakeServer {
    let server = this.#servers.get(name)
    if (server === undefined) {
      server = new FakeServer(name, this.clock)
      this.#servers.set(name, server)
    }
    return server
  }

  /** Lets time pass until a promise settles, for one virtual minute at most. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    const state = { done: false }
    const end = (): void => {
      state.done = true
    }
    promise.then(end, end)
    for (let time = 0; time < 60_000 && !state.done; time += 1) await this.clock.flow(1)
    if (!state.done) throw new Error('It has not settled within a minute')
    return promise
  }

  /** Sends reads at a steady pace. Resolves to the duration of each; Infinity stands for a read that failed. */
  async reads(every: number, during: number): Promise<readonly number[]> {
    const times: number[] = []
    let asked = 0
    for (let time = 0; time < during; time += every) {
      const begun = this.clock.now()
      asked += 1
      this.pool.query('SELECT name FROM items WHERE id = 1').then(
        () => times.push(this.clock.now() - begun),
        () => times.push(Infinity),
      )
      await this.clock.flow(every)
    }
    for (let time = 0; time < 60_000 && times.length < asked; time += 10) await this.clock.flow(10)
    if (times.length < asked) throw new Error(`${asked - times.length} reads were never answered`)
    return times
  }
}

const nobodyKnows: Lookup = (name) => Promise.reject(new Error(`There is no name server to ask for ${name}`))
