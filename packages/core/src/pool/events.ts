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

/** The fields of each event besides `poolName`. Durations are taken on a monotonic clock. */
export interface EventDetails {
  /** A connection was opened. */
  connectionOpened: {
    /** `name:port`. */
    readonly host: string
    /** Milliseconds that the handshake took. */
    readonly duration: number
  }
  /** A connection was closed. */
  connectionClosed: {
    /** `name:port`. */
    readonly host: string
    /** Why. */
    readonly reason: CloseReason
    /** Milliseconds since the handshake. */
    readonly age: number
  }
  /** A connect or a login failed. */
  connectFailed: {
    /** `name:port`. */
    readonly host: string
    /** The error of the socket or of the server. */
    readonly error: Error
    /** Milliseconds until the failure. */
    readonly duration: number
  }
  /** A caller got a connection. */
  acquire: {
    /** `name:port`. */
    readonly host: string
    /** Milliseconds since the call. */
    readonly waited: number
  }
  /** A caller has to wait. */
  enqueue: {
    /** Callers that wait now, this one included. */
    readonly waiting: number
  }
  /** A borrower released its connection. */
  release: {
    /** `name:port`. */
    readonly host: string
    /** Milliseconds since the checkout. */
    readonly held: number
  }
  /** A caller got ERR_HOSTPOOL_ACQUIRE_TIMEOUT. */
  acquireTimeout: {
    /** Milliseconds since the call. */
    readonly waited: number
    /** Callers that wait still. */
    readonly waiting: number
  }
  /** The pool has a new host, added by the operator or by discovery. */
  hostAdded: {
    /** `name:port`. */
    readonly host: string
    /** How the host came into the pool. */
    readonly origin: HostOrigin
  }
  /** A host was removed from the pool. Its checked out connections are closed on release. */
  hostRemoved: {
    /** `name:port`. */
    readonly host: string
    /** Why, in words. */
    readonly reason: string
  }
  /** A host can be used. */
  hostUp: {
    /** `name:port`. */
    readonly host: string
    /** What else there is to say of the host, in words. */
    readonly reason: string
  }
  /** Something broke at a host, and a probe is under way. */
  hostSuspect: {
    /** `name:port`. */
    readonly host: string
    /** What broke, in words. */
    readonly reason: string
  }
  /** A host gets no connections until it answers a probe. */
  hostDown: {
    /** `name:port`. */
    readonly host: string
    /** Why, in words. */
    readonly reason: string
    /** The error of the connection or of the probe, if there was one. */
    readonly error?: Error | undefined
  }
  /** A host is drained, as `hosts.drain` or `hosts.remove` asked. */
  hostDraining: {
    /** `name:port`. */
    readonly host: string
  }
  /** The last usable host went down. */
  allHostsDown: {
    /** Why, in words, for each `name:port`. */
    readonly reasons: Readonly<Record<string, string>>
  }
  /** A connection was checked out for longer than `leakDetectionThreshold`. */
  leak: {
    /** `name:port`. */
    readonly host: string
    /** Milliseconds since the checkout. */
    readonly held: number
    /** The stack of the borrower's call. */
    readonly stack: string
  }
  /** A borrower released a connection that was reported as a leak before. */
  leakReturned: {
    /** `name:port`. */
    readonly host: string
    /** Milliseconds since the checkout. */
    readonly held: number
  }
  /**
   * A message for the operator, e.g. about a missing privilege. Without a listener for this event, each different message becomes
   * a process warning, once.
   */
  warning: {
    /** `name:port`, where the message is about one host. */
    readonly host?: string | undefined
    /** The text. */
    readonly message: string
  }
  /** The pool has ended, and every connection is closed. */
  end: object
}

/** The argument of the listeners: a frozen object, the same for all listeners. */
export type PoolEvents = {
  readonly [E in keyof EventDetails]: EventDetails[E] & {
    /** The option `poolName`. */
    readonly poolName: string
  }
}

/** The name of an event that a pool emits. */
export type PoolEventName = keyof PoolEvents

/**
 * A function that `pool.on` calls with an event. An error that it throws becomes a warning of the process, and reaches no
 * caller.
 */
export type PoolListener<E extends PoolEventName> = (event: PoolEvents[E]) => void
