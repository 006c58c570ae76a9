import { HEADER, type OutgoingPacket } from './outgoing-packet.js'
import type { RawConnection, RawPacket } from './mysql2-internals.js'

const COM_STMT_PREPARE = 0x16
const COM_STMT_CLOSE = 0x19
const EOF = 0xfe
/** An EOF packet is shorter than this, header and all; a longer packet with the same first byte is a row. */
const EOF_SHORTER_THAN = 13
/** An EOF packet of the protocol that is spoken here has at least so many bytes behind the header. */
const EOF_AT_LEAST = 5
/** The most that one packet carries behind its header; more goes in several. */
const MOST_IN_A_PACKET = 0xff_ffff

/**
 * The two methods of mysql2 that every packet passes, out and in. What goes out is looked at to know whether a command can have
 * run, and a large packet is split correctly (mysql2 counts the header in and sends an empty packet too many for three lengths
 * just below 16 MB). What comes in is looked at for the status flags at the end of rows, which mysql2 drops.
 */
export class Wire {
  /** The server's status flags, from the handshake on. */
  serverStatus: number
  /** Whether a command has been sent that the server runs, since `begin`; preparing one runs nothing. */
  mayHaveRun = false
  readonly #raw: RawConnection

  constructor(raw: RawConnection, serverStatus: number) {
    this.#raw = raw
    this.serverStatus = serverStatus
    const handle = raw.handlePacket.bind(raw)
    raw.handlePacket = (packet) => {
      if (packet !== undefined) this.#noteIncoming(packet)
      handle(packet)
    }
    raw.writePacket = (packet) => this.#write(packet)
  }

  /** A command begins. */
  begin(): void {
    this.mayHaveRun = false
  }

  #noteIncoming({ buffer, start, offset, end }: RawPacket): void {
    if (buffer[offset] !== EOF || end - start >= EOF_SHORTER_THAN || end - offset < EOF_AT_LEAST) return
    this.serverStatus = buffer.readUInt16LE(offset + 3)
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
    raw.write(bytes)
  }
}
