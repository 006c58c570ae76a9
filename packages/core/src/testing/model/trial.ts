import type { HostConfig } from '../../config/pool-config.js'
import type { Host } from '../../hosts/host.js'
import type { Random } from '../../selectors/selector.js'
import type { FakeServer } from '../fake-server.js'
import { createRandom } from '../random.js'
import { World } from '../world.js'
import type { Caller } from './caller.js'
import { Callers } from './callers.js'
import { BrokenRule, Inspector } from './inspector.js'
import type { Life, Operation, Violation } from './operation.js'

/**
 * Milliseconds within which every caller must have an answer once all servers are well. The pool leaves a server without room
 * alone for 30 s.
 */
const RECOVERY = 45_000

/** The most random numbers within one step. More of them are a search that never ends. */
const MOST_DRAWS = 100_000

/** Lives one life, step by step, and has every step inspected. */
export class Trial {
  readonly world: World
  readonly #life: Life
  readonly #inspector: Inspector
  readonly #callers: Callers
  #ended = false
  #endings = 0
  #draws = 0

  constructor(life: Life, trace?: (line: string) => void) {
    this.#life = life
    const { hosts, connectTimeout, meddlers, ...pool } = life.options
    this.world = new World({
      pool: { ...pool, host: hosts.map((host, index) => Object.assign({ host: `h${index}` }, host)) },
      random: this.#limited(createRandom(life.seed)),
      observe: (server, what) => {
        trace?.(`${server.name}: ${what}`)
        if (what === 'handshake') this.#inspector.handshakeBegun()
      },
    })
    this.world.connector.connectTimeout = connectTimeout
    // In half of the lives, and by the seed, so that each repetition has the same.
    this.world.watch.asks = life.seed % 2 === 0
    const callers = new Set<Caller>()
    this.#inspector = new Inspector(this.world, callers, trace)
    this.#callers = new Callers(this.world, this.#inspector, callers)
    if (meddlers) this.#callers.meddle()
  }

  /** The first rule that was broken; undefined without one. */
  run(): Violation | undefined {
    for (const [index, operation] of this.#life.operations.entries()) {
      this.#inspector.trace?.(`${index}. ${JSON.stringify(operation)}`)
      const violation = this.#attempt(() => this.#do(operation))
      if (violation !== undefined) return violation
    }
    return (
      this.#attempt(() => this.#recover()) ??
      this.#attempt(() => this.#useEverything()) ??
      this.#attempt(() => this.#end()) ??
      this.#attempt(() => this.#inspector.afterTheEnd(this.#endings))
    )
  }

  #attempt(step: () => void): Violation | undefined {
    this.#callers.stepBegins()
    this.#draws = 0
    try {
      step()
      this.#inspector.inspect()
    } catch (error) {
      if (!(error instanceof BrokenRule)) return { rule: 'nothing throws', detail: stackOf(error) }
    }
    return this.#inspector.violation
  }

  #do(operation: Operation): void {
    switch (operation.do) {
      case 'ask':
        this.#callers.ask(operation)
        break
      case 'return':
        this.#callers.return(pick(this.#callers.holders(), operation.which), operation.left)
        break
      case 'use':
        this.#callers.use(pick(this.#callers.holders(), operation.which), operation.access, operation.force)
        break
      case 'stale':
        this.#callers.ended.use(operation)
        break
      case 'destroy':
        this.#callers.destroy(pick(this.#callers.holders(), operation.which))
        break
      case 'cancel':
        this.#callers.cancel(pick(this.#callers.waiters(), operation.which))
        break
      case 'wait':
        this.#wait(operation.time)
        break
      case 'change':
        Object.assign(this.#server(operation.server).ways, operation.ways)
        break
      case 'drop':
        this.#server(operation.server).dropAll()
        break
      case 'freeze':
        this.#server(operation.server).freeze()
        break
      case 'thaw':
        this.#server(operation.server).thaw()
        break
      case 'signal':
        this.world.hosts.signal(this.#host(operation.server), operation.signal)
        break
      case 'add':
        this.world.hosts.add(this.#newHost())
        break
      case 'remove':
        if (this.world.hosts.all.length > 1) this.world.hosts.remove(this.#host(operation.server))
        break
      case 'refresh':
        this.world.engine.refresh()
        break
      case 'end':
        this.#end()
        break
      default:
        operation satisfies never
    }
  }

  /** Lets time pass in small parts, each of which is inspected. */
  #wait(time: number): void {
    const part = Math.max(1, Math.ceil(time / 20))
    for (let left = time; left > 0; left -= part) {
      this.world.clock.advance(Math.min(part, left))
      this.#inspector.inspect()
    }
    if (time === 0) this.world.clock.advance(0)
  }

  /** Mends all servers and releases all connections: then every caller must get an answer. */
  #recover(): void {
    for (const server of this.world.servers.values()) makeWell(server)
    this.#callers.returnAll()
    if (this.#ended) return
    for (let time = 0; time < RECOVERY; time += 500) {
      this.#probeAll()
      this.world.clock.advance(500)
      this.#callers.returnAll()
      this.#inspector.inspect()
      if (this.#callers.size === 0) return
    }
    this.#inspector.nobodyWaits('all servers have been well for long')
  }

  /** As many callers as the limits allow must get a connection at once, since no place may be lost. */
  #useEverything(): void {
    if (this.#ended) return
    const { config, hosts, clock } = this.world
    const room = hosts.all.reduce((sum, host) => sum + host.config.connectionLimit, 0)
    const places = Math.min(config.connectionLimit, room)
    for (let count = 0; count < places; count += 1) this.#callers.ask({ next: 'keep', within: 60_000 })
    for (let time = 0; time < RECOVERY && this.#callers.waiters().length > 0; time += 500) {
      this.#probeAll()
      clock.advance(500)
      this.#inspector.inspect()
    }
    this.#inspector.nobodyWaits(`there is room for ${places} connections`)
    this.#callers.returnAll()
  }

  /** Has probes find every host well. */
  #probeAll(): void {
    for (const host of this.world.hosts.all) {
      this.world.hosts.signal(host, { kind: 'undrain' })
      this.world.hosts.signal(host, { kind: 'usable', writable: true, lastResort: false, reason: '' })
    }
  }

  #end(): void {
    if (!this.#ended) {
      this.#ended = true
      this.world.engine.end(() => (this.#endings += 1))
      this.#inspector.nobodyWaits('the pool is being ended')
    } else if (this.#endings === 0) this.world.engine.end(() => undefined)
    // Called twice, so that a second end is tried as well.
    this.world.engine.end(() => (this.#endings += 1))
    this.world.clock.advance(this.world.config.endTimeout + 1500)
    this.#inspector.ended(this.#endings > 0)
  }

  /** Ends a loop without end in the pool, which no inspection would see. Most loops take random numbers. */
  #limited(random: Random): Random {
    return () => {
      this.#draws += 1
      if (this.#draws > MOST_DRAWS) throw new Error('The pool does not come to the end of a step')
      return random()
    }
  }

  #host(which: number): Host {
    const host = pick(this.world.hosts.all, which)
    if (host === undefined) throw new Error('A pool without hosts')
    return host
  }

  #server(which: number): FakeServer {
    return this.world.serverOf(this.#host(which))
  }

  #newHost(): HostConfig {
    const taken = new Set(this.world.hosts.all.map(({ config }) => config.host))
    let index = 0
    while (taken.has(`h${index}`)) index += 1
    const host = `h${index}`
    const { connectionLimit } = this.world.config
    return {
      name: `${host}:3306`,
      host,
      port: 3306,
      weight: 1,
      zone: undefined,
      priority: index,
      connectionLimit,
      servername: undefined,
    }
  }
}

function pick<T>(items: readonly T[], which: number): T | undefined {
  return items[which % Math.max(1, items.length)]
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function makeWell(server: FakeServer): void {
  server.thaw()
  Object.assign(server.ways, {
    welcome: 'accepts',
    handshakeTime: 5,
    answers: 'well',
    answerTime: 1,
    partsWell: true,
    goodbyeTime: 1,
  })
}
