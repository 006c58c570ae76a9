import type { ConnectionConfig, HostConfig } from '../config/pool-config.js'
import type { ApplicationWork } from '../host-timer.js'
import type { Decoding } from '../sql/decoding.js'
import type { UserChange } from '../sql/user-change.js'
import type { Field, StatementOptions } from '../sql/statement.js'

/**
 * The callback for the answer to a statement: an error, or a result and its columns. Called exactly once, never synchronously.
 */
export type StatementDone = (error: Error | null, result?: unknown, fields?: readonly Field[]) => void

export type Done = (error: Error | null) => void

/** Takes the rows of a statement as they arrive. `done` is called exactly once and last; no method is called synchronously. */
export interface RowReceiver {
  /**
   * Called before the first row of each result. `fields` is undefined before the header of a result without rows, which is its
   * only row.
   */
  fields(fields: readonly Field[] | undefined): void
  row(row: unknown): void
  done(error: Error | null): void
}

/** The two ends of a connection, as this side sees them. */
export interface SocketEnds {
  readonly localPort: number
  readonly remoteAddress: string
}

/**
 * One open connection to a server. The connection takes one command at a time, and a command during another one throws: the
 * order of commands is decided above this port, where each is decided at its turn. After the loss of the connection every
 * command ends with an error.
 */
export interface DriverConnection {
  /** The server's own number of this connection; never an identity. */
  readonly threadId: number | undefined
  /** The ends of the socket; undefined for a Unix socket, and after the socket was closed. */
  readonly ends?: SocketEnds | undefined
  /** The version as the server reports it, e.g. `10.11.19-MariaDB`. */
  readonly serverVersion: string
  /** False after the connection was lost, closed or destroyed, and where its protocol state is unknown. */
  readonly alive: boolean
  /** Whether a command is under way. Already false when the callback of the command is called. */
  readonly busy: boolean
  /** Whether the server may have run the last command. False where the command never left this process, or was only prepared. */
  readonly mayHaveRun: boolean
  /**
   * The server's status flags: of the handshake, then of the last answer, with rows or without. An error leaves the flags as
   * they were.
   */
  readonly serverStatus: number
  /** The number of warnings of the last answer; of several results, the largest number. An error leaves it as it was. */
  readonly warningCount: number
  /**
   * Whether the server reads a backslash in a string as an ordinary character (`sql_mode` NO_BACKSLASH_ESCAPES); undefined
   * where the mode is not certain.
   */
  readonly noBackslashEscapes: boolean | undefined
  /** True where the server has reported a change of session state since `forgetChanges`. */
  readonly sessionChanged: boolean
  /** The schema of the last `USE` since `forgetChanges`. */
  readonly schemaChangedTo: string | undefined
  /** Whether the server can report changes of session state. */
  readonly tracksSession: boolean
  /** Called once, when the network or the server ends the connection; not after `close` and `destroy`. */
  onLost: ((error: Error) => void) | undefined
  query(statement: StatementOptions, decoding: Decoding, done: StatementDone): void
  execute(statement: StatementOptions, decoding: Decoding, done: StatementDone): void
  /** Runs a statement with the text protocol, and delivers its rows one by one. */
  stream(statement: StatementOptions, decoding: Decoding, receiver: RowReceiver): void
  /** Pause and resume the rows of the current stream. */
  pause(): void
  resume(): void
  ping(done: Done): void
  /** COM_RESET_CONNECTION. */
  reset(done: Done): void
  /** COM_CHANGE_USER. A failure closes the connection. */
  changeUser(to: UserChange, done: Done): void
  forgetChanges(): void
  /** Sends COM_QUIT, and closes the connection. */
  close(done: () => void): void
  /** Closes the connection at once; the current command fails with the error. */
  destroy(error?: Error): void
  /** Lets the process end although the connection is open. */
  unref(): void
}

/** The host and the user of a connect. */
export interface ConnectTarget {
  readonly host: HostConfig
  readonly connection: ConnectionConfig
  /** The password itself. Where the connection's `password` is a function, the Dialer has called it. */
  readonly password?: string | undefined
}

/** A handshake under way. After `abort` the listener is never called. */
export interface ConnectAttempt {
  abort(): void
}

export type ConnectListener = (error: Error | null, connection?: DriverConnection) => void

/** The way of core to a server. The only implementation is mysql2's. */
export interface Driver {
  /** @param work - told which function of the application is at work for the connect */
  connect(target: ConnectTarget, listener: ConnectListener, work?: ApplicationWork): ConnectAttempt
}

/** Bits of `serverStatus`. */
export const ServerStatus = {
  inTransaction: 0x0001,
  autocommit: 0x0002,
  /** The flag alone is not the mode: a routine that sets the mode leaves the flag behind. */
  noBackslashEscapes: 0x0200,
} as const
