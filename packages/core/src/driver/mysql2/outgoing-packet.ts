/** Length of a packet's own header, which is filled in when it is sent. */
export const HEADER = 4

/** What mysql2's `writePacket` wants of a packet. */
export class OutgoingPacket {
  readonly buffer: Buffer

  /** @param length - with the header */
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
