import type { HostOptions } from './config/options.js'
import type { PublicConfig } from './config/public-config.js'
import type { PoolEventName, PoolListener } from './pool/events.js'
import type { CheckOptions, PoolCheck } from './pool/pool-check.js'
import type { PoolStatus } from './pool/status.js'
import type { Lease, LeaseOptions, PoolTransactionOptions } from './lease/lease.js'
import type { Transaction } from './lease/transaction.js'
import type { Queryable } from './sql/queryable.js'

/** The hosts of a pool, at run time. Hosts are named as in `status()`: `name:port`. */
export interface PoolHosts {
  /**
   * Adds a host; it gets its share of the connections by and by.
   * @throws ERR_HOSTPOOL_CONFIG when it is no valid host, or one that the pool has already.
   */
  add(host: string | HostOptions): void
  /**
   * Drains a host and forgets it.
   * @throws ERR_HOSTPOOL_CONFIG when the pool has no such host, or no other.
   */
  remove(name: string): void
  /**
   * Gives a host no new connection, closes its idle ones, and checked out ones when they come back.
   * @throws ERR_HOSTPOOL_CONFIG when the pool has no such host.
   */
  drain(name: string): void
  /**
   * Ends a drain.
   * @throws ERR_HOSTPOOL_CONFIG when the pool has no such host.
   */
  undrain(name: string): void
  /**
   * Takes a host for what it is now: one that was of a cluster and now is of none, or of another, or in a primary component of its
   * own, is not used until it is back or this is called; nor is a source whose place a replica has taken. What was known of its
   * cluster, and of its source, is forgotten.
   * @throws ERR_HOSTPOOL_CONFIG when the pool has no such host.
   */
  accept(name: string): void
}

/** One pool over many hosts. */
export interface Pool extends Queryable {
  /**
   * Lends a connection until it is released.
   * @throws ERR_HOSTPOOL_ACQUIRE_TIMEOUT, ERR_HOSTPOOL_QUEUE_FULL, ERR_HOSTPOOL_NO_HOST, ERR_HOSTPOOL_CLOSED,
   * ERR_HOSTPOOL_ABORTED, or the server's refusal (a wrong password, an unknown database); ERR_HOSTPOOL_UNSUPPORTED at once for
   * options that there are not.
   */
  getConnection(options?: LeaseOptions): Promise<Lease>
  /** Lends a connection for the time of a callback; it is always given back. */
  withConnection<T>(work: (connection: Lease) => T | Promise<T>, options?: LeaseOptions): Promise<T>
  /**
   * Runs a callback in a transaction: commits when it resolves, rolls back when it rejects.
   * @throws as `getConnection` and the callback do.
   */
  transaction<T>(work: (transaction: Transaction) => T | Promise<T>, options?: PoolTransactionOptions): Promise<T>
  /** What the pool was configured with, complete, without secrets. */
  readonly config: PublicConfig
  /**
   * Whether sessions have the `sql_mode` NO_BACKSLASH_ESCAPES, in which text escaped by backslashes is not safe: as the last new
   * connection had it, and before the first as `sessionVariables` say.
   */
  readonly noBackslashEscapes: boolean
  readonly hosts: PoolHosts
  /** Replaces every connection as soon as no borrower needs it, e.g. after the password was rotated. None that is checked out is closed. */
  refresh(): void
  /**
   * Asks every host how it is, and answers with what each said: for a readiness check before there is traffic. A host whose
   * last probe is no older than `health.interval` is not asked again. Hosts that are down are no error.
   * @throws ERR_HOSTPOOL_CLOSED when the pool has been ended, ERR_HOSTPOOL_UNSUPPORTED for options that there are not.
   */
  check(options?: CheckOptions): Promise<PoolCheck>
  /** An immutable picture of the pool at this moment. */
  status(): PoolStatus
  on<E extends PoolEventName>(event: E, listener: PoolListener<E>): this
  once<E extends PoolEventName>(event: E, listener: PoolListener<E>): this
  off<E extends PoolEventName>(event: E, listener: PoolListener<E>): this
  /** Ends the pool: waiters are rejected, checked out connections get `endTimeout`, then everything is closed. Idempotent. */
  end(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
