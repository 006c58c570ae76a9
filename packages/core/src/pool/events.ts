import type { HostOrigin } from '../hosts/host.js'

/** The reason why a connection was closed. */
export type CloseReason =
  | 'broken'
  | 'destroyed'
  | 'idle timeout'
  | 'max lifetime'
  | 'max idle'
  | 'host down'
  | 'draining'
  | 'validation failed'
  | 'clean-up failed'
  | 'session changed'
  | 'rebalanced'
  | 'refreshed'
  /** The address leads to another server now, or a new connection got another answer than this one. */
  | 'server changed'
  /** The host has refused the login of probes since something broke there, and another host serves. */
  | 'login refused'
  | 'room needed'
  | 'pool ended'

/** The fields of each event besides `poolName`. All durations are milliseconds on a monotonic clock. */
export interface EventDetails {
  connectionOpened: { readonly host: string; readonly duration: number }
  connectionClosed: { readonly host: string; readonly reason: CloseReason; readonly age: number }
  connectFailed: { readonly host: string; readonly error: Error; readonly duration: number }
  /** A caller got a connection. */
  acquire: { readonly host: string; readonly waited: number }
  /** A caller has to wait. */
  enqueue: { readonly waiting: number }
  /** A borrower released its connection. */
  release: { readonly host: string; readonly held: number }
  acquireTimeout: { readonly waited: number; readonly waiting: number }
  /** The pool has a new host, added by the operator or by discovery. */
  hostAdded: { readonly host: string; readonly origin: HostOrigin }
  /** A host was removed from the pool. Its checked out connections are closed on release. */
  hostRemoved: { readonly host: string; readonly reason: string }
  hostUp: { readonly host: string; readonly reason: string }
  hostSuspect: { readonly host: string; readonly reason: string }
  hostDown: { readonly host: string; readonly reason: string; readonly error?: Error | undefined }
  hostDraining: { readonly host: string }
  /** The last usable host went down. */
  allHostsDown: { readonly reasons: Readonly<Record<string, string>> }
  /** A connection was checked out for longer than `leakDetectionThreshold`. `stack` is the stack of the borrower's call. */
  leak: { readonly host: string; readonly held: number; readonly stack: string }
  /** A borrower released a connection that was reported as a leak before. */
  leakReturned: { readonly host: string; readonly held: number }
  /**
   * A message for the operator, e.g. about a missing privilege. Without a listener for this event, each different message becomes
   * a process warning, once.
   */
  warning: { readonly host?: string | undefined; readonly message: string }
  end: object
}

/** The argument of the listeners: a frozen object, the same for all listeners. */
export type PoolEvents = {
  readonly [E in keyof EventDetails]: EventDetails[E] & {
    /** The option `poolName`. */
    readonly poolName: string
  }
}

export type PoolEventName = keyof EventDetails

export type PoolListener<E extends PoolEventName> = (event: PoolEvents[E]) => void
