import { Tracer } from '../channels/tracer.js'
import type { PoolOptions } from '../config/options.js'
import { type PoolConfig, resolveConfig } from '../config/pool-config.js'
import type { Host } from '../hosts/host.js'
import type { HostSignal } from '../hosts/host-condition.js'
import { HostSet } from '../hosts/host-set.js'
import type { Random } from '../selectors/selector.js'
import { createSelector } from '../selectors/create-selector.js'
import { PoolEmitter } from '../pool/emitter.js'
import { Engine } from '../pool/engine.js'
import { CountingClock } from './counting-clock.js'
import { type FakeConnection, FakeConnector } from './fake-connector.js'
import { FakeServer, type ServerObserver } from './fake-server.js'
import { createRandom } from './random.js'
import { VirtualClock } from './virtual-clock.js'
import { Watchman } from './watchman.js'

export interface WorldOptions {
  readonly pool: PoolOptions
  readonly random?: Random
  readonly observe?: ServerObserver
}

/** A pool's engine among fake servers, one for each of its hosts, on virtual time. */
export class World {
  readonly clock = new VirtualClock()
  /** The same time, as the engine gets it: the engine's timers are counted apart from those of the servers. */
  readonly engineClock = new CountingClock(this.clock)
  readonly config: PoolConfig
  readonly hosts: HostSet
  readonly servers = new Map<string, FakeServer>()
  readonly connector: FakeConnector
  readonly watch: Watchman
  readonly emitter = new PoolEmitter('shop')
  readonly engine: Engine<FakeConnection>
  readonly #observe: ServerObserver | undefined

  constructor({ pool, random = createRandom(1), observe }: WorldOptions) {
    this.#observe = observe
    this.config = resolveConfig(pool)
    // Without a listener, a warning of the pool would be a warning of the test's process.
    this.emitter.on('warning', () => undefined)
    this.hosts = new HostSet(this.config.hosts, this.clock)
    this.connector = new FakeConnector(this.clock, (host) => this.serverOf(host))
    this.watch = new Watchman(this.hosts)
    this.engine = new Engine<FakeConnection>(this.config, {
      clock: this.engineClock,
      random,
      connector: this.connector,
      hosts: this.hosts,
      selector: createSelector(this.config.selector),
      watch: this.watch,
      emitter: this.emitter,
      tracer: new Tracer({ pool: this, poolName: this.config.poolName, clock: this.engineClock }),
    })
  }

  /** The host of this name, which is given without the port. */
  host(name: string): Host {
    const host = this.hosts.all.find(({ config }) => config.host === name)
    if (host === undefined) throw new Error(`There is no host ${name}`)
    return host
  }

  server(name: string): FakeServer {
    return this.serverOf(this.host(name))
  }

  /** Signals a change of a host, as a probe would. */
  signal(name: string, signal: HostSignal): void {
    this.hosts.signal(this.host(name), signal)
  }

  serverOf({ config }: Host): FakeServer {
    let server = this.servers.get(config.host)
    if (server === undefined) {
      server = new FakeServer(config.host, this.clock, this.#observe)
      this.servers.set(config.host, server)
    }
    return server
  }

  /** Whether a process with nothing but this pool would stay alive. */
  get keepsProcessAlive(): boolean {
    return this.clock.keepingAlive > 0 || this.connector.keepsAlive
  }
}
