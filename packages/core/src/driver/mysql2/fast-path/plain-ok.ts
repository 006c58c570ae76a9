import { HEADER } from '../outgoing-packet.js'
import type { WatchedPacket } from '../watched-connection.js'

/** Capability: an OK has status flags and a number of warnings. */
const PROTOCOL_41 = 0x0200
const MORE_RESULTS = 0x0008
const OK = 0x00
/** First byte, affected rows, key, status flags, warnings. */
const LENGTH = 7
const ROWS_AT = HEADER + 1
const KEY_AT = HEADER + 2
const STATUS_AT = HEADER + 3
const WARNINGS_AT = HEADER + 5
/** A larger number has a byte before it that says how long the number is. */
const MOST_IN_A_BYTE = 250

/** In place of a packet that was read already, for a command whose next state does not look at it. */
export const READ_PACKET: WatchedPacket & { isError(): boolean } = Object.freeze({
  buffer: Buffer.alloc(0),
  start: 0,
  offset: 0,
  end: 0,
  sequenceId: 1,
  numPackets: 1,
  isEOF: () => false,
  isError: () => false,
})

/**
 * Whether a chunk is the whole answer to most writes, and no more: an OK that tells of at most 250 rows, no key, no text and no
 * change of the session, and is the last of its answer.
 */
export function isPlainOk(chunk: Buffer, serverFlags: number): boolean {
  return (
    chunk.length === HEADER + LENGTH &&
    chunk[0] === LENGTH &&
    chunk[1] === 0 &&
    chunk[2] === 0 &&
    chunk[3] === 1 &&
    chunk[HEADER] === OK &&
    (chunk[ROWS_AT] ?? MOST_IN_A_BYTE + 1) <= MOST_IN_A_BYTE &&
    chunk[KEY_AT] === 0 &&
    (chunk.readUInt16LE(STATUS_AT) & MORE_RESULTS) === 0 &&
    (serverFlags & PROTOCOL_41) !== 0
  )
}

/** Makes of such a chunk what mysql2 makes of it. @param prototype - of mysql2's headers */
export function headersOf(prototype: object): (chunk: Buffer) => object {
  // A function, because only its prototype can be another's.
  function Header(this: Record<string, unknown>, chunk: Buffer): void {
    this['fieldCount'] = 0
    this['affectedRows'] = chunk[ROWS_AT]
    this['insertId'] = 0
    this['info'] = ''
    this['serverStatus'] = chunk.readUInt16LE(STATUS_AT)
    this['warningStatus'] = chunk.readUInt16LE(WARNINGS_AT)
    this['changedRows'] = 0
  }
  Header.prototype = prototype
  const Constructor = Header as unknown as new (chunk: Buffer) => object
  return (chunk) => new Constructor(chunk)
}
