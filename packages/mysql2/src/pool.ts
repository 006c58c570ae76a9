import { EventEmitter } from 'node:events'

import type { Pool as CorePool } from '@mysql-hostpool/core'
import type { SqlValue } from 'sql-escaper'

import { acknowledge } from './callback.js'
import type { Connection } from './connection.js'
import { Escaping } from './escaping.js'
import { PromisePool } from './promise-pool.js'
import { Query } from './query.js'
import { Facade } from './facade.js'
import type { Kind } from './facade.js'
import type { Mysql2PoolOptions } from './facade-options.js'
import { refusedAssignment } from './settings.js'
import type { PoolSettings } from './settings.js'
import { callbackOf, sqlOf, valuesAmong } from './statement-arguments.js'
import { unsupported } from './unsupported.js'

/**
 * A pool in the shape of mysql2's callback pool. Its members are mysql2's, and `hostpool`.
 * @throws ERR_HOSTPOOL_CONFIG for unknown or invalid options
 */
export class Pool extends EventEmitter {
  /** The pool under this facade. */
  readonly hostpool: CorePool
  readonly #facade: Facade
  readonly #escaping: Escaping
  #promise: PromisePool | undefined

  constructor(hostpool: CorePool, owned: boolean, options: Mysql2PoolOptions) {
    super()
    this.hostpool = hostpool
    this.#facade = new Facade(this, hostpool, owned, options)
    this.#escaping = new Escaping(this.#facade.decoding, hostpool)
    this.on('newListener', (event) => this.#beforeListener(event))
  }

  /** The shared state of both sides of a pool. Static, because mysql2's pools have no such member. */
  static facadeOf(pool: Pool): Facade {
    return pool.#facade
  }

  get config(): PoolSettings {
    return this.#facade.config
  }

  set config(_: PoolSettings) {
    throw refusedAssignment('pool.config')
  }

  getConnection(callback: (error: Error | null, connection?: Connection) => void): void {
    if (typeof callback !== 'function')
      throw new TypeError('getConnection() takes a callback; with promises it is pool.promise()')
    this.#facade.acquire().then(
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

  /**
   * Ends the facade, and its pool where the facade owns the pool. Earlier statements are still answered, within the pool's
   * `endTimeout`. Calls back when all connections are given back.
   */
  end(callback?: (error: Error | null) => void): void {
    acknowledge(this.#facade.close(), callback, (error) => this.#facade.onUnhandled(error))
  }

  escape(value: SqlValue): string {
    return this.#escaping.escape(value)
  }

  escapeId(name: SqlValue): string {
    return this.#escaping.escapeId(name)
  }

  /** Like a pool of mysql2, leaves named placeholders as they are. */
  format(sql: string, values?: SqlValue): string {
    return this.#escaping.format(sql, values, false)
  }

  /** This pool with promises; always the same object. */
  promise(promiseImpl?: unknown): PromisePool {
    if (promiseImpl !== undefined && promiseImpl !== Promise) {
      throw unsupported('promise() with a promise library', 'wrap the native promises it gives')
    }
    return (this.#promise ??= new PromisePool(this, this.#facade))
  }

  [Symbol.dispose](): void {
    this.end()
  }

  #start(kind: Kind, sql: unknown, values: unknown, callback: ReturnType<typeof callbackOf>): Query {
    const query = new Query(sqlOf(sql), values)
    if (callback !== undefined) this.#facade.callBack(kind, query, sql, values, callback)
    else this.#facade.read(kind, query, sql, values)
    return query
  }

  #beforeListener(event: string | symbol): void {
    if (event === 'connection' && !this.#facade.owned) {
      throw unsupported("a listener for 'connection' on a shared pool", 'give createPool() an onConnect function')
    }
    if (event === 'enqueue' && this.listenerCount('enqueue') === 0) this.#forwardEnqueue()
  }

  #forwardEnqueue(): void {
    const forward = (): void => {
      this.emit('enqueue')
    }
    const stop = (): void => {
      if (this.listenerCount('enqueue') > 0 && !this.#facade.closed) return
      this.hostpool.off('enqueue', forward)
      this.off('removeListener', stop)
      this.off('end', stop)
    }
    this.hostpool.on('enqueue', forward)
    this.on('removeListener', stop)
    this.on('end', stop)
  }
}
