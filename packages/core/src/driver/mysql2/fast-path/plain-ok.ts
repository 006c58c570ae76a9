import { HEADER } from '../outgoing-packet.js'
import type { WatchedPacket } from '../watched-connection.js'

/** Capability: an OK packet has status flags and a number of warnings. */
const PROTOCOL_41 = 0x0200
/** Capability: the text of an OK has its length before it. */
const SESSION_TRACK = 1 << 23
/** Status flag: another result follows. */
const MORE_RESULTS = 0x0008
/** Status flag: changes of the session follow the text. */
const STATE_CHANGED = 0x4000
const OK = 0x00
/** Length of an OK without text in bytes: first byte, affected rows, key, status flags, warnings. */
const LENGTH = 7
const ROWS_AT = HEADER + 1
const KEY_AT = HEADER + 2
const STATUS_AT = HEADER + 3
const WARNINGS_AT = HEADER + 5
const TEXT_AT = HEADER + LENGTH
const ASCII = /^[ -~]*$/
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
 * change of the session, and no text or a short one in ASCII.
 */
export function isPlainOk(chunk: Buffer, serverFlags: number): boolean {
  const length = chunk[0] ?? 0
  return (
    length >= LENGTH &&
    chunk.length === HEADER + length &&
    chunk[1] === 0 &&
    chunk[2] === 0 &&
    chunk[3] === 1 &&
    chunk[HEADER] === OK &&
    (chunk[ROWS_AT] ?? MOST_IN_A_BYTE + 1) <= MOST_IN_A_BYTE &&
    chunk[KEY_AT] === 0 &&
    (serverFlags & PROTOCOL_41) !== 0 &&
    (length === LENGTH
      ? (chunk.readUInt16LE(STATUS_AT) & MORE_RESULTS) === 0
      : (serverFlags & SESSION_TRACK) !== 0 && endsInText(chunk))
  )
}

/** Whether a text is all that follows the warnings. */
function endsInText(chunk: Buffer): boolean {
  const length = chunk.length - TEXT_AT - 1
  return (
    (chunk.readUInt16LE(STATUS_AT) & (MORE_RESULTS | STATE_CHANGED)) === 0 &&
    length <= MOST_IN_A_BYTE &&
    chunk[TEXT_AT] === length &&
    ASCII.test(textOf(chunk))
  )
}

function textOf(chunk: Buffer): string {
  return chunk.length === TEXT_AT ? '' : chunk.toString('latin1', TEXT_AT + 1)
}

/** The number of changed rows in the text of an UPDATE: `Rows matched: 2  Changed: 1  Warnings: 0`. */
function changedRowsIn(text: string): number {
  const found = text === '' ? null : /\schanged:\s*(\d+)/i.exec(text)
  return found === null ? 0 : Number(found[1])
}

/**
 * Returns a function that makes mysql2's header of such a chunk.
 * @param prototype - the prototype of mysql2's headers
 */
export function headersOf(prototype: object): (chunk: Buffer) => object {
  // A function, because the prototype of a class cannot be replaced.
  function Header(this: Record<string, unknown>, chunk: Buffer): void {
    const info = textOf(chunk)
    this['fieldCount'] = 0
    this['affectedRows'] = chunk[ROWS_AT]
    this['insertId'] = 0
    this['info'] = info
    this['serverStatus'] = chunk.readUInt16LE(STATUS_AT)
    this['warningStatus'] = chunk.readUInt16LE(WARNINGS_AT)
    this['changedRows'] = changedRowsIn(info)
  }
  Header.prototype = prototype
  const Constructor = Header as unknown as new (chunk: Buffer) => object
  return (chunk) => new Constructor(chunk)
}
