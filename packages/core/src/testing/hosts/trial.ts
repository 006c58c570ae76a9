import { resolveConfig } from '../../config/pool-config.js'
import { Hostpool } from '../../hostpool.js'
import { FakeDriver } from '../fake-driver.js'
import { FakeServer } from '../fake-server.js'
import { createRandom } from '../random.js'
import { VirtualClock } from '../virtual-clock.js'
import { Address } from './address.js'
import { Backend, HELD_WRITE, isWrite } from './backend.js'
import { Borrowers } from './borrowers.js'
import { Judge } from './judge.js'
import type { Life, Operation, Violation } from './operation.js'
import { Replicas } from './replicas.js'

/** Milliseconds between two inspections. */
const STEP = 100
/** Milliseconds after which no past event may count against a host: more than the longest time for which refusals count. */
const RECOVERY = 130_000

/** Lives one life, step by step, and has every step inspected. */
export class Trial {
  readonly #life: Life
  readonly #trace: (line: string) => void
  readonly #clock = new VirtualClock()
  readonly #addresses: readonly Address[]
  readonly #pool: Hostpool
  readonly #judge: Judge
  readonly #borrowers: Borrowers
  readonly #replicas: Replicas | undefined
  #privileged = true
  #passwordTime = 0

  constructor(life: Life, trace: (line: string) => void = () => undefined) {
    this.#life = life
    this.#trace = trace
    const { options, seed } = life
    const clock = this.#clock
    this.#addresses = Array.from({ length: options.addresses }, (_, index) => {
      const backend = (which: string): Backend =>
        new Backend(new FakeServer(`h${index}${which}`, clock), options, clock, () => this.#privileged)
      return new Address(`h${index}`, [backend('a'), ...(options.kind === 'replicas' ? [] : [backend('b')])])
    })
    if (options.kind === 'replicas') this.#replicas = new Replicas(this.#addresses.map(({ target }) => target))
    const byServer = new Map(
      this.#addresses.flatMap((address) =>
        address.backends.map((backend) => [backend.server, { address, backend }] as const),
      ),
    )
    const driver = new FakeDriver((host) => this.#named(host).target.server)
    driver.answer = (sql, server) => {
      const found = byServer.get(server)
      if (found === undefined) return []
      const answer = found.backend.answer(sql)
      if (answer instanceof Error) return answer
      if (isWrite(sql)) this.#judge.wrote(found.address, found.backend, sql === HELD_WRITE)
      else if (sql === 'SHOW REPLICA STATUS') this.#judge.told(found.address, found.backend)
      return answer
    }
    this.#pool = new Hostpool(
      resolveConfig({
        host: this.#addresses.map(({ name }) => name),
        user: 'shop',
        password: () => this.#password(),
        connectionLimit: options.connectionLimit,
        selector: options.selector,
        acquireTimeout: 5_000,
        connectTimeout: 2_000,
        health: { probe: options.probes ? 'auto' : false },
      }),
      { clock, random: createRandom(seed), driver },
    )
    this.#judge = new Judge(options, this.#addresses, this.#pool, clock)
    for (const event of ['hostDown', 'hostSuspect', 'hostUp'] as const) {
      this.#pool.on(event, ({ host, reason }) => {
        trace(`  ${Math.round(clock.now())} ${event} ${host}: ${reason}`)
        if (event === 'hostDown') this.#judge.calledDown(host, reason)
        else if (event === 'hostUp') this.#judge.calledUp(host, reason)
        else this.#judge.calledSuspect(host)
      })
    }
    this.#pool.on('warning', ({ message }) => trace(`  warning: ${message}`))
    this.#borrowers = new Borrowers(this.#pool, clock, (access, error, since) => {
      trace(`  a ${access} failed: ${String(error)}`)
      this.#judge.failed(access, error, since)
    })
  }

  /** The first rule that was broken; undefined without one. */
  async run(): Promise<Violation | undefined> {
    // A pool cannot remember a source that it has never seen.
    for (let index = 0; index < 3; index += 1) this.#borrowers.run('write')
    await this.#wait(3_000)
    for (const [index, operation] of this.#life.operations.entries()) {
      if (this.#judge.violation !== undefined) return this.#judge.violation
      this.#trace(`${index}. ${JSON.stringify(operation)} at ${Math.round(this.#clock.now())}`)
      await this.#do(operation)
      await this.#wait(0)
    }
    if (this.#judge.violation === undefined) await this.#recover()
    await this.#end()
    return this.#judge.violation
  }

  async #do(operation: Operation): Promise<void> {
    const borrowers = this.#borrowers
    switch (operation.do) {
      case 'run':
        for (let index = 0; index < operation.count; index += 1) borrowers.run(operation.access)
        return
      case 'borrow':
        borrowers.borrow(operation.access)
        return
      case 'put':
        borrowers.put(operation.which, operation.access)
        return
      case 'release':
        borrowers.release(operation.which)
        return
      case 'wait':
        await this.#wait(operation.time)
        return
      case 'privilege':
        this.#privileged = operation.on
        return
      case 'password':
        this.#passwordTime = operation.time
        this.#judge.passwordTime = operation.time
        return
      case 'end sessions':
        for (let time = 0; time < operation.times; time += 1) {
          this.#befall(operation)
          await this.#clock.flow(time === operation.times - 1 ? 0 : 2)
        }
        return
      default:
        this.#befall(operation)
    }
  }

  #befall(operation: Extract<Operation, { readonly address: number }>): void {
    const address = this.#addresses[operation.address % this.#addresses.length]
    const backend = address?.backends[operation.server % address.backends.length]
    if (address === undefined || backend === undefined) return
    backend.changedAt = this.#clock.now()
    const { server } = backend
    switch (operation.do) {
      case 'lead':
        address.lead(backend, this.#clock.now())
        break
      case 'switch over':
        if (address.target !== backend) address.target.readOnly = 'read_only'
        address.lead(backend, this.#clock.now())
        break
      case 'freeze':
        backend.frozen = true
        server.freeze()
        break
      case 'thaw':
        backend.frozen = false
        server.thaw()
        break
      case 'welcome':
        server.ways.welcome = operation.how
        break
      case 'end sessions':
        server.dropAll()
        break
      case 'drop flows':
        server.muteAll()
        address.droppedAt = this.#clock.now()
        break
      case 'read only':
        backend.readOnly = operation.name === 'none' ? undefined : operation.name
        break
      case 'refuse writes':
        backend.refusesWrites = operation.on
        break
      case 'cluster':
        backend.cluster = operation.cluster
        break
      case 'primary':
        backend.primary = operation.on
        break
      case 'promote':
        this.#replicas?.promote(backend)
        break
      case 'follow': {
        const source = this.#addresses[operation.source % this.#addresses.length]
        if (source !== undefined) this.#replicas?.follow(backend, source.target)
        break
      }
      case 'stop replication':
        backend.replicationStopped = operation.on
        break
      default:
        operation satisfies never
    }
  }

  async #wait(time: number): Promise<void> {
    this.#judge.inspect(this.#borrowers.waiting)
    for (let left = time; left > 0 && this.#judge.violation === undefined; left -= STEP) {
      await this.#clock.flow(Math.min(left, STEP))
      this.#judge.inspect(this.#borrowers.waiting)
    }
    if (time === 0) await this.#clock.flow(0)
    this.#judge.inspect(this.#borrowers.waiting)
  }

  /** Mends every server and releases all connections: then no verdict against a host may stay, and every call must settle. */
  async #recover(): Promise<void> {
    this.#trace(`recovery at ${Math.round(this.#clock.now())}`)
    this.#passwordTime = 0
    this.#judge.passwordTime = 0
    this.#privileged = true
    for (const { backends } of this.#addresses) {
      for (const backend of backends) {
        backend.makeWell()
        backend.changedAt = this.#clock.now()
        backend.server.giveUpMuted()
      }
    }
    this.#replicas?.makeWell()
    for (let time = 0; time < RECOVERY && !this.#isSettled(time); time += 1_000) {
      this.#borrowers.releaseAll()
      await this.#clock.flow(1_000)
    }
    this.#judge.recovered(this.#borrowers.waiting.size)
    for (const access of ['read', 'write'] as const) {
      this.#borrowers.run(access)
      await this.#clock.flow(2_000)
      if (this.#borrowers.waiting.size > 0)
        this.#judge.broken('a pool among servers that are well works', `a ${access} waits`)
    }
  }

  #isSettled(time: number): boolean {
    const { waiting } = this.#borrowers
    return time >= 15_000 && waiting.size === 0 && this.#judge.allWell
  }

  async #end(): Promise<void> {
    this.#borrowers.releaseAll()
    const state = { ended: false }
    void this.#pool.end().then(() => (state.ended = true))
    await this.#clock.flow(15_000)
    if (!state.ended) this.#judge.broken('an end comes to its end', 'not within 15 s')
  }

  /** The password function of the application. */
  #password(): Promise<string> {
    const time = this.#passwordTime
    return new Promise((resolve) => {
      if (time >= 0) this.#clock.afterIdly(time, () => resolve('secret'))
    })
  }

  #named(host: string): Address {
    const found = this.#addresses.find(({ name }) => name === host)
    if (found === undefined) throw new Error(`There is no address ${host}`)
    return found
  }
}
