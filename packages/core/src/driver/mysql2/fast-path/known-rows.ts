/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import type { RawRunning } from '../mysql2-internals.js'
import { HEADER } from '../outgoing-packet.js'
import type { WatchedPacket } from '../watched-connection.js'

const EOF = 0xfe
const ERROR = 0xff
/** Length of an EOF packet without its header: first byte, warnings, status flags. */
const EOF_LENGTH = 5
/** Stands for a byte of a length that has not come. */
const NONE = Infinity
/** A packet that begins like an EOF and is at least this long is a row. */
const EOF_SHORTER_THAN = 9

/** mysql2's packet object, which is pointed to one packet after the other. */
export interface MovablePacket extends WatchedPacket {
  sequenceId: number
  numPackets: number
}

/** The command whose rows are read. */
type Reader = Pick<RawRunning, '_rowParser' | '_currentFields' | '_currentRows' | 'options'>

/**
 * Reads rows that lie in a chunk one behind the other, without the steps that mysql2 takes from packet to packet. The reading
 * stops before everything else: the end of the rows, an error, an incomplete packet, a number out of order, a row that cannot be
 * read. mysql2 goes on from there, and meets the same fault.
 * @param from - the place of the first row
 * @param sequenceId - the number of the first row's packet
 * @returns the number of rows; the packet object ends where the last of them ends
 */
export function readRows(
  chunk: Buffer,
  from: number,
  sequenceId: number,
  packet: MovablePacket,
  { _rowParser: parser, _currentFields: fields, _currentRows: rows, options }: Reader,
): number {
  let read = 0
  let at = from
  packet.buffer = chunk
  packet.end = at
  if (parser === null) return read
  for (;;) {
    const end = endOf(chunk, at)
    const first = chunk[at + HEADER]
    if (end > chunk.length || chunk[at + 3] !== ((sequenceId + read) & 0xff) || first === ERROR) break
    if (first === EOF && end - at - HEADER < EOF_SHORTER_THAN) break
    packet.start = at
    packet.offset = at + HEADER
    packet.end = end
    let row: unknown
    try {
      row = parser.next(packet, fields, options)
    } catch {
      break
    }
    if (packet.offset > end) break
    rows.push(row)
    read += 1
    at = end
  }
  packet.end = at
  return read
}

/**
 * Points the packet object to the end of the rows, where this is the next packet of the chunk and has its usual length.
 * @returns whether it is
 */
export function moveToEnd(chunk: Buffer, at: number, sequenceId: number, packet: MovablePacket): boolean {
  const end = at + HEADER + EOF_LENGTH
  if (end > chunk.length || !isEof(chunk, at, sequenceId)) return false
  packet.sequenceId = sequenceId
  packet.numPackets = 1
  packet.start = at
  packet.offset = at + HEADER
  packet.end = end
  return true
}

/** Whether an EOF packet of the usual length begins at this place, with any warnings and status flags. */
export function isEof(chunk: Buffer, at: number, sequenceId: number): boolean {
  return (
    chunk[at] === EOF_LENGTH &&
    chunk[at + 1] === 0 &&
    chunk[at + 2] === 0 &&
    chunk[at + 3] === sequenceId &&
    chunk[at + HEADER] === EOF
  )
}

/** The end of the packet that begins at this place; beyond every chunk where its length is incomplete. */
function endOf(chunk: Buffer, at: number): number {
  return at + HEADER + (chunk[at] ?? NONE) + (chunk[at + 1] ?? NONE) * 0x100 + (chunk[at + 2] ?? NONE) * 0x1_0000
}
