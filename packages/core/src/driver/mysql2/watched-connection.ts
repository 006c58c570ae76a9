import type { EventEmitter } from 'node:events'

import type { RawParser } from './guarded-parser.js'
import type { RawConnection, RawPacket } from './mysql2-internals.js'

/** The parts of mysql2's connection that the packet guard watches. */
export interface WatchedConnection extends Omit<RawConnection, 'stream' | 'packetParser' | '_inflatedPacketsParser'> {
  readonly stream: RawConnection['stream'] & { readonly destroyed: boolean }
  readonly _command: WatchedCommand | null | undefined
  readonly _paused: boolean
  readonly _closing?: boolean
  readonly authorized: boolean
  sequenceId: number
  packetParser: Pick<RawParser, 'execute' | '_reusablePacket'>
  _inflatedPacketsParser?: Pick<RawParser, 'execute' | '_reusablePacket'>
  handlePacket(packet?: WatchedPacket): void
  /** The compressed packets that wait to be inflated; only on a compressed connection. */
  readonly inflateQueue?: { readonly _queue: readonly unknown[] }
  pause(): void
  resume(): void
}

export interface WatchedCommand extends EventEmitter {
  readonly next: { readonly name: string } | null
  readonly sql?: string
  readonly query?: unknown
  readonly options?: { readonly typeCast?: unknown }
  /**
   * Only on a command of the fast path, which knows the beginning of its answer: skips that beginning and the rows behind it, and
   * returns their length in bytes; 0 for another beginning.
   * @param packet - mysql2's packet object, where its cells are checked: without this object no rows are read
   */
  readonly skipKnownAnswer?: (chunk: Buffer, packet: WatchedPacket | undefined) => number
  /** After `skipKnownAnswer` has skipped an answer to its end: the packet to handle, in place of the answer's own or its last. */
  readonly knownAnswer?: WatchedPacket | undefined
}

export interface WatchedPacket extends RawPacket {
  readonly sequenceId: number
  readonly numPackets: number
}
