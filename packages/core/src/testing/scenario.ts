import type { PoolOptions } from '../config/options.js'
import type { Access } from '../sql/access.js'
import type { HostSignal } from '../hosts/host-condition.js'
import type { PoolEventName } from '../pool/events.js'
import type { EngineStatus } from '../pool/status.js'
import { Borrower } from './borrower.js'
import type { FakeServer } from './fake-server.js'
import { createRandom } from './random.js'
import { World } from './world.js'

/**
 * A scenario: actors act, time passes, and each event is noted as a line such as `ann gets a#1` or `a: handshake`.
 */
export class Scenario {
  readonly world: World
  #lines: string[] = []
  #ended: number | undefined
  #timersLeft: number | undefined

  constructor(pool: PoolOptions, seed = 1) {
    this.world = new World({
      pool,
      random: createRandom(seed),
      observe: (server, what) => this.note(`${server.name}: ${what}`),
    })
  }

  get status(): EngineStatus {
    return this.world.engine.status()
  }

  /** The number of connections that all servers together see. */
  get openAtServers(): number {
    let open = 0
    for (const server of this.world.servers.values()) open += server.open
    return open
  }

  /** The number of handshakes at all servers since the beginning. */
  get handshakes(): number {
    let handshakes = 0
    for (const server of this.world.servers.values()) handshakes += server.handshakes
    return handshakes
  }

  /** The time at which the pool had ended; undefined before. */
  get endedAt(): number | undefined {
    return this.#ended
  }

  /** The number of the pool's timers that were pending when the pool had ended. */
  get timersLeft(): number | undefined {
    return this.#timersLeft
  }

  note(line: string): void {
    this.#lines.push(line)
  }

  borrower(name: string, access?: Access): Borrower {
    return new Borrower(name, access, this)
  }

  /** Borrowers with the names `b1`, `b2` and so on, which all ask at once. */
  crowd(size: number, access?: Access): Borrower[] {
    const crowd = Array.from({ length: size }, (_, index) => this.borrower(`b${index + 1}`, access))
    for (const borrower of crowd) borrower.asks()
    return crowd
  }

  server(name: string): FakeServer {
    return this.world.server(name)
  }

  /** Changes the behaviour of every server. */
  everywhere(ways: Partial<FakeServer['ways']>): void {
    for (const host of this.world.hosts.all) Object.assign(this.world.serverOf(host).ways, ways)
  }

  passes(milliseconds: number): void {
    this.world.clock.advance(milliseconds)
  }

  /** Kills the process of a server: open connections are lost, and connects are refused. */
  dies(name: string): void {
    const server = this.server(name)
    server.ways.welcome = 'refuses'
    server.dropAll()
  }

  /** Starts a server again, and has a probe find that out. */
  returns(name: string): void {
    this.server(name).ways.welcome = 'accepts'
    this.learns(name, usable)
  }

  learns(name: string, signal: HostSignal): void {
    this.world.signal(name, signal)
  }

  /** Notes these events of the pool as lines: `pool: connectionClosed {"host":"a:3306",…}`. */
  hears(...events: PoolEventName[]): void {
    for (const event of events) {
      this.world.emitter.on(event, (told) => {
        const details = Object.entries(told).filter(([name]) => name !== 'poolName')
        this.note(`pool: ${event} ${JSON.stringify(Object.fromEntries(details))}`)
      })
    }
  }

  ends(): void {
    this.world.engine.end(() => {
      this.#ended ??= this.world.clock.now()
      this.#timersLeft = this.world.engineClock.pending
      this.note('the pool has ended')
    })
  }

  /** Forgets all lines so far. They led to the situation that the scenario is about. */
  skips(): void {
    this.#lines = []
  }

  /** The lines since the last call, in their order. */
  told(): readonly string[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }
}

export const usable = { kind: 'usable', writable: true, lastResort: false, reason: '' } as const satisfies HostSignal
export const readOnly = {
  kind: 'usable',
  writable: false,
  lastResort: false,
  reason: 'read_only is on',
} as const satisfies HostSignal
export const down = { kind: 'unusable', reason: 'it is gone' } as const satisfies HostSignal
export const hung = { kind: 'unusable', reason: 'it did not answer', hung: true } as const satisfies HostSignal
