/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import { BackslashMode } from './backslash-mode.js'
import type { RawConnection, RawPacket } from './mysql2-internals.js'
import { HEADER, type OutgoingPacket } from './outgoing-packet.js'

const COM_STMT_PREPARE = 0x16
const COM_STMT_CLOSE = 0x19
const OK = 0x00
const EOF = 0xfe
/** An EOF packet is shorter than this, header and all; a longer packet with the same first byte is a row. */
const EOF_SHORTER_THAN = 13
/** Where the status flags are, behind the header, in an EOF packet and in an OK that tells of no rows and no key. */
const STATUS_AT = 3
/** The number of warnings in an EOF packet. */
const WARNINGS_AT = 1
/** The most that one packet carries behind its header; more goes in several. */
const MOST_IN_A_PACKET = 0xff_ffff

/**
 * What mysql2 does not tell of its packets. What goes out passes one method of it, and is looked at to know whether a command
 * can have run; a large packet is split correctly there (mysql2 counts the header in and sends an empty packet too many for
 * three lengths just below 16 MB). What comes in is not watched: the last packet of an answer, which has the status flags at the
 * end of rows, stays where mysql2 keeps it until the next arrives.
 */
export class Wire {
  /** The server's status flags, from the handshake on. */
  serverStatus: number
  readonly backslashes: BackslashMode
  /** Whether a command has been sent that the server runs, since `begin`; preparing one runs nothing. */
  mayHaveRun = false
  /** The most warnings that a result has told of since `begin`. */
  warningCount = 0
  readonly #raw: RawConnection

  constructor(raw: RawConnection, serverStatus: number) {
    this.#raw = raw
    this.serverStatus = serverStatus
    this.backslashes = new BackslashMode(serverStatus)
    raw.writePacket = (packet) => this.#write(packet)
  }

  /** A command begins. */
  begin(): void {
    this.mayHaveRun = false
    this.warningCount = 0
  }

  /** The status flags of an answer without rows, or at the end of rows. */
  saw(status: number): void {
    this.serverStatus = status
    this.backslashes.saw(status)
  }

  /** The number of warnings of a result without rows. */
  warned(count: number): void {
    if (count > this.warningCount) this.warningCount = count
  }

  /** Rows have ended, and were the last of their answer. */
  rowsEnded(): void {
    const { buffer, start, offset, end } = this.#last
    const at = start + HEADER
    if (buffer[at] !== EOF || end - start >= EOF_SHORTER_THAN || end - at < STATUS_AT + 2) return
    // mysql2 has read on in some of them; its offset is not where the content begins.
    if (offset < at) return
    this.warned(buffer.readUInt16LE(at + WARNINGS_AT))
    this.saw(buffer.readUInt16LE(at + STATUS_AT))
  }

  /** A reset or a change of user was answered: the session begins anew. mysql2 does not look at such an answer. */
  sessionBegan(): void {
    const { buffer, start, end } = this.#last
    const at = start + HEADER
    if (buffer[at] !== OK || end - at < STATUS_AT + 2) return
    this.serverStatus = buffer.readUInt16LE(at + STATUS_AT)
    this.backslashes.begin(this.serverStatus)
  }

  /** The packet that came last. mysql2 has one object for all but the largest. */
  get #last(): RawPacket {
    const { packetParser, _inflatedPacketsParser: inflated } = this.#raw
    return (inflated ?? packetParser)._reusablePacket
  }

  #write(packet: OutgoingPacket): void {
    const raw = this.#raw
    if (!this.mayHaveRun) {
      const command = packet.buffer[HEADER]
      this.mayHaveRun = command !== COM_STMT_PREPARE && command !== COM_STMT_CLOSE
    }
    const length = packet.length() - HEADER
    if (length < MOST_IN_A_PACKET) {
      packet.writeHeader(raw.sequenceId)
      this.#send(packet.buffer)
    } else this.#writeInParts(packet.buffer.subarray(HEADER))
  }

  /** The last part is shorter than a packet can be, empty if need be: that is how the server knows that it is the last. */
  #writeInParts(content: Buffer): void {
    for (let offset = 0; offset <= content.length; offset += MOST_IN_A_PACKET) {
      const part = content.subarray(offset, offset + MOST_IN_A_PACKET)
      const header = Buffer.alloc(HEADER)
      header.writeUIntLE(part.length, 0, 3)
      header[3] = this.#raw.sequenceId
      this.#raw.write(header)
      this.#send(part)
    }
  }

  #send(bytes: Buffer): void {
    const raw = this.#raw
    raw.sequenceId = (raw.sequenceId + 1) % 256
    // On a compressed connection nothing would become a frame of its own, which the server takes for the next command's.
    if (bytes.length > 0) raw.write(bytes)
  }
}
