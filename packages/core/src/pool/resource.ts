import type { Host } from '../hosts/host.js'

/** A connection as the engine sees it: without SQL and sockets. */
export interface Resource {
  /** False once the connection is lost or must not be used again. */
  readonly alive: boolean
  /** True when the last borrower left session state that `clean` has to undo. */
  readonly needsCleaning: boolean
  /**
   * True when the last borrower left session state that no reset undoes: the connection is closed on release. Only a session that
   * needs cleaning can be so.
   */
  readonly unresettable: boolean
  /** The time at which the last unanswered statement was sent, on the monotonic clock; Infinity when none is unanswered. */
  readonly askedAt: number
  /** Set by the engine; called once when the connection is lost. */
  onLost: ((error: Error) => void) | undefined
  /** True while the connection waits for code of the application: the duration says nothing about the host. */
  readonly applicationAtWork?: boolean
  /** Checks that the connection still answers. */
  validate(done: (error: Error | null) => void): void
  /** Cleans the session for the next borrower. */
  clean(done: (error: Error | null) => void): void
  /** The host is unresponsive: a borrower that waits may hedge its read. Called again and again while the host is unresponsive. */
  hostUnresponsive(): void
  /** Closes in an orderly way. */
  close(done: () => void): void
  /** Closes at once. Statements under way fail with the error. */
  destroy(error?: Error): void
  /** Stops the connection from keeping the process alive. Statements under way have a timer that does. */
  unref(): void
}

/** The cause of a failed connect. `application`: code of the application failed, which fails the same way for every host. */
export type Blame = 'host' | 'configuration' | 'overload' | 'application'

export interface ConnectFailure {
  readonly error: Error
  readonly blame: Blame
  /** The server accepted the login, and the connection was lost before it was ready. */
  readonly letIn?: boolean
}

export interface Attempt {
  /** Gives up the connect. The listener is not called any more. */
  abort(): void
}

export interface ConnectorListener<R extends Resource> {
  /** Called with a name when code of the application starts to run, and with undefined at its end; see `ApplicationWork`. */
  application(what: string | undefined): void
  connected(resource: R): void
  failed(failure: ConnectFailure): void
}

/** Opens connections for the engine. The listener is called exactly once, never synchronously, unless aborted. */
export interface Connector<R extends Resource> {
  connect(host: Host, listener: ConnectorListener<R>): Attempt
}
