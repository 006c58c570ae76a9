import { HEADER } from '../outgoing-packet.js'
import type { WatchedPacket } from '../watched-connection.js'

/** Capability: an OK packet has status flags and a number of warnings. */
const PROTOCOL_41 = 0x0200
const MORE_RESULTS = 0x0008
const OK = 0x00
/** Length of an OK in bytes: first byte, affected rows, key, status flags, warnings. */
const LENGTH = 7
const ROWS_AT = HEADER + 1
const KEY_AT = HEADER + 2
const STATUS_AT = HEADER + 3
const WARNINGS_AT = HEADER + 5
/** The largest number that fits into one byte; a larger one has a byte before it with its length. */
const MOST_IN_A_BYTE = 250

/** Stands for a packet that was already read, where the command's next state does not look at the packet. */
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
 * Whether a chunk is exactly the usual answer to a write: one OK, the last of its answer, with at most 250 rows, no key, no
 * text and no change of the session.
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

/**
 * Returns a function that makes mysql2's header of such a chunk.
 * @param prototype - the prototype of mysql2's headers
 */
export function headersOf(prototype: object): (chunk: Buffer) => object {
  // A function, because the prototype of a class cannot be replaced.
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
