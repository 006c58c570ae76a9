import type { ConnectionConfig, HostConfig } from '../config/pool-config.js'
import type { ApplicationWork } from '../host-timer.js'
import type { Decoding } from '../sql/decoding.js'
import type { UserChange } from '../sql/user-change.js'
import type { Field, StatementOptions } from '../sql/statement.js'

/** How the answer to a statement arrives: an error, or a result and its columns. Called exactly once, never synchronously. */
export type StatementDone = (error: Error | null, result?: unknown, fields?: readonly Field[]) => void

export type Done = (error: Error | null) => void

/** Takes the rows of a statement as they come. `done` is called exactly once and last; nothing is called synchronously. */
export interface RowReceiver {
  /** Before the first row of each result; undefined before the only row of one that tells what was done. */
  fields(fields: readonly Field[] | undefined): void
  row(row: unknown): void
  done(error: Error | null): void
}

/** Where the two ends of a connection are, as this side sees them. */
export interface SocketEnds {
  readonly localPort: number
  readonly remoteAddress: string
}

/**
 * One open connection to a server: one command at a time. Giving it a command while another is under way throws: whatever
 * decides in which order commands go is above this port, and decides each at its turn. After it was lost every command
 * answers an error.
 */
export interface DriverConnection {
  /** The server's own number of this connection; never an identity. */
  readonly threadId: number | undefined
  /** Undefined for a Unix socket, and once the socket is closed. */
  readonly ends?: SocketEnds | undefined
  /** As the server says it, e.g. `10.11.19-MariaDB`. */
  readonly serverVersion: string
  /** False once the connection was lost, closed, destroyed, or its protocol state is not known any more. */
  readonly alive: boolean
  /** A command is under way. False again when its callback is called. */
  readonly busy: boolean
  /** Whether the server may have run the last command: false where it never left this process, or was only prepared. */
  readonly mayHaveRun: boolean
  /** The server's status flags: of the handshake, then of the last answer, rows or not. An error leaves them as they were. */
  readonly serverStatus: number
  /** How many warnings the last answer told of; of several results, the most that one did. An error leaves it as it was. */
  readonly warningCount: number
  /**
   * Whether the server reads a backslash in a string as any other character (`sql_mode` NO_BACKSLASH_ESCAPES); undefined while
   * that is not certain.
   */
  readonly noBackslashEscapes: boolean | undefined
  /** True when the server said that session state has changed, since `forgetChanges`. */
  readonly sessionChanged: boolean
  /** The schema that a `USE` changed to, since `forgetChanges`. */
  readonly schemaChangedTo: string | undefined
  /** Whether the server offers to report changes of session state at all. */
  readonly tracksSession: boolean
  /** Called once, when the connection is lost through the network or its server; not after `close` and `destroy`. */
  onLost: ((error: Error) => void) | undefined
  query(statement: StatementOptions, decoding: Decoding, done: StatementDone): void
  execute(statement: StatementOptions, decoding: Decoding, done: StatementDone): void
  /** Rows one by one, text protocol. */
  stream(statement: StatementOptions, decoding: Decoding, receiver: RowReceiver): void
  /** Stops and resumes the rows of the stream under way. */
  pause(): void
  resume(): void
  ping(done: Done): void
  /** COM_RESET_CONNECTION. */
  reset(done: Done): void
  /** COM_CHANGE_USER; when it fails the connection is closed. */
  changeUser(to: UserChange, done: Done): void
  forgetChanges(): void
  /** Says goodbye (COM_QUIT) and closes. */
  close(done: () => void): void
  /** Closes at once; the command under way fails with the error. */
  destroy(error?: Error): void
  /** The process is not kept alive by it any more. */
  unref(): void
}

/** Where and as whom to connect. */
export interface ConnectTarget {
  readonly host: HostConfig
  readonly connection: ConnectionConfig
  /** The password itself: where the connection's is a function, a Dialer has asked it. */
  readonly password?: string | undefined
}

/** A handshake under way. After `abort` the listener is never called. */
export interface ConnectAttempt {
  abort(): void
}

export type ConnectListener = (error: Error | null, connection?: DriverConnection) => void

/** How core reaches a server; the one implementation is mysql2's. */
export interface Driver {
  /** @param work - told what of the application's own is at work for the connect */
  connect(target: ConnectTarget, listener: ConnectListener, work?: ApplicationWork): ConnectAttempt
}

/** Bits of `serverStatus`. */
export const ServerStatus = {
  inTransaction: 0x0001,
  autocommit: 0x0002,
  /** What a routine that sets the mode leaves behind, too: the flag alone is not the mode. */
  noBackslashEscapes: 0x0200,
} as const
