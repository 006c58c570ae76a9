import { EventEmitter } from 'node:events'

import { HostpoolError } from '@mysql-hostpool/core'
import type { Decoding, Lease, LeaseOptions, Pool as CorePool, Queryable, QueryResult } from '@mysql-hostpool/core'
import type { SqlValue } from 'sql-escaper'

import { bufferedRows } from './buffered-rows.js'
import type { ResultObserver } from './borrowed-lease.js'
import { acknowledge, errorOf } from './callback.js'
import { Connection } from './connection.js'
import type { Lender } from './connection.js'
import { Escaping } from './escaping.js'
import { LateLease } from './late-lease.js'
import { PromisePool } from './promise-pool.js'
import { Query } from './query.js'
import { SetupLease } from './setup-lease.js'
import { settingsOf } from './settings.js'
import type { ShapeOptions, StatementObserver } from './shape-options.js'
import type { ConnectionSettings, PoolSettings } from './settings.js'
import { callbackOf, sqlOf, statementOf, valuesAmong, valuesOf } from './statement-arguments.js'
import { refuseMethods, REFUSED_BY_POOL, REFUSED_SYNC, unsupported } from './unsupported.js'

type Kind = 'query' | 'execute'
type Answer = QueryResult<unknown>

/** A pool in the shape of mysql2's callback pool. */
export class Pool extends EventEmitter implements Lender {
  /** The pool under this shape. */
  readonly hostpool: CorePool
  readonly #owned: boolean
  readonly #lease: LeaseOptions
  /** The shape's decoding over the pool's, for what is done without a statement: escaping, and telling the settings. */
  readonly decoding: Decoding
  readonly #escaping: Escaping
  /** A statement on the pool itself can't bring a waiting time of its own. */
  readonly #direct: boolean
  readonly onResult: ResultObserver | undefined
  readonly onStatement: StatementObserver | undefined
  readonly #defersErrors: boolean
  #hasLent = false
  readonly #lent = new Set<Connection>()
  #ending: Promise<void> | undefined
  #allReturned: (() => void) | undefined
  #promise: PromisePool | undefined

  constructor(hostpool: CorePool, owned: boolean, options: ShapeOptions) {
    super()
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
    this.#escaping = new Escaping(this.decoding, hostpool)
    this.on('newListener', (event) => this.#beforeListener(event))
  }

  get config(): PoolSettings {
    return settingsOf(this.hostpool, this.decoding)
  }

  get settings(): ConnectionSettings {
    return this.config.connectionConfig
  }

  getConnection(callback: (error: Error | null, connection?: Connection) => void): void {
    if (typeof callback !== 'function')
      throw new TypeError('getConnection() takes a callback; with promises it is pool.promise()')
    this.lend().then(
      (connection) => process.nextTick(callback, null, connection),
      (error: unknown) => process.nextTick(callback, error),
    )
  }

  releaseConnection(connection: { release(): void }): void {
    connection.release()
  }

  query(sql: unknown, values?: unknown, callback?: unknown): Query {
    return this.#start('query', sql, valuesAmong(values), callbackOf(values, callback))
  }

  execute(sql: unknown, values?: unknown, callback?: unknown): Query {
    return this.#start('execute', sql, valuesAmong(values), callbackOf(values, callback))
  }

  /** Ends the shape, and with it the pool when it belongs to the shape. Calls back when all is given back. */
  end(callback?: (error: Error | null) => void): void {
    acknowledge(this.close(), callback, (error) => this.unheard(error))
  }

  escape(value: SqlValue): string {
    return this.#escaping.escape(value)
  }

  escapeId(name: SqlValue): string {
    return this.#escaping.escapeId(name)
  }

  format(sql: string, values?: SqlValue): string {
    return this.#escaping.format(sql, values)
  }

  /** This pool with promises; always the same object. */
  promise(promiseImpl?: unknown): PromisePool {
    if (promiseImpl !== undefined && promiseImpl !== Promise) {
      throw unsupported('promise() with a promise library', 'wrap the native promises it gives')
    }
    return (this.#promise ??= new PromisePool(this))
  }

  /** Borrows a connection. */
  async lend(): Promise<Connection> {
    if (this.#ending !== undefined) throw closed()
    let lease: Lease
    try {
      lease = await this.hostpool.getConnection(this.#lease)
      this.#hasLent = true
    } catch (error) {
      if (!this.#defersErrors || !this.#hasLent) throw error
      lease = new LateLease(error, this.hostpool, this.#lease)
    }
    if (this.#isClosed()) {
      lease.release()
      throw closed()
    }
    const connection = new Connection(lease, this)
    this.#lent.add(connection)
    this.emit('acquire', connection)
    return connection
  }

  /** Runs one statement, on whatever connection is free. */
  run(kind: Kind, sql: unknown, values: unknown): Promise<Answer> {
    if (this.#ending !== undefined) return Promise.reject(closed())
    if (!this.#direct || this.#isWatched()) return this.#runLent(kind, sql, values)
    const { decoding, access } = this.#lease
    try {
      if (typeof sql !== 'string') {
        const statement = statementOf(sql, values)
        return this.hostpool[kind]({ ...statement, access: statement.access ?? access, decoding })
      }
      return decoding === undefined && access === undefined
        ? this.hostpool[kind](sql, valuesOf(values))
        : this.hostpool[kind]({ sql, values: valuesOf(values), access, decoding })
    } catch (error) {
      return Promise.reject(error)
    }
  }

  close(): Promise<void> {
    this.#ending ??= this.#close()
    return this.#ending
  }

  /** Lets `connection` listeners set up a new session; resolves when what they started is done. */
  async announce(session: Queryable): Promise<void> {
    if (this.listenerCount('connection') === 0) return
    const connection = new Connection(new SetupLease(session), this)
    this.emit('connection', connection)
    // A callback may start the next statement: look again once it had its turn.
    while (!connection.idle) await new Promise(setImmediate)
  }

  returned(connection: Connection, destroyed: boolean): void {
    if (!this.#lent.delete(connection)) return
    if (!destroyed) this.emit('release', connection)
    if (this.#lent.size === 0) this.#allReturned?.()
  }

  /** An error that nobody heard is not worth a crash and too good to lose. */
  unheard(error: Error): void {
    if (this.listenerCount('error') > 0) this.emit('error', error)
    else process.emitWarning(error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  [Symbol.dispose](): void {
    this.end()
  }

  async #runLent(kind: Kind, sql: unknown, values: unknown): Promise<Answer> {
    const connection = await this.lend()
    try {
      return await connection.promise()[kind](sql, values)
    } finally {
      connection.release()
    }
  }

  #start(kind: Kind, sql: unknown, values: unknown, callback: ReturnType<typeof callbackOf>): Query {
    const query = new Query(sqlOf(sql), values)
    if (callback !== undefined) {
      query.callBack(this.run(kind, sql, values), callback)
      return query
    }
    const unheard = (error: Error): void => this.unheard(error)
    if (kind === 'execute') {
      query.attach(bufferedRows(this.run(kind, sql, values)), unheard)
      return query
    }
    this.#stream(query, sql, values).catch((error: unknown) => {
      process.nextTick(() => query.fail(errorOf(error), unheard))
    })
    return query
  }

  /** Reads a statement's rows on a connection borrowed for as long as it takes. */
  async #stream(query: Query, sql: unknown, values: unknown): Promise<void> {
    const connection = await this.lend()
    if (query.abandoned) {
      connection.release()
      return
    }
    query.once('end', () => connection.release())
    connection.read(query, sql, values)
  }

  async #close(): Promise<void> {
    // What a destroyed data source forgot to release must not hold up its end; what is at work may finish.
    for (const connection of this.#lent) if (connection.idle) connection.release()
    await (this.#owned ? this.hostpool.end() : this.#takeBack())
    this.emit('end')
  }

  /** Waits for what is still lent; at the deadline it is destroyed, as the pool itself does when it ends. */
  async #takeBack(): Promise<void> {
    if (this.#lent.size === 0) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#allReturned = resolve
      timer = setTimeout(resolve, this.hostpool.config.endTimeout)
    })
    clearTimeout(timer)
    for (const connection of this.#lent) connection.destroy()
  }

  #isClosed(): boolean {
    return this.#ending !== undefined
  }

  /** Statements on the pool itself are seen by its listeners only when their connection is lent by this shape. */
  #isWatched(): boolean {
    return this.listenerCount('acquire') > 0 || this.listenerCount('release') > 0
  }

  #beforeListener(event: string | symbol): void {
    if (event === 'connection' && !this.#owned) {
      throw unsupported("a listener for 'connection' on a shared pool", 'give createPool() an onConnect function')
    }
    if (event === 'enqueue' && this.listenerCount('enqueue') === 0) this.#forwardEnqueue()
  }

  #forwardEnqueue(): void {
    const forward = (): void => {
      this.emit('enqueue')
    }
    const stop = (): void => {
      if (this.listenerCount('enqueue') > 0 && !this.#isClosed()) return
      this.hostpool.off('enqueue', forward)
      this.off('removeListener', stop)
      this.off('end', stop)
    }
    this.hostpool.on('enqueue', forward)
    this.on('removeListener', stop)
    this.on('end', stop)
  }
}

refuseMethods(Pool.prototype, 'pool', 'calls back', REFUSED_BY_POOL)
refuseMethods(Pool.prototype, 'pool', 'throws', REFUSED_SYNC)

function closed(): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CLOSED', 'Pool is closed: its end() was called')
}
