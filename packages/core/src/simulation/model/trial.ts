import type { HostConfig } from '../../config/pool-config.js'
import type { Access } from '../../hosts/access.js'
import type { Host } from '../../hosts/host.js'
import type { PooledConnection } from '../../pool/pooled-connection.js'
import type { FakeConnection } from '../fake-connector.js'
import type { FakeServer } from '../fake-server.js'
import { createRandom } from '../random.js'
import { World } from '../world.js'
import type { Asker } from './asker.js'
import { Inspector } from './inspector.js'
import type { Life, Operation, Violation } from './operation.js'

/** Time in which everybody must have had an answer once all servers are well; a server without room is left alone for 30 s. */
const RECOVERY = 45_000

/** Lives one life, step by step, and has every step inspected. */
export class Trial {
  readonly world: World
  readonly #life: Life
  readonly #inspector: Inspector
  /** Everybody who waits or holds a connection, in the order they asked. */
  readonly #askers = new Set<Asker>()
  #numbers = 0
  #ended = false
  #endings = 0
  #meddled = false

  constructor(life: Life, trace?: (line: string) => void) {
    this.#life = life
    const { hosts, connectTimeout, meddlers, ...pool } = life.options
    this.world = new World({
      pool: { ...pool, host: hosts.map((host, index) => Object.assign({ host: `h${index}` }, host)) },
      random: createRandom(life.seed),
      observe: (server, what) => {
        trace?.(`${server.name}: ${what}`)
        if (what === 'handshake') this.#inspector.handshakeBegun()
      },
    })
    this.world.connector.connectTimeout = connectTimeout
    this.#inspector = new Inspector(this.world, this.#askers, trace)
    if (meddlers) this.#meddle()
  }

  /** The first rule that did not hold; undefined when all did. */
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
      this.#inspector.afterTheEnd(this.#endings)
    )
  }

  #attempt(step: () => void): Violation | undefined {
    this.#meddled = false
    try {
      step()
    } catch (error) {
      return { rule: 'nothing throws', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
    return this.#inspector.inspect()
  }

  #do(operation: Operation): void {
    switch (operation.do) {
      case 'ask':
        this.#ask(operation)
        break
      case 'return':
        this.#return(this.#holder(operation.which), operation.dirty)
        break
      case 'use':
        this.#use(this.#holder(operation.which), operation.access, operation.force)
        break
      case 'destroy':
        this.#destroy(this.#holder(operation.which))
        break
      case 'cancel':
        pick(this.#waiters(), operation.which)?.abort.abort(new Error('no more time'))
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

  #ask({ access, within, next }: Extract<Operation, { do: 'ask' }>): void {
    const { clock, config, engine } = this.world
    const timeout = within ?? config.acquireTimeout
    const asker: Asker = {
      number: (this.#numbers += 1),
      access,
      since: clock.now(),
      deadline: timeout === 0 ? Infinity : clock.now() + timeout,
      next,
      abort: new AbortController(),
      waiting: true,
      connection: undefined,
      use: undefined,
    }
    this.#askers.add(asker)
    if (access !== undefined) this.#inspector.asked(access)
    const request = { access, signal: asker.abort.signal, ...(within === undefined ? {} : { acquireTimeout: within }) }
    engine.checkout(request, (error, connection) => this.#answered(asker, error, connection))
  }

  #answered(asker: Asker, error: Error | null, connection: PooledConnection<FakeConnection> | undefined): void {
    this.#inspector.answered(asker, error, connection)
    asker.waiting = false
    asker.connection = connection
    asker.use = asker.access
    if (connection === undefined) {
      this.#askers.delete(asker)
      return
    }
    switch (asker.next) {
      case 'return':
        this.#return(asker, false)
        break
      case 'destroy':
        this.#destroy(asker)
        break
      case 'ask again':
        this.#ask({ do: 'ask', next: 'keep' })
        break
      case 'keep':
        break
      default:
        asker.next satisfies never
    }
  }

  #return(asker: Asker | undefined, dirty: boolean): void {
    const connection = asker?.connection
    if (asker === undefined || connection === undefined) return
    asker.connection = undefined
    this.#askers.delete(asker)
    if (dirty) connection.resource.dirty = true
    this.#inspector.returned(connection)
    this.world.engine.release(connection)
  }

  /** The first statement says what a borrower is about; one whose kind of work has its share already asks again for it. */
  #use(asker: Asker | undefined, access: Access, force: boolean): void {
    if (asker?.connection === undefined || asker.use === 'write' || asker.use === access) return
    this.#inspector.asked(access)
    if (this.world.engine.use(asker.connection, access, force)) asker.use = access
    else {
      this.#return(asker, false)
      this.#ask({ do: 'ask', access, next: 'keep' })
    }
  }

  #destroy(asker: Asker | undefined): void {
    const connection = asker?.connection
    if (asker === undefined || connection === undefined) return
    asker.connection = undefined
    this.#askers.delete(asker)
    this.#inspector.returned(connection)
    this.world.engine.discard(connection)
  }

  /** In small parts, so that what happens in between is inspected, too. */
  #wait(time: number): void {
    const part = Math.max(1, Math.ceil(time / 20))
    for (let left = time; left > 0; left -= part) {
      this.world.clock.advance(Math.min(part, left))
      if (!this.#inspector.content()) return
    }
    if (time === 0) this.world.clock.advance(0)
  }

  /** All servers are well, and everything is given back: nobody may be left without an answer. */
  #recover(): void {
    for (const server of this.world.servers.values()) makeWell(server)
    for (const asker of this.#holders()) this.#return(asker, false)
    if (this.#ended) return
    for (let time = 0; time < RECOVERY; time += 500) {
      this.#probeAll()
      this.world.clock.advance(500)
      for (const asker of this.#holders()) this.#return(asker, false)
      if (!this.#inspector.content() || this.#askers.size === 0) return
    }
    this.#inspector.nobodyWaits('all servers have been well for long')
  }

  /** As many as the limits allow must be able to hold a connection at once: no place was lost. */
  #useEverything(): void {
    if (this.#ended) return
    const { config, hosts, clock } = this.world
    const room = hosts.all.reduce((sum, host) => sum + host.config.connectionLimit, 0)
    const places = Math.min(config.connectionLimit, room)
    for (let count = 0; count < places; count += 1) this.#ask({ do: 'ask', next: 'keep', within: 60_000 })
    for (let time = 0; time < RECOVERY && this.#waiters().length > 0; time += 500) {
      this.#probeAll()
      clock.advance(500)
      if (!this.#inspector.content()) return
    }
    this.#inspector.nobodyWaits(`there is room for ${places} connections`)
    for (const asker of this.#holders()) this.#return(asker, false)
  }

  /** Probes find every host well. */
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
    // Twice, so that a second time is tried, too.
    this.world.engine.end(() => (this.#endings += 1))
    this.world.clock.advance(this.world.config.endTimeout + 1500)
    this.#inspector.ended(this.#endings > 0)
  }

  #meddle(): void {
    for (const event of [
      'connectionClosed',
      'connectFailed',
      'acquireTimeout',
      'release',
      'connectionOpened',
    ] as const) {
      this.world.emitter.on(event, () => {
        if (this.#meddled) return
        this.#meddled = true
        const [first] = this.#holders()
        if (first !== undefined && this.#numbers % 2 === 0) this.#return(first, false)
        else this.#ask({ do: 'ask', next: 'keep' })
      })
    }
  }

  #waiters(): readonly Asker[] {
    return [...this.#askers].filter((asker) => asker.waiting)
  }

  #holders(): readonly Asker[] {
    return [...this.#askers].filter((asker) => asker.connection !== undefined)
  }

  #holder(which: number): Asker | undefined {
    return pick(this.#holders(), which)
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
