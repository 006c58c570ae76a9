import type { Readable } from 'node:stream'

import type { ConnectionConfig, HostConfig } from '../config/pool-config.js'
import type { Decoding } from '../statement/decoding.js'
import type { UserChange } from '../statement/user-change.js'
import type { Field, StatementOptions } from '../statement/statement.js'

/** How the answer to a statement arrives: an error, or a result and its columns. Called exactly once, never synchronously. */
export type StatementDone = (error: Error | null, result?: unknown, fields?: readonly Field[]) => void

export type Done = (error: Error | null) => void

/** One open connection to a server. After it was lost every call answers an error. */
export interface DriverConnection {
  /** The server's own number of this connection; never an identity. */
  readonly threadId: number | undefined
  /** As the server says it, e.g. `10.11.19-MariaDB`. */
  readonly serverVersion: string
  /** False once the connection was lost, closed, or left with an answer outstanding that nobody waits for any more. */
  readonly alive: boolean
  /** Statements whose answer is outstanding. */
  readonly pending: number
  /** The server's status flags, of the handshake and then of the last answer that carried them. */
  readonly serverStatus: number
  /** True when the server said that session state has changed, since `forgetChanges`. */
  readonly sessionChanged: boolean
  /** The schema that a `USE` changed to, since `forgetChanges`. */
  readonly schemaChangedTo: string | undefined
  /** Called once, when the connection is lost, whoever notices first. */
  onLost: ((error: Error) => void) | undefined
  query(statement: StatementOptions, decoding: Decoding, done: StatementDone): void
  execute(statement: StatementOptions, decoding: Decoding, done: StatementDone): void
  /** Rows one by one; emits `fields` before the first. */
  stream(statement: StatementOptions, decoding: Decoding): Readable
  ping(done: Done): void
  /** COM_RESET_CONNECTION. */
  reset(done: Done): void
  /** COM_CHANGE_USER; when it fails the connection is closed. */
  changeUser(to: UserChange, done: Done): void
  forgetChanges(): void
  /** Says goodbye (COM_QUIT) and closes. */
  close(done: () => void): void
  /** Closes at once; statements under way fail with the error. */
  destroy(error?: Error): void
  /** The process is not kept alive by it any more. */
  unref(): void
}

/** Where and as whom to connect; the password has been asked for already. */
export interface ConnectTarget {
  readonly host: HostConfig
  readonly connection: ConnectionConfig
  readonly password: string | undefined
}

/** A handshake under way. After `abort` the listener is never called. */
export interface ConnectAttempt {
  abort(): void
}

export type ConnectListener = (error: Error | null, connection?: DriverConnection) => void

/** How core reaches a server; the one implementation is mysql2's. */
export interface Driver {
  connect(target: ConnectTarget, listener: ConnectListener): ConnectAttempt
}

/** Bits of `serverStatus`. */
export const ServerStatus = {
  inTransaction: 0x0001,
  autocommit: 0x0002,
} as const
