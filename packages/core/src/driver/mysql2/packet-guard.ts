/* oxlint-disable no-underscore-dangle, typescript/unbound-method -- the names are mysql2's, and its methods are called as those of
   the connection */
import { performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

import { checkCells, takeRefusal } from './checked-packet.js'
import { GuardedParser, type ParserEnvironment, type RawParser } from './guarded-parser.js'
import type { RawConnection } from './mysql2-internals.js'
import { type Asked, Expected, expectedBy, LONGEST_ERROR, type Progress, whatIsWrong } from './packet-rules.js'
import { noteColumns } from './parser-cache.js'
import { protocolViolation } from './protocol-violation.js'
import type { WatchedCommand, WatchedConnection, WatchedPacket } from './watched-connection.js'

/** Milliseconds of one turn of the event loop that packets of one connection may take. */
const LONGEST_TURN = 40

/** Milliseconds between two chunks of one turn, of which a socket gives up to 32. */
const SAME_TURN = 1

/** Packets between two looks at the clock. */
const PACKETS_OF_A_LOOK = 64

/** Bytes of one answer between two looks at the memory. */
const BYTES_OF_A_LOOK = 16 * 1024 * 1024

/** Packets of a compressed connection that may wait: each can grow to 16 MB, and mysql2 takes all that come. */
const MOST_COMPRESSED = 8

/** Of the heap that the process may have: an answer that fills more of it would end the process. */
const FULLEST_HEAP = 0.85

/**
 * Watches every packet of a connection, from the greeting on: one that cannot be right ends the connection with an error that
 * says what is wrong, in place of the work or the memory that it would cost. Called once, before anything has been received.
 * @param violated - called once, at the most, before the connection is destroyed with the same error
 * @param fullness - how much of the memory that the process may have is in use, from 0 to 1
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
  /** One, and two more once the connection is compressed. */
  readonly #parsers: GuardedParser[] = []
  readonly #resume: WatchedConnection['resume']
  /** The socket is not read, until what came through it has been worked off. */
  #held = false
  /** Where the chunk came from whose packets are looked at. */
  #source: unknown
  #ended = false
  /** The packet whose methods are checked: mysql2 uses one object for nearly all. */
  #checked: WatchedPacket | undefined
  /** mysql2's method that takes a row, as it was seen last. */
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

  get calm(): boolean {
    return this.#raw.authorized && this.#parsers.length === 1 && !this.#held && !this.#yielding && !this.#ended
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
    // Numbers of packets inside of compressed ones are not sure to be right.
    if (command?.skipKnownAnswer === undefined || raw.sequenceId !== 1 || raw._paused || this.#parsers.length > 1)
      return 0
    const length = command.skipKnownAnswer(chunk)
    if (length > 0) this.results = 1
    if (command.knownAnswer !== undefined) this.#handle.call(raw, command.knownAnswer)
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
    // A shorter way to the same.
    const parser = raw.packetParser as { onPacket?: (packet: WatchedPacket) => void }
    parser.onPacket = (packet) => this.#take(packet)
    raw.resume = () => {
      this.#resume.call(raw)
      if (this.#held && !raw._paused) raw.stream.pause()
      for (const parser of this.#parsers) parser.proceed()
    }
    this.#watchParsers()
  }

  /** A command is about to be sent. */
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
    // The short way, of rows: there are so many of them.
    this.#handle.call(raw, packet)
    if (packet.offset > packet.end || raw._command !== command) this.#lookAfterRow(packet, command)
  }

  #look(packet: WatchedPacket, command: WatchedCommand | null | undefined): void {
    const raw = this.#raw
    if (this.#ended) return
    if (raw._paused) {
      // It comes again.
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
      // What is known already is compared, and not read.
      if (packet.offset !== offset) noteColumns(end - offset, command.next !== state)
    }
    this.#untilClock -= 1
    if (this.#untilClock === 0) this.#lookAtClock(command)
  }

  #lookAfterRow(packet: WatchedPacket, command: WatchedCommand): void {
    // mysql2 gives the command what was thrown, and would go on.
    const refusal = this.#raw._command === command ? undefined : takeRefusal()
    if (refusal !== undefined) this.#end(refusal)
    // A typeCast may have read a cell twice, or none.
    if (packet.offset > packet.end && typeof command.options?.typeCast !== 'function') {
      this.#violate('lengths in a row do not fit it')
    }
  }

  /** A server that ends a connection may say so unasked; nothing else comes when nothing is awaited. */
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

  /** @returns whether the packet counts all the same */
  #takeOutOfOrder(packet: WatchedPacket): boolean {
    const raw = this.#raw
    // A server that ends a connection says so without looking at what is under way. Under compression nothing says that the
    // numbers inside are right.
    if (packet.buffer[packet.offset] !== 0xff && raw._inflatedPacketsParser === undefined) {
      this.#violate(`a packet has the number ${packet.sequenceId} and not ${raw.sequenceId}`)
      return false
    }
    // mysql2 would write to the console.
    raw.sequenceId = packet.sequenceId
    return true
  }

  #lookAtMemory(): void {
    this.#untilMemory = BYTES_OF_A_LOOK
    if (this.#fullness() > FULLEST_HEAP) this.#violate('an answer is larger than the memory of this process')
  }

  /** Other connections and timers get their turn. */
  #lookAtClock(command: WatchedCommand): void {
    this.#untilClock = PACKETS_OF_A_LOOK
    const raw = this.#raw
    // mysql2 forgets a command that is given to it while it is paused and has none.
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

  /** Takes no more from the socket while there is much to work off, or others are to have their turn. */
  #hold(): void {
    const { stream, _paused: paused, inflateQueue } = this.#raw
    const waiting = inflateQueue === undefined ? 0 : inflateQueue._queue.length
    const busy = this.#yielding || waiting > MOST_COMPRESSED || this.#parsers.some((parser) => parser.busy)
    if (busy === this.#held) return
    this.#held = busy
    if (busy) stream.pause()
    else if (!paused) stream.resume()
  }

  /** The parser there is; and, once the connection is compressed, the two that take its place. */
  #watchParsers(): void {
    const raw = this.#raw
    if (raw.packetParser instanceof GuardedParser) return
    // Put in place as mysql2 does it: an accessor would make every use of the connection slow.
    raw.packetParser = this.#watched(raw.packetParser)
    if (raw._inflatedPacketsParser !== undefined) raw._inflatedPacketsParser = this.#watched(raw._inflatedPacketsParser)
  }

  #watched(parser: Pick<RawParser, 'execute'>): GuardedParser {
    const guarded = new GuardedParser(parser as RawParser, this)
    this.#parsers.push(guarded)
    return guarded
  }

  /** mysql2 would take what came with the greeting for what came through TLS, which begins after it. */
  #lookAtSource(): void {
    if (this.#source !== this.#raw.stream) this.#violate('there is more after its greeting, before TLS')
  }

  /** mysql2 emits the failure of an authentication plugin on the command, of which only the first login is listened to. */
  #hearOfFailure(command: WatchedCommand): void {
    if (command.listenerCount('error') === 0) command.on('error', (error: Error) => this.#end(error))
  }

  #violate(what: string): void {
    this.#end(protocolViolation(what))
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#ended = true
    // Nothing goes the short way any more.
    this.#row = undefined
    this.#violated(error)
    // Everything that waits for an answer gets the error: mysql2 hands a socket's error on.
    this.#raw.stream.destroy(error)
  }
}

/** A message of megabytes helps no reader. */
function cutError(packet: WatchedPacket): void {
  const longest = packet.offset + LONGEST_ERROR
  if (packet.end > longest) packet.end = longest
}
