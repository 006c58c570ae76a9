/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import type { RawPacket } from './mysql2-internals.js'
import { LONGEST_LOGIN_PACKET } from './packet-rules.js'

/** mysql2's parser, which cuts a stream into packets. A packet of more than 16 MB comes in parts. */
export interface RawParser {
  execute(chunk: Buffer): void
  /** The last packet. */
  readonly _reusablePacket: RawPacket
  /** The received bytes of an incomplete packet; `length` is the length in its header. */
  buffer: Buffer[]
  readonly bufferLength: number
  readonly length: number
  readonly largePacketParts: readonly Buffer[]
}

/** The largest number of parts: 1 GB in parts of 16 MB, the most that `max_allowed_packet` allows. */
const MOST_PARTS = 64

/** The largest number of small pieces of a packet: each piece costs more than its bytes. */
const MOST_PIECES = 1024

/** Bytes that one turn of the event loop handles. A socket never delivers more, but decompressed data may have 16 MB. */
const SLICE = 256 * 1024

/**
 * Bytes of a chunk that is too small to need a look at the clock: 32 of them, the most in one turn, take less than a
 * millisecond.
 */
const SMALL = 2 * 1024

export interface ParserEnvironment {
  /** True until the end of the login. */
  readonly loggingIn: boolean
  /** Whether a command waits for an answer. */
  readonly awaited: boolean
  /** False after the end of the connection: the rest of its data does not count. */
  readonly alive: boolean
  /** Whether the application has paused its rows. */
  readonly paused: boolean
  /**
   * Whether a small chunk needs no checks of its own: the login is done, the connection is not compressed, and no other work waits.
   * Notes its bytes then.
   */
  takesAtOnce(bytes: number): boolean
  /** Notes bytes of an answer. */
  count(bytes: number): void
  /** Called before the packets of a chunk are read. */
  begin(): void
  /**
   * Called after the packets of a chunk.
   * @param more - whether another packet has begun
   */
  end(more: boolean): void
  /** For the fast path: handles the beginning of a chunk that is known from an earlier answer. Returns its length in bytes. */
  skipKnownAnswer(chunk: Buffer): number
  violated(what: string): void
  failed(error: unknown): void
  /** Called while the parts of a large packet are collected. */
  gathering(): void
  /** Called after each chunk, and after each slice of a chunk. */
  settled(): void
}

/**
 * Stands before mysql2's parser. It checks an incomplete packet while the packet grows, and an exception ends only the
 * connection.
 */
export class GuardedParser {
  /** The last packet, under mysql2's name. mysql2 points one object to packet after packet. */
  readonly _reusablePacket: RawPacket
  readonly #inner: RawParser
  readonly #env: ParserEnvironment
  /** mysql2's `execute` for a chunk that begins with a packet. */
  readonly #start: RawParser['execute']
  #parts = 0
  readonly #waiting: Buffer[] = []
  #scheduled = false

  constructor(inner: RawParser, env: ParserEnvironment) {
    this._reusablePacket = inner._reusablePacket
    this.#inner = inner
    this.#env = env
    // oxlint-disable-next-line typescript/unbound-method -- only compared: mysql2 replaces it in the middle of a packet
    this.#start = inner.execute
  }

  /** Whether more data waits than one turn can handle. */
  get busy(): boolean {
    return this.#waiting.length > 0
  }

  execute(chunk: Buffer): void {
    if (chunk.length <= SMALL && this.#env.takesAtOnce(chunk.length)) {
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

  /** Goes on with the waiting data, one slice in each turn. */
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

  /** Checks the received part of an incomplete packet. */
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
