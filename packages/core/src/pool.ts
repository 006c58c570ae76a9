import type { HostOptions } from './config/options.js'
import type { PublicConfig } from './config/public-config.js'
import type { PoolEventName, PoolListener } from './pool/events.js'
import type { CheckOptions, PoolCheck } from './pool/pool-check.js'
import type { PoolStatus } from './pool/status.js'
import type { Lease, LeaseOptions, PoolTransactionOptions } from './lease/lease.js'
import type { Transaction } from './lease/transaction.js'
import type { Queryable } from './sql/queryable.js'

/** The hosts of a running pool. Hosts have the names that `status()` shows: `name:port`. */
export interface PoolHosts {
  /**
   * Adds a host. The pool moves connections to the new host step by step, until the host has its share.
   * @throws ERR_HOSTPOOL_CONFIG when the host is not valid, or the pool has a host of this name already.
   */
  add(host: string | HostOptions): void
  /**
   * Drains a host and takes it out of the pool.
   * @throws ERR_HOSTPOOL_CONFIG when the pool has no such host, or has no other host.
   */
  remove(name: string): void
  /**
   * Opens no new connection to a host, closes its idle connections, and closes each checked out connection on release.
   * @throws ERR_HOSTPOOL_CONFIG when the pool has no such host.
   */
  drain(name: string): void
  /**
   * Ends a drain.
   * @throws ERR_HOSTPOOL_CONFIG when the pool has no such host.
   */
  undrain(name: string): void
  /**
   * Accepts a host as the server that it is now. The pool does not use a host that has left its cluster, has joined another
   * cluster, or is in a primary component of its own; nor a source whose place a replica has taken. The pool uses such a host
   * again when the host is back, or after this call. The pool forgets the former cluster and the former source of the host.
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
   * unknown options.
   */
  getConnection(options?: LeaseOptions): Promise<Lease>
  /** Lends a connection for the time of a callback. The connection is always released afterwards. */
  withConnection<T>(work: (connection: Lease) => T | Promise<T>, options?: LeaseOptions): Promise<T>
  /**
   * Runs a callback in a transaction. The pool commits when the callback resolves, and rolls back when the callback rejects.
   * @throws as `getConnection` and the callback do.
   */
  transaction<T>(work: (transaction: Transaction) => T | Promise<T>, options?: PoolTransactionOptions): Promise<T>
  /** The configuration of the pool, defaults included, without secrets. */
  readonly config: PublicConfig
  /**
   * Whether sessions have the `sql_mode` NO_BACKSLASH_ESCAPES, in which text escaped by backslashes is not safe. The value is
   * that of the newest connection; before the first connection it comes from `sessionVariables`.
   */
  readonly noBackslashEscapes: boolean
  /** The hosts, to be added, removed, drained and accepted. */
  readonly hosts: PoolHosts
  /**
   * Replaces every connection, e.g. after the password was rotated. Idle connections are closed at once, checked out ones on
   * release.
   */
  refresh(): void
  /**
   * Probes every host and resolves with the state of each: for a readiness check before there is traffic. A host whose last
   * probe is no older than `health.interval` is not probed again. Hosts that are down are no error.
   * @throws ERR_HOSTPOOL_CLOSED when the pool has been ended, ERR_HOSTPOOL_UNSUPPORTED for unknown options.
   */
  check(options?: CheckOptions): Promise<PoolCheck>
  /** An immutable picture of the pool at this moment. */
  status(): PoolStatus
  /** Calls the listener at each event of this name, until `off`. */
  on<E extends PoolEventName>(event: E, listener: PoolListener<E>): this
  /** Calls the listener at the next event of this name alone. */
  once<E extends PoolEventName>(event: E, listener: PoolListener<E>): this
  /** Takes a listener of `on` or `once` back. */
  off<E extends PoolEventName>(event: E, listener: PoolListener<E>): this
  /**
   * Ends the pool. Waiting callers are rejected, borrowers have `endTimeout` to release their connections, then every
   * connection is closed. A further call waits for the same end.
   */
  end(): Promise<void>
  /** Lets `await using pool = createPool(…)` end the pool. */
  [Symbol.asyncDispose](): Promise<void>
}
