import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'

import type { Decoding, Lease, UserChange } from '@mysql-hostpool/core'
import type { Raw, SqlValue } from 'sql-escaper'

import { BorrowedLease } from './borrowed-lease.js'
import type { ResultObserver } from './borrowed-lease.js'
import { bufferedRows } from './buffered-rows.js'
import { acknowledge } from './callback.js'
import { Escaping } from './escaping.js'
import { DeferredLease } from './deferred-lease.js'
import { PromiseConnection } from './promise-connection.js'
import { Query } from './query.js'
import { refusedAssignment, unassignable } from './settings.js'
import type { ConnectionSettings } from './settings.js'
import type { StatementObserver } from './facade-options.js'
import { userChange } from './user-change.js'
import { callbackOf, sqlOf, valuesAmong } from './statement-arguments.js'
import { refuseMethods, REFUSED_ASYNC, REFUSED_SERVER, REFUSED_SYNC, unsupported } from './unsupported.js'

type Callback = (error: Error | null) => void

/** Milliseconds without a statement after which, while the pool ends, a connection counts as forgotten by its borrower. */
const REST_BEFORE_END = 400

/** The parts of a pool that its connections need. */
export interface ConnectionOwner {
  /** How the borrower's values are written and read. */
  readonly decoding: Decoding
  /** The pool's settings, without secrets; a connection adds its own host. */
  readonly settings: ConnectionSettings
  readonly onResult?: ResultObserver | undefined
  readonly onStatement?: StatementObserver | undefined
  /** Called once, when the connection is given back or destroyed. */
  returned(connection: Connection, destroyed: boolean, threadId?: number): void
  /** Takes an error for which the connection has no callback and no listener. */
  onUnhandled(error: Error): void
}

/** A checked out connection in the shape of mysql2's callback connection. */
export class Connection extends EventEmitter {
  /** The lease under this connection, for functions that mysql2 does not have. */
  readonly lease: Lease
  /** A member of mysql2's connections. Always true, because only logged-in connections are checked out. */
  readonly authorized = true
  readonly #borrowed: BorrowedLease
  readonly #owner: ConnectionOwner
  readonly #escaping: Escaping
  #promise: PromiseConnection | undefined
  #streaming: Set<Query> | undefined

  constructor(lease: Lease, owner: ConnectionOwner) {
    super()
    this.lease = lease
    this.#owner = owner
    this.#borrowed = new BorrowedLease(lease, owner.onResult, owner.onStatement)
    this.#escaping = new Escaping(owner.decoding, lease)
  }

  /** The server's own number of this connection, as its logs show it. */
  get threadId(): number | null {
    return this.lease.threadId ?? null
  }

  get state(): 'authenticated' | 'disconnected' {
    return this.#borrowed.released ? 'disconnected' : 'authenticated'
  }

  /** Libraries read `stream.destroyed` to see whether a connection is still usable. The socket itself belongs to the pool. */
  get stream(): { readonly destroyed: boolean } {
    return { destroyed: this.#borrowed.released }
  }

  get config(): ConnectionSettings & { readonly host: string; readonly port: number } {
    const [, host = this.lease.host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(this.lease.host) ?? []
    return unassignable('connection.config', { ...this.#owner.settings, host, port: Number(port ?? 0) })
  }

  set config(_: object) {
    throw refusedAssignment('connection.config')
  }

  // The pool's own functions are static, because mysql2's connections have no such members.

  /** True when taking the connection back would lose nothing: no statement is under way, and no transaction is open. */
  static isIdle(connection: Connection): boolean {
    return connection.#borrowed.idle
  }

  /** Begins a query that was created before its connection was checked out. */
  static read(connection: Connection, query: Query, sql: unknown, values: unknown): void {
    connection.#read(query, connection.#borrowed.stream(sql, values))
  }

  /**
   * Gives the connection back at the end of its pool: an idle one at once, a busy one after a moment without statements. A
   * transaction that its borrower has forgotten would hold up the end otherwise; a transaction in use may finish.
   */
  static releaseWhenIdle(connection: Connection): void {
    const borrowed = connection.#borrowed
    if (borrowed.idle) {
      connection.release()
      return
    }
    let timer: NodeJS.Timeout | undefined
    borrowed.whenQuiet(() => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        if (borrowed.quiet) connection.release()
      }, REST_BEFORE_END)
    })
  }

  query(sql: unknown, values?: unknown, callback?: unknown): Query {
    return this.#start('query', sql, valuesAmong(values), callbackOf(values, callback))
  }

  execute(sql: unknown, values?: unknown, callback?: unknown): Query {
    return this.#start('execute', sql, valuesAmong(values), callbackOf(values, callback))
  }

  beginTransaction(callback?: Callback): void {
    this.#acknowledge(this.#borrowed.track(this.lease.beginTransaction()), callback)
  }

  commit(callback?: Callback): void {
    this.#acknowledge(this.#borrowed.track(this.lease.commit()), callback)
  }

  rollback(callback?: Callback): void {
    this.#acknowledge(this.#borrowed.track(this.lease.rollback()), callback)
  }

  ping(callback?: Callback): void {
    this.#acknowledge(this.#borrowed.track(this.lease.ping()), callback)
  }

  /** Logs in as another user. The pool closes the connection at its release. */
  changeUser(to: UserChange | Callback, callback?: Callback): void {
    const [options, done] = typeof to === 'function' ? [{}, to] : [to, callback]
    this.#acknowledge(this.#borrowed.track(this.lease.changeUser(userChange(options))), done)
  }

  /** Calls back when the connection is connected; a checked out connection already is. */
  connect(callback?: (error: Error | null, connection?: Connection) => void): void {
    const { lease } = this
    const connected = lease instanceof DeferredLease ? lease.ready() : Promise.resolve()
    connected.then(
      () => callback !== undefined && process.nextTick(callback, null, this),
      (error: unknown) => process.nextTick(callback ?? this.#onUnhandled, error),
    )
  }

  release(): void {
    if (!this.#borrowed.leave()) return
    this.lease.release()
    this.#owner.returned(this, false)
  }

  destroy(): void {
    if (!this.#borrowed.leave()) return
    const { threadId } = this.lease
    this.lease.destroy()
    this.emit('end')
    this.#owner.returned(this, true, threadId)
  }

  close(): void {
    this.destroy()
  }

  /** Gives the connection back, as mysql2's pooled connections do. */
  end(options?: unknown, callback?: unknown): void {
    const done = callbackOf(options, callback)
    this.release()
    if (done !== undefined) process.nextTick(done, null)
  }

  [Symbol.dispose](): void {
    this.release()
  }

  /** Stops the rows of all queries that are read by their `result` events. */
  pause(): void {
    for (const query of this.#streaming ?? []) query.pause()
  }

  resume(): void {
    for (const query of this.#streaming ?? []) query.resume()
  }

  escape(value: SqlValue): string {
    return this.#escaping.escape(value)
  }

  escapeId(name: SqlValue): string {
    return this.#escaping.escapeId(name)
  }

  format(sql: string, values?: SqlValue, namedPlaceholders?: boolean): string {
    return this.#escaping.format(sql, values, namedPlaceholders)
  }

  raw(sql: string): Raw {
    return this.#escaping.raw(sql)
  }

  /** This connection with promises; always the same object. */
  promise(promiseImpl?: unknown): PromiseConnection {
    if (promiseImpl !== undefined && promiseImpl !== Promise) {
      throw unsupported('promise() with a promise library', 'wrap the native promises it gives')
    }
    return (this.#promise ??= new PromiseConnection(this, this.#borrowed))
  }

  #start(kind: 'query' | 'execute', sql: unknown, values: unknown, callback: ReturnType<typeof callbackOf>): Query {
    const query = new Query(sqlOf(sql), values)
    const borrowed = this.#borrowed
    if (callback !== undefined) {
      query.callBack(borrowed[kind](sql, values), callback)
      return query
    }
    this.#read(query, kind === 'query' ? borrowed.stream(sql, values) : bufferedRows(borrowed.execute(sql, values)))
    return query
  }

  #read(query: Query, source: Readable): void {
    const streaming = (this.#streaming ??= new Set())
    streaming.add(query)
    query.once('end', () => streaming.delete(query))
    query.attach(source, this.#onUnhandled)
  }

  #acknowledge(promise: Promise<void>, callback: Callback | undefined): void {
    acknowledge(promise, callback, this.#onUnhandled)
  }

  readonly #onUnhandled = (error: Error): void => {
    if (this.listenerCount('error') > 0) this.emit('error', error)
    else this.#owner.onUnhandled(error)
  }
}

refuseMethods(Connection.prototype, 'connection', 'calls back', REFUSED_ASYNC)
refuseMethods(Connection.prototype, 'connection', 'throws', { ...REFUSED_SYNC, ...REFUSED_SERVER })
