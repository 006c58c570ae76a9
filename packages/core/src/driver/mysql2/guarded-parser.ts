/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import type { RawPacket } from './mysql2-internals.js'
import { LONGEST_LOGIN_PACKET } from './packet-rules.js'

/** mysql2's cutter of a stream into packets; a packet of more than 16 MB comes in parts. */
export interface RawParser {
  execute(chunk: Buffer): void
  /** The packet that came last. */
  readonly _reusablePacket: RawPacket
  /** What has come of a packet that is not complete; with the bytes that its header says it has. */
  buffer: Buffer[]
  readonly bufferLength: number
  readonly length: number
  readonly largePacketParts: readonly Buffer[]
}

/** 1 GB in parts of 16 MB: `max_allowed_packet` cannot be more. */
const MOST_PARTS = 64

/** Each piece of a packet that comes in small pieces costs more than its bytes. */
const MOST_PIECES = 1024

/** Bytes of one turn of the event loop; a socket never gives more, but what was compressed may be 16 MB. */
const SLICE = 256 * 1024

/** Bytes of a chunk that takes too little time to be measured: of 32 in one turn not a millisecond comes about. */
const SMALL = 2 * 1024

export interface ParserEnvironment {
  /** True until the login is done. */
  readonly loggingIn: boolean
  /** Whether a command waits for an answer. */
  readonly awaited: boolean
  /** False when nothing of the connection counts any more. */
  readonly alive: boolean
  /** Whether the application reads no rows at present. */
  readonly paused: boolean
  /** Whether nothing needs a look at each chunk: the login is done, nothing is compressed, and no other work waits. */
  readonly calm: boolean
  /** Notes that so many bytes of an answer have come. */
  count(bytes: number): void
  /** Before the packets of a chunk are looked at. */
  begin(): void
  /** After the packets of a chunk. @param more - whether another has begun */
  end(more: boolean): void
  /** For the fast path: bytes at the beginning of a chunk that are known from an earlier answer, and have been dealt with. */
  skipKnownAnswer(chunk: Buffer): number
  violated(what: string): void
  failed(error: unknown): void
  /** A large packet is being gathered. */
  gathering(): void
  /** After each chunk, and each slice of one. */
  settled(): void
}

/** Stands before mysql2's parser: what a packet is to become is looked at while it comes, and an exception ends the connection only. */
export class GuardedParser {
  readonly #inner: RawParser
  readonly #env: ParserEnvironment
  /** mysql2's method for a chunk with which a packet begins. */
  readonly #start: RawParser['execute']
  #parts = 0
  readonly #waiting: Buffer[] = []
  #scheduled = false

  constructor(inner: RawParser, env: ParserEnvironment) {
    this.#inner = inner
    this.#env = env
    // oxlint-disable-next-line typescript/unbound-method -- it is only compared: mysql2 puts another one in its place meanwhile
    this.#start = inner.execute
  }

  /** Whether there is more to do than what a turn can hold. */
  get busy(): boolean {
    return this.#waiting.length > 0
  }

  /** As mysql2 calls it. */
  get _reusablePacket(): RawPacket {
    return this.#inner._reusablePacket
  }

  execute(chunk: Buffer): void {
    if (chunk.length <= SMALL && this.#env.calm) {
      this.#env.count(chunk.length)
      this.#parse(chunk)
      return
    }
    if (chunk.length <= SLICE && !this.busy) this.#feed(chunk)
    else {
      for (let at = 0; at < chunk.length; at += SLICE) this.#waiting.push(chunk.subarray(at, at + SLICE))
      this.proceed()
    }
    this.#env.settled()
  }

  /** Goes on with what waits, a slice in each turn. */
  proceed(): void {
    if (this.#scheduled || !this.busy) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (!this.#env.alive) this.#waiting.length = 0
      if (this.#env.paused) return
      const slice = this.#waiting.shift()
      if (slice !== undefined) this.#feed(slice)
      this.proceed()
      this.#env.settled()
    })
  }

  #feed(chunk: Buffer): void {
    const env = this.#env
    if (!env.alive) return
    env.begin()
    env.count(chunk.length)
    if (!env.alive) return
    this.#parse(chunk)
    env.end(this.#inner.bufferLength > 0)
  }

  #parse(chunk: Buffer): void {
    const env = this.#env
    const inner = this.#inner
    try {
      const isBeginning = inner.execute === this.#start && inner.largePacketParts.length === 0
      const known = isBeginning ? env.skipKnownAnswer(chunk) : 0
      if (known === 0) inner.execute(chunk)
      else if (known < chunk.length) inner.execute(chunk.subarray(known))
    } catch (error) {
      env.failed(error)
      return
    }
    if (inner.bufferLength > 0 || inner.largePacketParts.length > 0) this.#lookAtRest()
  }

  /** What has come of the next packet. */
  #lookAtRest(): void {
    const { buffer, bufferLength, length, largePacketParts } = this.#inner
    const env = this.#env
    const parts = largePacketParts.length
    if (env.loggingIn && (parts > 0 || length > LONGEST_LOGIN_PACKET)) {
      env.violated(
        `a packet of the login has more than ${LONGEST_LOGIN_PACKET} bytes; it may not speak MySQL’s protocol`,
      )
    } else if (parts > 0 && !env.awaited) {
      env.violated('a packet came that nothing had asked for')
    } else if (parts > MOST_PARTS) {
      env.violated('a packet has more than 1 GB')
    } else {
      if (parts > this.#parts) env.gathering()
      if (buffer.length > MOST_PIECES && bufferLength < buffer.length * MOST_PIECES) {
        this.#inner.buffer = [Buffer.concat(buffer)]
      }
    }
    this.#parts = parts
  }
}
