import type { Duplex, Readable } from 'node:stream'
import type { EventEmitter } from 'node:events'

import type { UserChange } from '../session/lease.js'

/**
 * The parts of mysql2's connection that this driver uses and its public types leave out. They have been stable through
 * all of mysql2 3; the driver's tests run each of them against a real server.
 */
export interface RawConnection extends EventEmitter {
  /** Read afresh for each command: exchanging it is how a borrower's own decoding takes effect. */
  config: RawConfig
  readonly stream: Duplex & { ref?(): void; unref?(): void }
  readonly threadId: number | null
  query(sql: string, values: unknown, done: RawDone): RawCommand
  query(options: RawStatement, done: RawDone): RawCommand
  query(options: RawStatement): RawCommand
  execute(sql: string, values: unknown, done: RawDone): RawCommand
  execute(options: RawStatement, done: RawDone): RawCommand
  ping(done: (error: Error | null) => void): void
  reset(done: (error: Error | null) => void): void
  changeUser(to: UserChange, done: (error: Error | null) => void): void
  end(done?: (error?: Error | null) => void): void
  destroy(): void
}

export interface RawConfig {
  charsetNumber: number
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
}

export interface RawCommand extends EventEmitter {
  stream(options?: object): Readable
}

/** What the server said of itself in the handshake. */
export interface Handshake {
  readonly serverVersion: string
  readonly statusFlags: number
}

/** The answer to a statement without rows, with what session tracking adds. */
export interface RawHeader {
  readonly serverStatus?: number
  readonly stateChanges?: { readonly schema: string | null }
}
