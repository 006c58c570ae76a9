import type { Host } from '../hosts/host.js'

/** What the engine needs to know of a connection: nothing of SQL, nothing of sockets. */
export interface Resource {
  /** False once it is lost or must not be used again. */
  readonly alive: boolean
  /** True when the last borrower left something behind that `clean` has to undo. */
  readonly needsCleaning: boolean
  /** True when the last borrower left something behind that nothing undoes: it is closed in place of being checked out again. */
  readonly unresettable: boolean
  /** When the last of the statements that it owes an answer to was sent, on the monotonic clock; Infinity when it owes none. */
  readonly askedAt: number
  /** Set by the engine; called once when the connection is lost. */
  onLost: ((error: Error) => void) | undefined
  /** What it does now is work of the application's own, and says nothing about the host however long it takes. */
  readonly applicationAtWork?: boolean
  /** Proves that it still answers. */
  validate(done: (error: Error | null) => void): void
  /** Makes it as good as new for the next borrower. */
  clean(done: (error: Error | null) => void): void
  /** Its host is unresponsive: a borrower that waits for an answer may ask another host. Called again and again while that is so. */
  hostUnresponsive(): void
  /** Closes politely. */
  close(done: () => void): void
  /** Closes at once; what is under way fails with the error. */
  destroy(error?: Error): void
  /** The process is not kept alive by it any more; what is under way on it has a timer that does so. */
  unref(): void
}

/**
 * Whose fault a failed connect is: `application` for functions of the application's own, which fail alike for every host.
 */
export type Blame = 'host' | 'configuration' | 'overload' | 'application'

export interface ConnectFailure {
  readonly error: Error
  readonly blame: Blame
  /** It was let in, and lost before it was ready: a server answers there. */
  readonly letIn?: boolean
}

export interface Attempt {
  /** Gives up; the listener is not called any more. */
  abort(): void
}

export interface ConnectorListener<R extends Resource> {
  /** What of the application's own is at work, whose time is not the host's; undefined when it is done. */
  application(what: string | undefined): void
  connected(resource: R): void
  failed(failure: ConnectFailure): void
}

/** Opens connections for the engine. The listener is called exactly once, never synchronously, unless aborted. */
export interface Connector<R extends Resource> {
  connect(host: Host, listener: ConnectorListener<R>): Attempt
}
