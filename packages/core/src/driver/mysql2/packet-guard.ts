/* oxlint-disable no-underscore-dangle, typescript/unbound-method -- the names are mysql2's, and its methods are called as those
   of the connection */
import { performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

import { checkCells, takeRefusal } from './checked-packet.js'
import { GuardedParser, type ParserEnvironment, type RawParser } from './guarded-parser.js'
import type { RawConnection } from './mysql2-internals.js'
import { type Asked, Expected, expectedBy, LONGEST_ERROR, type Progress, whatIsWrong } from './packet-rules.js'
import { noteColumns } from './parser-cache.js'
import { protocolViolation } from './protocol-violation.js'
import type { WatchedCommand, WatchedConnection, WatchedPacket } from './watched-connection.js'

/** Milliseconds of one turn of the event loop that the packets of one connection may take. */
const LONGEST_TURN = 40

/** The longest time in milliseconds between two chunks of the same turn. A socket delivers up to 32 chunks in one turn. */
const SAME_TURN = 1

/** Number of packets between two looks at the clock. */
const PACKETS_OF_A_LOOK = 64

/** Number of bytes of one answer between two looks at the memory. */
const BYTES_OF_A_LOOK = 16 * 1024 * 1024

/** The largest number of compressed packets that may wait: each can grow to 16 MB, and mysql2 takes all that arrive. */
const MOST_COMPRESSED = 8

/** The largest share of the process's heap limit that may be used: a larger answer would end the process. */
const FULLEST_HEAP = 0.85

/**
 * Watches every packet of a connection, from the greeting on. A packet that cannot be right ends the connection with an error
 * that names the fault, before the packet can cost much work or memory. Called once, before any data has been received.
 * @param violated - called at most once, before the connection is destroyed with the same error
 * @param fullness - the used share of the memory that the process may have, from 0 to 1
 */
export function guardPackets(
  raw: RawConnection,
  violated: (error: Error) => void,
  fullness: () => number = fullnessOfHeap,
): void {
  const guard = new PacketGuard(raw as unknown as WatchedConnection, violated, fullness)
  guard.install()
}

function fullnessOfHeap(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  return used / limit
}

class PacketGuard implements Asked, Progress, ParserEnvironment {
  loginPackets = 0
  columnBytes = 0
  results = 0
  readonly #raw: WatchedConnection
  readonly #violated: (error: Error) => void
  readonly #fullness: () => number
  readonly #handle: WatchedConnection['handlePacket']
  /** One parser, and two more once the connection is compressed. */
  readonly #parsers: GuardedParser[] = []
  readonly #resume: WatchedConnection['resume']
  /** The socket is paused until the received data is worked off. */
  #held = false
  /** The stream that the current chunk came from. */
  #source: unknown
  #ended = false
  /** The packet object whose methods are checked; mysql2 uses one object for nearly all packets. */
  #checked: WatchedPacket | undefined
  /** mysql2's method for rows, as seen last. */
  #row: object | null | undefined
  #turnBegan = 0
  #chunkEnded = 0
  #yielding = false
  #untilClock = PACKETS_OF_A_LOOK
  #untilMemory = BYTES_OF_A_LOOK

  constructor(raw: WatchedConnection, violated: (error: Error) => void, fullness: () => number) {
    this.#raw = raw
    this.#fullness = fullness
    this.#violated = violated
    this.#handle = raw.handlePacket
    this.#resume = raw.resume
  }

  get loggingIn(): boolean {
    return !this.#raw.authorized
  }

  get awaited(): boolean {
    const { _command: command } = this.#raw
    return command !== null && command !== undefined
  }

  get alive(): boolean {
    return !this.#ended
  }

  get paused(): boolean {
    return this.#raw._paused
  }

  takesAtOnce(bytes: number): boolean {
    if (!this.#raw.authorized || this.#parsers.length > 1 || this.#held || this.#yielding || this.#ended) return false
    this.#untilMemory -= bytes
    if (this.#untilMemory < 0) this.#lookAtMemory()
    return true
  }

  begin(): void {
    this.#source = this.#raw.stream
    const now = performance.now()
    if (now - this.#chunkEnded > SAME_TURN) this.#turnBegan = now
  }

  count(bytes: number): void {
    this.#untilMemory -= bytes
    if (this.#untilMemory < 0) this.#lookAtMemory()
  }

  end(more: boolean): void {
    if (more) this.#lookAtSource()
  }

  skipKnownAnswer(chunk: Buffer): number {
    const raw = this.#raw
    const command = raw._command
    // Packet numbers inside compressed packets are not always right.
    if (command?.skipKnownAnswer === undefined || raw.sequenceId !== 1 || raw._paused || this.#parsers.length > 1)
      return 0
    const { _reusablePacket: packet } = raw.packetParser
    const length = command.skipKnownAnswer(chunk, packet === this.#checked ? this.#checked : undefined)
    if (length > 0) this.results = 1
    const { knownAnswer } = command
    if (knownAnswer !== undefined) this.#handle.call(raw, knownAnswer)
    return length
  }

  violated(what: string): void {
    this.#violate(what)
  }

  failed(error: unknown): void {
    this.#end(error instanceof Error ? error : new Error(String(error)))
  }

  gathering(): void {
    this.#lookAtMemory()
  }

  get sql(): string | undefined {
    const command = this.#raw._command
    const sql = command?.sql ?? command?.query
    return typeof sql === 'string' ? sql : undefined
  }

  get serverFlags(): number {
    return this.#raw.serverCapabilityFlags
  }

  get clientFlags(): number {
    return this.#raw.config.clientFlags
  }

  install(): void {
    const raw = this.#raw
    raw.handlePacket = (packet) => {
      if (packet === undefined) this.#begin()
      else this.#take(packet)
    }
    // A shorter way to the same method.
    const parser = raw.packetParser as { onPacket?: (packet: WatchedPacket) => void }
    parser.onPacket = (packet) => this.#take(packet)
    raw.resume = () => {
      this.#resume.call(raw)
      if (this.#held && !raw._paused) raw.stream.pause()
      for (const parser of this.#parsers) parser.proceed()
    }
    this.#watchParsers()
  }

  /** Called before a command is sent. */
  #begin(): void {
    this.loginPackets = 0
    this.columnBytes = 0
    this.results = 0
    this.#untilMemory = BYTES_OF_A_LOOK
    this.#handle.call(this.#raw)
  }

  #take(packet: WatchedPacket): void {
    const raw = this.#raw
    const command = raw._command
    if (
      command === null ||
      command === undefined ||
      command.next !== this.#row ||
      packet !== this.#checked ||
      packet.sequenceId !== raw.sequenceId ||
      packet.buffer[packet.offset] === 0xff ||
      raw._paused
    ) {
      this.#look(packet, command)
      return
    }
    // The short way, for rows, because most packets are rows.
    this.#handle.call(raw, packet)
    if (packet.offset > packet.end || raw._command !== command) this.#lookAfterRow(packet, command)
  }

  #look(packet: WatchedPacket, command: WatchedCommand | null | undefined): void {
    const raw = this.#raw
    if (this.#ended) return
    if (raw._paused) {
      // mysql2 hands the packet over again later.
      this.#handle.call(raw, packet)
      return
    }
    if (command === null || command === undefined) {
      this.#takeUnasked(packet)
      return
    }
    if (packet !== this.#checked) {
      this.#checked = packet
      checkCells(packet)
    }
    const { buffer, offset, end } = packet
    const state = command.next
    const expected = expectedBy(state)
    if (packet.sequenceId !== raw.sequenceId && !this.#takeOutOfOrder(packet)) return
    if (buffer[offset] === 0xff) cutError(packet)
    else if (expected === Expected.row) this.#row = state
    else {
      if (expected === Expected.login) {
        this.#hearOfFailure(command)
        this.#lookAtSource()
        if (this.#ended) return
      }
      const wrong = whatIsWrong(expected, packet, this, this)
      if (wrong !== undefined) {
        this.#violate(wrong)
        return
      }
    }
    this.#handle.call(raw, packet)
    if (expected === Expected.row) this.#lookAfterRow(packet, command)
    if (expected === Expected.column) {
      if (packet.offset > packet.end) this.#violate('lengths in the description of a column do not fit it')
      // A known column was compared, and not read.
      if (packet.offset !== offset) noteColumns(end - offset, command.next !== state)
    }
    this.#untilClock -= 1
    if (this.#untilClock === 0) this.#lookAtClock(command)
  }

  #lookAfterRow(packet: WatchedPacket, command: WatchedCommand): void {
    // mysql2 hands an exception to the command, and would go on.
    const refusal = this.#raw._command === command ? undefined : takeRefusal()
    if (refusal !== undefined) this.#end(refusal)
    // A typeCast may have read a cell twice, or not at all.
    if (packet.offset > packet.end && typeof command.options?.typeCast !== 'function') {
      this.#violate('lengths in a row do not fit it')
    }
  }

  /** Handles a packet that no command awaits. Only the error of a server that ends the connection is allowed. */
  #takeUnasked(packet: WatchedPacket): void {
    const raw = this.#raw
    if (raw._closing === true || raw.stream.destroyed) return
    if (packet.buffer[packet.offset] !== 0xff || packet.end - packet.offset < 3) {
      this.#violate('a packet came that nothing had asked for')
      return
    }
    cutError(packet)
    this.#handle.call(raw, packet)
  }

  /**
   * Handles a packet with an unexpected number.
   * @returns whether the packet counts nevertheless
   */
  #takeOutOfOrder(packet: WatchedPacket): boolean {
    const raw = this.#raw
    // A server that ends a connection sends its error with a number of its own, whatever command is under way. Inside
    // compressed packets the numbers need not be right.
    if (packet.buffer[packet.offset] !== 0xff && raw._inflatedPacketsParser === undefined) {
      this.#violate(`a packet has the number ${packet.sequenceId} and not ${raw.sequenceId}`)
      return false
    }
    // For another number mysql2 would write to the console.
    raw.sequenceId = packet.sequenceId
    return true
  }

  #lookAtMemory(): void {
    this.#untilMemory = BYTES_OF_A_LOOK
    if (this.#fullness() > FULLEST_HEAP) this.#violate('an answer is larger than the memory of this process')
  }

  /** Pauses the connection after a long turn, so that other connections and timers get their turn. */
  #lookAtClock(command: WatchedCommand): void {
    this.#untilClock = PACKETS_OF_A_LOOK
    const raw = this.#raw
    // A connection that is paused without a command loses its next command in mysql2.
    if (performance.now() - this.#turnBegan < LONGEST_TURN || raw._paused || raw._command !== command) return
    raw.pause()
    setImmediate(() => {
      this.#turnBegan = performance.now()
      if (raw._paused && !raw.stream.destroyed) raw.resume()
    })
  }

  settled(): void {
    this.#watchParsers()
    const now = performance.now()
    this.#chunkEnded = now
    if (now - this.#turnBegan > LONGEST_TURN && !this.#yielding) {
      this.#yielding = true
      setImmediate(() => {
        this.#yielding = false
        this.#turnBegan = performance.now()
        this.#hold()
      })
    }
    this.#hold()
  }

  /** Pauses the socket while much data waits, or while others have their turn. */
  #hold(): void {
    const { stream, _paused: paused, inflateQueue } = this.#raw
    const waiting = inflateQueue === undefined ? 0 : inflateQueue._queue.length
    const busy = this.#yielding || waiting > MOST_COMPRESSED || this.#parsers.some((parser) => parser.busy)
    if (busy === this.#held) return
    this.#held = busy
    if (busy) stream.pause()
    else if (!paused) stream.resume()
  }

  /** Guards mysql2's parser, and, once the connection is compressed, the two parsers that replace it. */
  #watchParsers(): void {
    const raw = this.#raw
    if (raw.packetParser instanceof GuardedParser) return
    // Replaced by assignment, as mysql2 does; an accessor would make every use of the connection slow.
    raw.packetParser = this.#watched(raw.packetParser)
    if (raw._inflatedPacketsParser !== undefined) raw._inflatedPacketsParser = this.#watched(raw._inflatedPacketsParser)
  }

  #watched(parser: Pick<RawParser, 'execute'>): GuardedParser {
    const guarded = new GuardedParser(parser as RawParser, this)
    this.#parsers.push(guarded)
    return guarded
  }

  /**
   * Ends the connection where more data came with the greeting. mysql2 would take that data for data that came through TLS,
   * which begins later.
   */
  #lookAtSource(): void {
    if (this.#source !== this.#raw.stream) this.#violate('there is more after its greeting, before TLS')
  }

  /**
   * Listens for the failure of an authentication plugin. mysql2 emits it on the command, and listens only during the first
   * login.
   */
  #hearOfFailure(command: WatchedCommand): void {
    if (command.listenerCount('error') === 0) command.on('error', (error: Error) => this.#end(error))
  }

  #violate(what: string): void {
    this.#end(protocolViolation(what))
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#ended = true
    // No row takes the short way any more.
    this.#row = undefined
    this.#violated(error)
    // All waiting commands get the error, because mysql2 passes a socket's error on.
    this.#raw.stream.destroy(error)
  }
}

/** Cuts an error's message: megabytes help no reader. */
function cutError(packet: WatchedPacket): void {
  const longest = packet.offset + LONGEST_ERROR
  if (packet.end > longest) packet.end = longest
}
