import { resolveConfig } from '../../config/pool-config.js'
import { isHostpoolError } from '../../errors/hostpool-error.js'
import { Hostpool } from '../../hostpool.js'
import type { Random } from '../../selectors/selector.js'
import type { Pool } from '../../pool.js'
import { createRandom } from '../random.js'
import { VirtualClock } from '../virtual-clock.js'
import { Arrivals } from './arrivals.js'
import { Books } from './books.js'
import { Borrowers } from './borrowers.js'
import { Database } from './database.js'
import { LeaseDriver } from './lease-driver.js'
import { LeaseServer } from './lease-server.js'
import type { Life, Operation, Violation } from './operation.js'
import { poolOptions } from './pool-options.js'
import { takeOver } from './process-events.js'
import { isQuiet } from './quiet.js'

/** Milliseconds within which every call must have settled once all servers are well. */
const RECOVERY = 90_000
/** The most random numbers within one step. More of them are a search that never ends. */
const MOST_DRAWS = 100_000

/** The part of a pool that borrowers use. */
export type Borrowable = Pick<Pool, 'query' | 'execute' | 'getConnection' | 'transaction' | 'withConnection'>
export type Dress = (pool: Pool) => Borrowable

/** Lives one life, step by step, and has every step inspected. */
export class Trial {
  readonly clock = new VirtualClock()
  readonly pool: Pool
  readonly books: Books
  readonly #life: Life
  readonly #trace: (line: string) => void
  readonly #servers = new Map<string, LeaseServer>()
  readonly #borrowers: Borrowers
  readonly #newServer: (name: string) => LeaseServer
  #draws = 0
  #end: { done: boolean } | undefined

  /** @param dress - wraps the pool in the shape of another library's pool */
  constructor(life: Life, trace: (line: string) => void = () => undefined, dress: Dress = (pool) => pool) {
    this.#life = life
    this.#trace = trace
    const { options, seed } = life
    const database = new Database()
    const books = new Books(options, database, isQuiet(life), trace)
    this.books = books
    let sessions = 0
    const nextSession = (): number => (sessions += 1)
    const { clock } = this
    this.#newServer = (name) =>
      new LeaseServer(name, { clock, database, options, book: new Arrivals(options, books), tell: trace, nextSession })
    const driver = new LeaseDriver({ clock, options, serverOf: (host) => this.#serverNamed(host) })
    this.pool = new Hostpool(resolveConfig(poolOptions(options)), {
      clock,
      random: this.#limited(createRandom(seed)),
      driver,
    })
    this.pool.on('warning', ({ message }) => {
      trace(`warning: ${message}`)
      if (/\bbug\b|stale/.test(message)) books.broken('the pool finds no fault in itself', message)
    })
    for (const event of ['hostDown', 'hostSuspect', 'hostUp'] as const)
      this.pool.on(event, ({ host, reason }) => trace(`${event} ${host}: ${reason}`))
    this.#borrowers = new Borrowers(dress(this.pool), books, clock)
  }

  /** The first rule that was broken; undefined without one. */
  async run(): Promise<Violation | undefined> {
    const giveBack = [
      takeOver('unhandledRejection', (error) => this.books.broken('no rejection is unhandled', stackOf(error))),
      takeOver('uncaughtException', (error) => this.books.broken('nothing throws', stackOf(error))),
    ]
    try {
      return await this.#live()
    } finally {
      for (const give of giveBack) give()
    }
  }

  async #live(): Promise<Violation | undefined> {
    for (const [index, operation] of this.#life.operations.entries()) {
      this.#trace(`${index}. ${JSON.stringify(operation)}`)
      await this.#attempt(() => this.#do(operation))
      if (this.books.violation !== undefined) return this.books.violation
    }
    this.#trace('recovery')
    for (const step of [() => this.#recover(), () => this.#useOnce(), () => this.#endAll()]) {
      await this.#attempt(step)
      if (this.books.violation !== undefined) return this.books.violation
    }
    this.books.checkClaims()
    return this.books.violation
  }

  async #attempt(step: () => Promise<void>): Promise<void> {
    this.#draws = 0
    try {
      await step()
    } catch (error) {
      this.books.broken('nothing throws', stackOf(error))
    }
    this.books.checkHolders()
  }

  async #do(operation: Operation): Promise<void> {
    const borrowers = this.#borrowers
    const { clock, pool } = this
    switch (operation.do) {
      case 'run':
        void borrowers.run(operation)
        break
      case 'borrow':
        await this.#within(20, borrowers.borrow(operation))
        return
      case 'abort':
        borrowers.abort(operation.which)
        break
      case 'put': {
        const promise = borrowers.put(operation)
        if (promise !== undefined) await this.#within(operation.time, promise)
        return
      }
      case 'ping':
        borrowers.ping(operation.which)
        break
      case 'release':
      case 'destroy':
        borrowers.giveBack(operation.which, operation.do)
        break
      case 'change user':
        borrowers.changeUser(operation)
        break
      case 'use after release':
        borrowers.useAfterRelease(operation)
        break
      case 'transact':
        void borrowers.transact(operation)
        break
      case 'with':
        void borrowers.with(operation.plan)
        break
      case 'wait':
        await clock.flow(operation.time)
        return
      case 'kill':
        this.#server(operation.server)?.kill(operation.time)
        break
      case 'freeze':
        this.#server(operation.server)?.freeze()
        break
      case 'thaw':
        this.#server(operation.server)?.thaw()
        break
      case 'drop all':
        this.#server(operation.server)?.dropAll()
        break
      case 'kill connection': {
        const id = borrowers.threadIdOf(operation.which)
        for (const server of this.#servers.values()) server.dropSession(id)
        break
      }
      case 'read only': {
        const server = this.#server(operation.server)
        // Without probes a pool does not learn that a server takes writes again.
        if (server !== undefined && this.#life.options.probes) server.readOnly = operation.on
        break
      }
      case 'leave primary':
        this.#server(operation.server)?.leavePrimary(operation.time)
        break
      case 'slow': {
        const server = this.#server(operation.server)
        if (server !== undefined) server.slow = operation.time
        break
      }
      case 'trouble':
        this.#server(operation.server)?.trouble(operation.fate)
        break
      case 'drain':
      case 'undrain':
      case 'remove':
        this.#operate(operation.do, this.#hostName(operation.server))
        break
      case 'add':
        this.#add()
        break
      case 'refresh':
        pool.refresh()
        break
      case 'end':
        this.#startEnd()
        break
      default:
        operation satisfies never
    }
    await clock.flow(0)
  }

  /** Mends all servers and releases all leases: then every call must settle. */
  async #recover(): Promise<void> {
    for (const server of this.#servers.values()) server.makeWell()
    if (this.#end === undefined) {
      for (const { name } of this.pool.status().hosts) this.#operate('undrain', name)
    }
    for (let time = 0; time < RECOVERY; time += 100) {
      await this.clock.flow(100)
      this.#draws = 0
      this.#borrowers.giveBackAll()
      if (this.books.violation !== undefined || (time >= 200 && this.#borrowers.idle)) break
    }
    if (!this.#borrowers.idle) this.books.broken('everything settles', this.#borrowers.left)
    await this.clock.flow(this.#life.options.validationTimeout + 2000)
    const { inUse, waiting } = this.pool.status()
    if (inUse + waiting > 0) this.books.broken('nothing stays checked out', `${inUse} in use, ${waiting} waiting`)
  }

  /** Checks that the pool still runs statements. */
  async #useOnce(): Promise<void> {
    if (this.#end !== undefined) return
    for (const say of ['insert', 'read own'] as const) {
      let failed: unknown
      // A server may stand still for some time more, and its host is down meanwhile.
      for (let time = 0; time < RECOVERY && (time === 0 || failed !== undefined); time += 500) {
        const { promise, state } = followed(this.#borrowers.run({ putting: { statement: { say }, by: 'query' } }))
        promise.catch(() => undefined)
        await this.clock.flowUntil(() => state.done, 40_000)
        failed = state.done ? state.failed : new Error('no answer')
        if (failed !== undefined) await this.clock.flow(500)
      }
      if (failed !== undefined) this.books.broken('a pool among servers that are well works', stackOf(failed))
    }
  }

  async #endAll(): Promise<void> {
    this.#startEnd()
    const { endTimeout } = this.#life.options
    await this.clock.flow(endTimeout + 3000)
    if (this.#end?.done !== true) this.books.broken('an end comes to its end', `not within ${endTimeout + 3000} ms`)
    for (const server of this.#servers.values())
      if (server.open > 0) this.books.broken('no connection is left after the end', `${server.open} at ${server.name}`)
    if (this.clock.keepingAlive > 0)
      this.books.broken('no timer is left after the end', `${this.clock.keepingAlive} timers`)
  }

  #startEnd(): void {
    if (this.#end !== undefined) return
    const end = { done: false }
    this.#end = end
    this.pool.end().then(
      () => (end.done = true),
      (error: unknown) => this.books.broken('an end does not fail', String(error)),
    )
  }

  async #within(time: number, promise: Promise<unknown>): Promise<void> {
    const { promise: followedOne, state } = followed(promise)
    followedOne.catch(() => undefined)
    await this.clock.flowUntil(() => state.done, time)
  }

  /**
   * Calls a method of `pool.hosts`. The last host cannot be removed, and a removed one is listed until its connections are
   * closed.
   */
  #operate(how: 'drain' | 'undrain' | 'remove', name: string | undefined): void {
    try {
      if (name !== undefined) this.pool.hosts[how](name)
    } catch (error) {
      if (!isHostpoolError(error) || error.code !== 'ERR_HOSTPOOL_CONFIG') throw error
    }
  }

  #add(): void {
    if (this.#end !== undefined) return
    const taken = new Set(this.pool.status().hosts.map(({ name }) => name))
    let index = 0
    while (taken.has(`h${index}:3306`)) index += 1
    if (index < 6) this.pool.hosts.add(`h${index}`)
  }

  #hostName(which: number): string | undefined {
    const { hosts } = this.pool.status()
    return hosts[which % hosts.length]?.name
  }

  #server(which: number): LeaseServer | undefined {
    const name = this.#hostName(which)
    return name === undefined ? undefined : this.#serverNamed(name.replace(':3306', ''))
  }

  #serverNamed(name: string): LeaseServer {
    let server = this.#servers.get(name)
    if (server === undefined) {
      server = this.#newServer(name)
      this.#servers.set(name, server)
    }
    return server
  }

  /** Ends a loop without end in the pool, which no inspection would see. Most loops take random numbers. */
  #limited(random: Random): Random {
    return () => {
      this.#draws += 1
      if (this.#draws > MOST_DRAWS) throw new Error('The pool does not come to the end of a step')
      return random()
    }
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function followed(promise: Promise<unknown>): {
  readonly promise: Promise<unknown>
  readonly state: { done: boolean; failed: unknown }
} {
  const state: { done: boolean; failed: unknown } = { done: false, failed: undefined }
  promise.then(
    () => (state.done = true),
    (error: unknown) => {
      state.done = true
      state.failed = error
    },
  )
  return { promise, state }
}
