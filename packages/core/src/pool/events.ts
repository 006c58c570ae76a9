import type { HostOrigin } from '../hosts/host.js'

/** Why a connection was closed. */
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
  /** Its address leads to another server now, or new connections there were told something else than this one. */
  | 'server changed'
  /** Its host refuses the login of probes since something broke there, and another host serves. */
  | 'login refused'
  | 'room needed'
  | 'pool ended'

/** What each event tells besides the pool's name. All durations are milliseconds on a monotonic clock. */
export interface EventDetails {
  connectionOpened: { readonly host: string; readonly duration: number }
  connectionClosed: { readonly host: string; readonly reason: CloseReason; readonly age: number }
  connectFailed: { readonly host: string; readonly error: Error; readonly duration: number }
  /** A caller was given a connection. */
  acquire: { readonly host: string; readonly waited: number }
  /** A caller has to wait. */
  enqueue: { readonly waiting: number }
  /** A connection came back. */
  release: { readonly host: string; readonly held: number }
  acquireTimeout: { readonly waited: number; readonly waiting: number }
  /** The pool has one host more: the operator added it, or discovery. */
  hostAdded: { readonly host: string; readonly origin: HostOrigin }
  /** The pool has one host less. Its connections close by and by. */
  hostRemoved: { readonly host: string; readonly reason: string }
  hostUp: { readonly host: string; readonly reason: string }
  hostSuspect: { readonly host: string; readonly reason: string }
  hostDown: { readonly host: string; readonly reason: string; readonly error?: Error | undefined }
  hostDraining: { readonly host: string }
  /** The last usable host went down. */
  allHostsDown: { readonly reasons: Readonly<Record<string, string>> }
  /** A connection is out for longer than `leakDetectionThreshold`; `stack` is where it was borrowed. */
  leak: { readonly host: string; readonly held: number; readonly stack: string }
  leakReturned: { readonly host: string; readonly held: number }
  /**
   * Something an operator should read once, e.g. a missing privilege. While nothing listens for it, it is a warning of the
   * process, once for each message.
   */
  warning: { readonly host?: string | undefined; readonly message: string }
  end: object
}

/** What the pool tells its listeners: a frozen object, the same for all of them. */
export type PoolEvents = {
  readonly [E in keyof EventDetails]: EventDetails[E] & {
    /** The option `poolName`. */
    readonly poolName: string
  }
}

export type PoolEventName = keyof EventDetails

export type PoolListener<E extends PoolEventName> = (event: PoolEvents[E]) => void
