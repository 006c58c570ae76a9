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
   * Only on a command of the fast path, which knows the beginning of its answer: skips that beginning, and returns its length
   * in bytes; 0 for another beginning.
   */
  readonly skipKnownAnswer?: (chunk: Buffer) => number
  /** After `skipKnownAnswer` has skipped a whole answer: the packet to handle in place of the answer's own. */
  readonly knownAnswer?: WatchedPacket | undefined
}

export interface WatchedPacket extends RawPacket {
  readonly sequenceId: number
  readonly numPackets: number
}
