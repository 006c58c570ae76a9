/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import { type BackslashFacts, BackslashMode } from './backslash-mode.js'
import type { RawConnection, RawPacket } from './mysql2-internals.js'
import { HEADER } from './outgoing-packet.js'

const COM_STMT_PREPARE = 0x16
const COM_STMT_CLOSE = 0x19
const OK = 0x00
const EOF = 0xfe
/** An EOF packet is shorter than this, header included; a longer packet with the same first byte is a row. */
const EOF_SHORTER_THAN = 13
/** Offset of the status flags behind the header, in an EOF packet and in an OK with no rows and no key. */
const STATUS_AT = 3
/** Offset of the number of warnings behind the header, in an EOF packet. */
const WARNINGS_AT = 1
/** The most bytes that one packet carries behind its header; more data goes in several packets. */
const MOST_IN_A_PACKET = 0xff_ffff

/** The facts that the wire notes on its connection. */
export interface WireFacts extends BackslashFacts {
  /** The server's status flags, from the handshake on. */
  serverStatus: number
  /** Whether a command that the server runs has been sent since `begin`; preparing a statement runs nothing. */
  mayHaveRun: boolean
  /** The largest warning count of a result since `begin`. */
  warningCount: number
}

/**
 * Finds the facts about packets that mysql2 does not report. Outgoing packets pass one method of mysql2, which this class replaces.
 * There it sees whether a command can have run, and splits large packets correctly (mysql2 counts the header in, and sends an
 * extra empty packet for three lengths just below 16 MB). Incoming packets are not watched: the last packet of an answer, which
 * has the status flags at the end of rows, stays in mysql2's packet object until the next one arrives.
 */
export class Wire {
  readonly backslashes: BackslashMode
  readonly #raw: RawConnection
  readonly #facts: WireFacts

  /** @param facts - noted here; with the status flags of the handshake at first */
  constructor(raw: RawConnection, facts: WireFacts) {
    this.#raw = raw
    this.#facts = facts
    this.backslashes = new BackslashMode(facts, facts.serverStatus)
    raw.writePacket = (packet) => {
      if (!facts.mayHaveRun) {
        const command = packet.buffer[HEADER]
        facts.mayHaveRun = command !== COM_STMT_PREPARE && command !== COM_STMT_CLOSE
      }
      if (packet.length() - HEADER < MOST_IN_A_PACKET) {
        packet.writeHeader(raw.sequenceId)
        raw.sequenceId = (raw.sequenceId + 1) % 256
        raw.write(packet.buffer)
      } else this.#writeInParts(packet.buffer.subarray(HEADER))
    }
  }

  /** Begins a command. */
  begin(): void {
    this.#facts.mayHaveRun = false
    this.#facts.warningCount = 0
  }

  /** Notes the status flags and the number of warnings of an answer without rows, or of the end of rows. */
  saw(status: number, warnings: number): void {
    const facts = this.#facts
    if (warnings > facts.warningCount) facts.warningCount = warnings
    // Nearly every answer has the flags of the one before.
    if (status === facts.serverStatus) return
    facts.serverStatus = status
    this.backslashes.saw(status)
  }

  /** Notes the end of the last rows of an answer. */
  rowsEnded(): void {
    const { buffer, start, offset, end } = this.#last
    const at = start + HEADER
    if (buffer[at] !== EOF || end - start >= EOF_SHORTER_THAN || end - at < STATUS_AT + 2) return
    // mysql2 has read a part of some packets, so its offset need not be the beginning of the content.
    if (offset < at) return
    this.saw(uint16(buffer, at + STATUS_AT), uint16(buffer, at + WARNINGS_AT))
  }

  /**
   * Notes the answer to a reset or a change of user, with which the session begins anew. mysql2 ignores the flags of such an
   * answer.
   */
  sessionBegan(): void {
    const { buffer, start, end } = this.#last
    const at = start + HEADER
    if (buffer[at] !== OK || end - at < STATUS_AT + 2) return
    const status = uint16(buffer, at + STATUS_AT)
    this.#facts.serverStatus = status
    this.backslashes.begin(status)
  }

  /** The last packet. mysql2 has one object for all packets but the largest. */
  get #last(): RawPacket {
    const { packetParser, _inflatedPacketsParser: inflated } = this.#raw
    return (inflated ?? packetParser)._reusablePacket
  }

  /**
   * Writes a large packet in parts. The last part is shorter than the largest packet, if need be empty, and so tells the server
   * that it is the last.
   */
  #writeInParts(content: Buffer): void {
    const raw = this.#raw
    for (let offset = 0; offset <= content.length; offset += MOST_IN_A_PACKET) {
      const part = content.subarray(offset, offset + MOST_IN_A_PACKET)
      const header = Buffer.alloc(HEADER)
      header.writeUIntLE(part.length, 0, 3)
      header[3] = raw.sequenceId
      raw.write(header)
      raw.sequenceId = (raw.sequenceId + 1) % 256
      // An empty part would become a frame of its own on a compressed connection, and the server would take that frame for the
      // next command.
      if (part.length > 0) raw.write(part)
    }
  }
}

/** Two bytes as a number. The callers have checked the place, so Node's own check would cost a second one. */
function uint16(buffer: Buffer, at: number): number {
  return (buffer[at] ?? 0) | ((buffer[at + 1] ?? 0) << 8)
}
