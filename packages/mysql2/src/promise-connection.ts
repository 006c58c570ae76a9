import { EventEmitter } from 'node:events'

import type { QueryResult, UserChange } from '@mysql-hostpool/core'
import type { SqlValue } from 'sql-escaper'

import type { BorrowedLease } from './borrowed-lease.js'
import type { Connection } from './connection.js'
import { forwardEvents } from './forward-events.js'
import { refusedAssignment } from './settings.js'
import { refuseCallbacks } from './statement-arguments.js'
import { userChange } from './user-change.js'
import { refuseMethods, REFUSED_ASYNC, REFUSED_SYNC } from './unsupported.js'

const EVENTS = ['error', 'end'] as const

/** A checked out connection in the shape of mysql2's promise connection. Statements go straight to the lease. */
export class PromiseConnection extends EventEmitter {
  /** The callback side of the same connection. */
  readonly connection: Connection
  readonly Promise = Promise
  readonly #borrowed: BorrowedLease

  constructor(connection: Connection, borrowed: BorrowedLease) {
    super()
    this.connection = connection
    this.#borrowed = borrowed
    forwardEvents(connection, this, EVENTS)
  }

  get threadId(): number | null {
    return this.connection.threadId
  }

  get config(): Connection['config'] {
    return this.connection.config
  }

  set config(_: object) {
    throw refusedAssignment('connection.config')
  }

  query(sql: unknown, values?: unknown, ...unexpected: readonly unknown[]): Promise<QueryResult<unknown>> {
    if (typeof values === 'function' || unexpected.length > 0) refuseCallbacks([values, ...unexpected])
    return this.#borrowed.query(sql, values)
  }

  execute(sql: unknown, values?: unknown, ...unexpected: readonly unknown[]): Promise<QueryResult<unknown>> {
    if (typeof values === 'function' || unexpected.length > 0) refuseCallbacks([values, ...unexpected])
    return this.#borrowed.execute(sql, values)
  }

  beginTransaction(...unexpected: readonly unknown[]): Promise<void> {
    refuseCallbacks(unexpected)
    return this.#borrowed.track(this.#borrowed.lease.beginTransaction())
  }

  commit(...unexpected: readonly unknown[]): Promise<void> {
    refuseCallbacks(unexpected)
    return this.#borrowed.track(this.#borrowed.lease.commit())
  }

  rollback(...unexpected: readonly unknown[]): Promise<void> {
    refuseCallbacks(unexpected)
    return this.#borrowed.track(this.#borrowed.lease.rollback())
  }

  async ping(...unexpected: readonly unknown[]): Promise<true> {
    refuseCallbacks(unexpected)
    await this.#borrowed.track(this.#borrowed.lease.ping())
    return true
  }

  /** Logs in as another user. The pool closes the connection at its release. */
  async changeUser(to: UserChange = {}, ...unexpected: readonly unknown[]): Promise<void> {
    refuseCallbacks([to, ...unexpected])
    await this.#borrowed.track(this.#borrowed.lease.changeUser(userChange(to)))
  }

  /** Resolves at once: a checked out connection is already connected. */
  async connect(): Promise<void> {}

  release(): void {
    this.connection.release()
  }

  destroy(): void {
    this.connection.destroy()
  }

  close(): void {
    this.connection.destroy()
  }

  /** Gives the connection back, as mysql2's pooled connections do. */
  async end(): Promise<void> {
    this.connection.release()
  }

  pause(): void {
    this.connection.pause()
  }

  resume(): void {
    this.connection.resume()
  }

  escape(value: SqlValue): string {
    return this.connection.escape(value)
  }

  escapeId(name: SqlValue): string {
    return this.connection.escapeId(name)
  }

  format(sql: string, values?: SqlValue, namedPlaceholders?: boolean): string {
    return this.connection.format(sql, values, namedPlaceholders)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.release()
  }
}

refuseMethods(PromiseConnection.prototype, 'connection', 'rejects', REFUSED_ASYNC)
refuseMethods(PromiseConnection.prototype, 'connection', 'throws', REFUSED_SYNC)
