import type { EventEmitter } from 'node:events'

import { HostpoolError } from '@mysql-hostpool/core'
import type { Decoding, Lease, LeaseOptions, Pool as CorePool, QueryResult, SetupSession } from '@mysql-hostpool/core'

import { bufferedRows } from './buffered-rows.js'
import type { ResultObserver } from './borrowed-lease.js'
import { errorOf } from './callback.js'
import { Connection } from './connection.js'
import type { ConnectionOwner } from './connection.js'
import { DeferredLease } from './deferred-lease.js'
import type { Query } from './query.js'
import { SetupLease } from './setup-lease.js'
import { settingsOf } from './settings.js'
import { checkFacadeOptions } from './facade-options.js'
import type { FacadeOptions, StatementObserver } from './facade-options.js'
import type { ConnectionSettings, PoolSettings } from './settings.js'
import { statementOf, valuesOf } from './statement-arguments.js'
import type { ResultCallback } from './statement-arguments.js'

export type Kind = 'query' | 'execute'
type Answer = QueryResult<unknown>

const MOST_REMEMBERED = 20

interface DestroyedConnection {
  readonly connection: Connection
  readonly threadId: number
  readonly host: string
}

/**
 * What the callback side and the promise side of one facade share: what they borrow, and how they end. It is kept apart from them
 * because libraries tell mysql2's pools from its connections by their members.
 */
export class Facade implements ConnectionOwner {
  readonly hostpool: CorePool
  /** The facade's decoding over the pool's, for what is done without a statement: escaping, and telling the settings. */
  readonly decoding: Decoding
  readonly onResult: ResultObserver | undefined
  readonly onStatement: StatementObserver | undefined
  /** The callback side: its listeners are told. */
  readonly #side: EventEmitter
  readonly #owned: boolean
  readonly #lease: LeaseOptions
  /** A statement on the pool itself can't bring a waiting time of its own. */
  readonly #direct: boolean
  readonly #defersErrors: boolean
  #config: PoolSettings | undefined
  #hasLent = false
  readonly #inUse = new Set<Connection>()
  /** Those that were destroyed last. */
  readonly #destroyed: DestroyedConnection[] = []
  /** Statements on the pool itself that are not answered yet. */
  #underWay = 0
  #ending: Promise<void> | undefined
  #whenDone: (() => void) | undefined

  /** @throws ERR_HOSTPOOL_CONFIG for options that there are not */
  constructor(side: EventEmitter, hostpool: CorePool, owned: boolean, options: FacadeOptions) {
    checkFacadeOptions(options)
    this.#side = side
    this.hostpool = hostpool
    this.#owned = owned
    const { access, decoding, acquireTimeout, deferErrors, onResult, onStatement } = options
    this.onResult = onResult
    this.onStatement = onStatement
    this.#defersErrors = deferErrors === true
    this.decoding = { ...hostpool.config.decoding, ...decoding }
    // One decoding for all statements: core tells decodings apart by identity.
    this.#lease = Object.freeze({ access, decoding, acquireTimeout })
    this.#direct = acquireTimeout === undefined
  }

  get owned(): boolean {
    return this.#owned
  }

  get closed(): boolean {
    return this.#ending !== undefined
  }

  get config(): PoolSettings {
    return (this.#config ??= settingsOf(this.hostpool, this.decoding))
  }

  get settings(): ConnectionSettings {
    return this.config.connectionConfig
  }

  /** Borrows a connection. */
  async acquire(): Promise<Connection> {
    if (this.closed) throw closedError()
    const lease = await this.#borrow()
    if (this.closed) {
      lease.release()
      throw closedError()
    }
    return this.#connect(lease)
  }

  /** Runs one statement, on whatever connection is free. */
  run(kind: Kind, sql: unknown, values: unknown): Promise<Answer> {
    if (this.closed) return Promise.reject(closedError())
    if (!this.#direct || this.#isWatched()) return this.#counted(this.#runLent(kind, sql, values))
    const { decoding, access } = this.#lease
    try {
      if (typeof sql !== 'string') {
        const statement = statementOf(sql, values)
        const full = { ...statement, access: statement.access ?? access, decoding }
        return this.#counted(this.hostpool[kind](full))
      }
      return this.#counted(
        decoding === undefined && access === undefined
          ? this.hostpool[kind](sql, valuesOf(values))
          : this.hostpool[kind]({ sql, values: valuesOf(values), access, decoding }),
      )
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Answers a query by its callback. */
  callBack(kind: Kind, query: Query, sql: unknown, values: unknown, callback: ResultCallback): void {
    this.#follow(query)
    query.callBack(this.run(kind, sql, values), callback)
  }

  /** Answers a query that has no callback: by its events, or by its stream. */
  read(kind: Kind, query: Query, sql: unknown, values: unknown): void {
    this.#follow(query)
    const onUnhandled = (error: Error): void => this.onUnhandled(error)
    if (kind === 'execute') {
      query.attach(bufferedRows(this.run(kind, sql, values)), onUnhandled)
      return
    }
    const read = this.closed ? Promise.reject(closedError()) : this.#stream(query, sql, values)
    read.catch((error: unknown) => {
      process.nextTick(() => query.fail(errorOf(error), onUnhandled))
    })
  }

  /** Ends the facade, and with it the pool when it belongs to the facade. Resolves when all is given back. */
  close(): Promise<void> {
    this.#ending ??= this.#close()
    return this.#ending
  }

  /** Lets `connection` listeners set up a new session; resolves when what they started is done. */
  async announce(session: SetupSession): Promise<void> {
    if (this.#side.listenerCount('connection') === 0) return
    const connection = new Connection(new SetupLease(session), this)
    this.#side.emit('connection', connection)
    // A callback may start the next statement: look again once it had its turn.
    while (!Connection.isIdle(connection)) await new Promise(setImmediate)
  }

  /** A library may end the connection first, and ask for its end on the server then. */
  #remember(destroyed: DestroyedConnection): void {
    this.#destroyed.push(destroyed)
    if (this.#destroyed.length > MOST_REMEMBERED) this.#destroyed.shift()
  }

  /** The connection that is checked out, or was destroyed last, under the number that its server gave it; numbers are those of one host. */
  connectionOf(threadId: number, host: string): Connection | undefined {
    for (const connection of this.#inUse) {
      const { lease } = connection
      if (lease.threadId === threadId && lease.host === host) return connection
    }
    return this.#destroyed.find((one) => one.threadId === threadId && one.host === host)?.connection
  }

  returned(connection: Connection, destroyed: boolean, threadId?: number): void {
    if (!this.#inUse.delete(connection)) return
    if (!destroyed) this.#side.emit('release', connection)
    else if (threadId !== undefined) this.#remember({ connection, threadId, host: connection.lease.host })
    this.#tellIfDone()
  }

  /** An error that has no listener is not worth a crash and too good to lose. */
  onUnhandled(error: Error): void {
    if (this.#side.listenerCount('error') > 0) this.#side.emit('error', error)
    else process.emitWarning(error)
  }

  async #borrow(): Promise<Lease> {
    try {
      const lease = await this.hostpool.getConnection(this.#lease)
      this.#hasLent = true
      return lease
    } catch (error) {
      if (!this.#defersErrors || !this.#hasLent) throw error
      return new DeferredLease(error, this.hostpool, this.#lease)
    }
  }

  #connect(lease: Lease): Connection {
    const connection = new Connection(lease, this)
    this.#inUse.add(connection)
    this.#side.emit('acquire', connection)
    return connection
  }

  /** Asked for before the end, so it is answered though the end has begun meanwhile. */
  async #runLent(kind: Kind, sql: unknown, values: unknown): Promise<Answer> {
    const connection = this.#connect(await this.#borrow())
    try {
      return await connection.promise()[kind](sql, values)
    } finally {
      connection.release()
    }
  }

  /** Reads a statement's rows on a connection borrowed for as long as it takes. */
  async #stream(query: Query, sql: unknown, values: unknown): Promise<void> {
    const connection = this.#connect(await this.#borrow())
    if (query.abandoned) {
      connection.release()
      query.finish()
      return
    }
    query.once('end', () => connection.release())
    Connection.read(connection, query, sql, values)
  }

  /** It is under way until its callback, or the listeners of its end, have been told. */
  #follow(query: Query): void {
    this.#underWay += 1
    query.once('end', this.#settled)
  }

  /** The answer itself stays the only thing that waits for the statement: V8 tells the callers of an error only then. */
  #counted<T>(answer: Promise<T>): Promise<T> {
    this.#underWay += 1
    return answer.then(this.#settled, this.#failed) as Promise<T>
  }

  readonly #settled = (answer: unknown): unknown => {
    this.#underWay -= 1
    this.#tellIfDone()
    return answer
  }

  readonly #failed = (error: unknown): never => {
    this.#underWay -= 1
    this.#tellIfDone()
    throw error
  }

  async #close(): Promise<void> {
    // What a destroyed data source forgot to release must not hold up its end; what is at work may finish.
    for (const connection of this.#inUse) Connection.releaseWhenIdle(connection)
    await this.#done()
    for (const connection of this.#inUse) connection.destroy()
    if (this.#owned) await this.hostpool.end()
    this.#side.emit('end')
  }

  /** Waits for what was asked for and what is still checked out, until the deadline that the pool itself has when it ends. */
  async #done(): Promise<void> {
    if (this.#isDone()) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#whenDone = resolve
      timer = setTimeout(resolve, this.hostpool.config.endTimeout)
    })
    clearTimeout(timer)
  }

  #isDone(): boolean {
    return this.#inUse.size === 0 && this.#underWay === 0
  }

  #tellIfDone(): void {
    if (this.#whenDone !== undefined && this.#isDone()) this.#whenDone()
  }

  /** Statements on the pool itself are seen by its listeners only when their connection is checked out by this facade. */
  #isWatched(): boolean {
    return this.#side.listenerCount('acquire') > 0 || this.#side.listenerCount('release') > 0
  }
}

function closedError(): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CLOSED', 'Pool is closed: its end() was called')
}
