/** Reads length-coded numbers and texts, and never beyond the end. After the first one that does not fit, `sound` is false. */
export class LengthCoded {
  sound = true
  readonly #buffer: Buffer
  readonly #end: number
  #at: number

  constructor(buffer: Buffer, at: number, end: number) {
    this.#buffer = buffer
    this.#at = at
    this.#end = end
  }

  get atEnd(): boolean {
    return this.#at >= this.#end
  }

  fail(): void {
    this.sound = false
    this.#at = this.#end
  }

  /** A number with a fixed length in bytes. */
  fixed(bytes: 1 | 2): number {
    const at = this.#at
    if (at + bytes > this.#end) {
      this.fail()
      return 0
    }
    this.#at = at + bytes
    return bytes === 1 ? (this.#buffer[at] ?? 0) : this.#buffer.readUInt16LE(at)
  }

  /** A length-coded number; 0 for NULL, and inexact beyond the safe integers. */
  number(): number {
    const first = this.fixed(1)
    if (first < 0xfb) return first
    if (first === 0xfb) return 0
    const bytes = first === 0xfc ? 2 : first === 0xfd ? 3 : 8
    const at = this.#at
    if (first === 0xff || at + bytes > this.#end) {
      this.fail()
      return 0
    }
    this.#at = at + bytes
    if (bytes < 8) return this.#buffer.readUIntLE(at, bytes)
    return this.#buffer.readUInt32LE(at) + this.#buffer.readUInt32LE(at + 4) * 0x1_0000_0000
  }

  skipText(): void {
    const length = this.number()
    if (this.#at + length > this.#end) this.fail()
    else this.#at += length
  }

  /** The next `length` bytes, with a reader of their own. */
  part(length: number): LengthCoded {
    const begin = this.#at
    if (begin + length > this.#end) this.fail()
    else this.#at = begin + length
    const part = new LengthCoded(this.#buffer, begin, this.#at)
    part.sound = this.sound
    return part
  }
}
