const HEADER = 4

/** Cuts the bytes of one direction of a connection into packets, each with its header. */
export class PacketSplitter {
  #rest: Buffer = Buffer.alloc(0)

  push(data: Buffer): Buffer[] {
    let bytes: Buffer = this.#rest.length === 0 ? data : Buffer.concat([this.#rest, data])
    const packets: Buffer[] = []
    while (bytes.length >= HEADER) {
      const length = HEADER + bytes.readUIntLE(0, 3)
      if (bytes.length < length) break
      packets.push(bytes.subarray(0, length))
      bytes = bytes.subarray(length)
    }
    this.#rest = bytes
    return packets
  }
}
