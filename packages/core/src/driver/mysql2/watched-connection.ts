import type { EventEmitter } from 'node:events'

import type { RawParser } from './guarded-parser.js'
import type { RawConnection, RawPacket } from './mysql2-internals.js'

/** The parts of mysql2's connection that are watched. */
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
  /** Of a compressed connection: what waits to be inflated. */
  readonly inflateQueue?: { readonly _queue: readonly unknown[] }
  pause(): void
  resume(): void
}

export interface WatchedCommand extends EventEmitter {
  readonly next: { readonly name: string } | null
  readonly sql?: string
  readonly query?: unknown
  readonly options?: { readonly typeCast?: unknown }
  /** Of a command of the fast path, which knows how its answer begins: bytes of a chunk that it has taken for the beginning; 0 when there is another. */
  readonly skipKnownAnswer?: (chunk: Buffer) => number
  /** Where it has taken a whole answer so: what is to be handled in place of the answer's packet. */
  readonly knownAnswer?: WatchedPacket | undefined
}

export interface WatchedPacket extends RawPacket {
  readonly sequenceId: number
  readonly numPackets: number
}
