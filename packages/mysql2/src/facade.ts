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
import type { Mysql2PoolOptions, StatementObserver } from './facade-options.js'
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
 * The state that the callback side and the promise side of one facade share: its borrowed connections, and its end. This is a
 * class apart, because libraries tell mysql2's pools from its connections by their members.
 */
export class Facade implements ConnectionOwner {
  readonly hostpool: CorePool
  /** The facade's decoding over the pool's, for calls without a statement: escaping, and reading the settings. */
  readonly decoding: Decoding
  readonly onResult: ResultObserver | undefined
  readonly onStatement: StatementObserver | undefined
  /** The callback side, which emits the events. */
  readonly #side: EventEmitter
  readonly #owned: boolean
  readonly #lease: LeaseOptions
  /** Whether statements on the pool itself can go straight to core: such a statement cannot carry a waiting time of its own. */
  readonly #direct: boolean
  readonly #defersErrors: boolean
  #config: PoolSettings | undefined
  #hasLent = false
  readonly #inUse = new Set<Connection>()
  /** The connections that were destroyed last. */
  readonly #destroyed: DestroyedConnection[] = []
  /** Number of unanswered statements on the pool itself. */
  #underWay = 0
  #ending: Promise<void> | undefined
  #whenDone: (() => void) | undefined

  /** @throws ERR_HOSTPOOL_CONFIG for unknown or invalid options */
  constructor(side: EventEmitter, hostpool: CorePool, owned: boolean, options: Mysql2PoolOptions) {
    checkFacadeOptions(options)
    this.#side = side
    this.hostpool = hostpool
    this.#owned = owned
    const { access, decoding, acquireTimeout, deferErrors, onResult, onStatement } = options
    this.onResult = onResult
    this.onStatement = onStatement
    this.#defersErrors = deferErrors === true
    this.decoding = { ...hostpool.config.decoding, ...decoding }
    // One object for all statements, because core tells decodings apart by identity.
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

  /** Runs one statement, on any free connection. */
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

  /** Runs a query, and answers it by its callback. */
  callBack(kind: Kind, query: Query, sql: unknown, values: unknown, callback: ResultCallback): void {
    this.#follow(query)
    query.callBack(this.run(kind, sql, values), callback)
  }

  /** Runs a query without a callback, and answers it by its events or its stream. */
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

  /** Ends the facade, and its pool where the facade owns the pool. Resolves when all connections are given back. */
  close(): Promise<void> {
    this.#ending ??= this.#close()
    return this.#ending
  }

  /** Lets `connection` listeners set up a new session. Resolves when all statements that they started are done. */
  async announce(session: SetupSession): Promise<void> {
    if (this.#side.listenerCount('connection') === 0) return
    const connection = new Connection(new SetupLease(session), this)
    this.#side.emit('connection', connection)
    // A callback may start the next statement, so look again after its turn.
    while (!Connection.isIdle(connection)) await new Promise(setImmediate)
  }

  /** Remembers a destroyed connection: a library may destroy its connection first, and ask for the KILL afterwards. */
  #remember(destroyed: DestroyedConnection): void {
    this.#destroyed.push(destroyed)
    if (this.#destroyed.length > MOST_REMEMBERED) this.#destroyed.shift()
  }

  /** The connection with this server number that is checked out, or was destroyed last. A number is valid on one host only. */
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

  /** Reports an error without a listener: such an error should neither end the process nor get lost. */
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

  /**
   * Runs a statement on a connection of its own. The statement was called before the end of the pool, so it is answered even if
   * the end has begun meanwhile.
   */
  async #runLent(kind: Kind, sql: unknown, values: unknown): Promise<Answer> {
    const connection = this.#connect(await this.#borrow())
    try {
      return await connection.promise()[kind](sql, values)
    } finally {
      connection.release()
    }
  }

  /** Reads the rows of a statement on a connection that is borrowed until their end. */
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

  /** Counts a query as under way until its callback, or its `end` listeners, have been called. */
  #follow(query: Query): void {
    this.#underWay += 1
    query.once('end', this.#settled)
  }

  /**
   * Counts an answer as under way. The returned promise must be the only one that awaits the statement: only then V8 can list
   * the callers of an error.
   */
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
    // A connection that a destroyed data source forgot to release must not hold up the end; one in use may finish.
    for (const connection of this.#inUse) Connection.releaseWhenIdle(connection)
    await this.#done()
    for (const connection of this.#inUse) connection.destroy()
    if (this.#owned) await this.hostpool.end()
    this.#side.emit('end')
  }

  /** Waits for unanswered statements and checked out connections, at most the pool's `endTimeout`. */
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

  /**
   * Whether `acquire` or `release` has listeners. They see a statement on the pool itself only where this facade checks out its
   * connection.
   */
  #isWatched(): boolean {
    return this.#side.listenerCount('acquire') > 0 || this.#side.listenerCount('release') > 0
  }
}

function closedError(): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CLOSED', 'Pool is closed: its end() was called')
}
