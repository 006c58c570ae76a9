/** Length of a packet's header in bytes. The header is filled in at the send. */
export const HEADER = 4

/** A packet with the methods that mysql2's `writePacket` calls. */
export class OutgoingPacket {
  readonly buffer: Buffer

  /** @param length - in bytes, with the header */
  constructor(length: number) {
    this.buffer = Buffer.allocUnsafe(length)
  }

  length(): number {
    return this.buffer.length
  }

  writeHeader(sequenceId: number): void {
    this.buffer.writeUIntLE(this.buffer.length - HEADER, 0, 3)
    this.buffer[3] = sequenceId
  }
}
