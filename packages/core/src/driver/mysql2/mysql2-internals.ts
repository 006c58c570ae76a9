import type { Duplex } from 'node:stream'
import type { EventEmitter } from 'node:events'

import type { UserChange } from '../../sql/user-change.js'
import type { Field } from '../../sql/statement.js'
import type { OutgoingPacket } from './outgoing-packet.js'

/**
 * The parts of mysql2's connection that this driver uses and that mysql2's public types leave out. They have been stable
 * through all of mysql2 3, and the driver's tests run each of them against a real server.
 */
export interface RawConnection extends EventEmitter {
  /** mysql2 reads this config for each command: a borrower's own decoding takes effect by exchanging it. */
  config: RawConfig
  readonly stream: Duplex & {
    ref?(): void
    unref?(): void
    readonly localPort?: number | undefined
    readonly remoteAddress?: string | undefined
  }
  readonly threadId: number | null
  query(sql: string, values: unknown, done: RawDone): RawCommand
  query(options: RawStatement, done: RawDone): RawCommand
  query(options: RawStatement): RawCommand
  execute(sql: string, values: unknown, done: RawDone): RawCommand
  execute(options: RawStatement, done: RawDone): RawCommand
  /** Also called without a packet, to begin the next command. */
  handlePacket(packet?: RawPacket): void
  /** Cuts the received bytes into packets. */
  readonly packetParser: { readonly _reusablePacket: RawPacket }
  /** The parser of a compressed connection, behind the other one. */
  readonly _inflatedPacketsParser?: { readonly _reusablePacket: RawPacket }
  write(bytes: Buffer): void
  sequenceId: number
  pause(): void
  resume(): void
  unprepare(statement: RawStatement): void
  ping(done: (error: Error | null) => void): void
  reset(done: (error: Error | null) => void): void
  changeUser(to: UserChange, done: (error: RawError | null) => void): void
  end(done?: (error?: Error | null) => void): void
  destroy(): void
  /** The prepared statements, by mysql2's key of a statement. The least recently used ones are closed. */
  readonly _statements: {
    readonly size: number
    get(key: string): RawPreparedStatement | undefined
    resize(max: number): void
    clear(): void
  }
  readonly serverCapabilityFlags: number
  addCommand(command: object): void
  writePacket(packet: OutgoingPacket): void
  /** Puts escaped values into a text. */
  format(sql: string, values: unknown): string
}

export interface RawConfig {
  charsetNumber: number
  readonly clientFlags: number
  readonly disableEval?: boolean
  readonly stringifyObjects?: boolean
  readonly timezone?: string
  readonly namedPlaceholders?: boolean
  readonly typeCast?: unknown
  infileStreamFactory?: unknown
}

interface RawPreparedStatement {
  readonly id: number
  readonly parameters: readonly { readonly columnType: number; readonly flags: number }[]
}

/** A received packet. mysql2 has one such object per connection, and points it to one packet after the other. */
export interface RawPacket {
  buffer: Buffer
  start: number
  offset: number
  end: number
  isEOF(): boolean
}

/** mysql2's class that reads rows, one after the other. */
export interface RowParserClass {
  new (fields: readonly object[]): RowParser
}

interface RowParser {
  next(packet: RawPacket, fields: readonly object[], options: object): unknown
}

/** The method of a command that takes the next packet; null when the command is done. */
export type CommandState = ((packet: RawPacket, connection: RawConnection) => CommandState) | null

/** mysql2's command that runs a statement, prepared or not. */
export interface RawRunning extends EventEmitter {
  readonly _localStreamError?: unknown
  options: object
  _connection: RawConnection
  _streamFactory: unknown
  _resultIndex: number
  _fieldCount: number
  _receivedFieldsCount: number
  next: CommandState
  _rows: unknown[][]
  _currentRows: unknown[]
  _fields: Field[][]
  _currentFields: Field[]
  _rowParser: RowParser | null
  start(packet: unknown, connection: RawConnection): CommandState
  resultsetHeader(packet: RawPacket, connection: RawConnection): CommandState
  /** An answer without rows; null after a row that could not be decoded. */
  doneInsert(header: object | null | undefined): CommandState
  readField(packet: RawPacket, connection: RawConnection): CommandState
  fieldsEOF(packet: RawPacket, connection: RawConnection): CommandState
  row(packet: RawPacket, connection: RawConnection): CommandState
}

export type CommandClass<Options> = new (options: Options, done: RawDone) => RawRunning

/** The options of mysql2's command for a prepared statement. */
export interface ExecuteOptions {
  readonly statement: object
  readonly sql: string
}

/** The options of mysql2's command for a text with its values in it. */
export interface QueryOptions {
  readonly sql: string
}

export interface RawStatement {
  sql: string
  values?: unknown
  timeout?: number
  rowsAsArray?: boolean
  nestTables?: boolean | string
  typeCast?: unknown
  namedPlaceholders?: boolean
  supportBigNumbers?: boolean
  bigNumberStrings?: boolean
  dateStrings?: boolean | readonly string[]
  timezone?: string
}

export type RawDone = (error: RawError | null, result?: unknown, fields?: unknown) => void

export interface RawError extends Error {
  fatal?: boolean
  code?: string
  errno?: number
  sqlState?: string
  /** The text of the statement as it was sent. */
  sql?: string
}

export interface RawCommand extends EventEmitter {
  /** The text that is sent or prepared, with values that are part of the text. */
  readonly sql?: string
  /** The error of decoding a row. */
  readonly _localStreamError?: unknown
  /** The columns of each result so far. */
  readonly _fields?: readonly (readonly Field[] | undefined)[]
  /** The rows of each result so far, or the header of an answer without rows. */
  readonly _rows?: readonly unknown[]
}

/** The server's data from the handshake. */
export interface Handshake {
  readonly serverVersion: string
  readonly statusFlags: number
}

/** The answer to a statement without rows, with the reports of session tracking. */
export interface RawHeader {
  readonly serverStatus?: number
  readonly warningStatus?: number
  readonly stateChanges?: {
    readonly schema: string | null
    readonly trackStateChange?: string | null
    readonly systemVariables?: Readonly<Record<string, string>>
    readonly gtids?: readonly string[]
  }
}
