/* oxlint-disable no-underscore-dangle -- the names are mysql2's */
import type { EventEmitter } from 'node:events'
import { getHeapStatistics } from 'node:v8'

import { clearParserCache } from 'mysql2'

import { checkCells, takeRefusal } from './checked-packet.js'
import { GuardedParser, type ParserEnvironment, type RawParser } from './guarded-parser.js'
import type { RawConnection, RawPacket } from './mysql2-internals.js'
import { type Asked, Expected, expectedBy, LONGEST_ERROR, type Progress, whatIsWrong } from './packet-rules.js'
import { protocolViolation } from './protocol-violation.js'

/** Milliseconds of one turn of the event loop that packets of one connection may take. */
const LONGEST_TURN = 40

/** Packets between two looks at the clock. */
const PACKETS_OF_A_LOOK = 64

/** Bytes of one answer between two looks at the memory. */
const BYTES_OF_A_LOOK = 16 * 1024 * 1024

/** Of the heap that the process may have: an answer that fills more of it would end the process. */
const FULLEST_HEAP = 0.85

/** Bytes of columns, and of what a parser costs besides, after which mysql2 forgets its parsers of rows: a server can invent new ones. */
const PARSERS_KEPT = 64 * 1024 * 1024
const COST_OF_A_PARSER = 1024

/** Counts for all connections, because mysql2 has one cache for all. */
let learned = 0

/** The parts of mysql2's connection that are watched. */
interface Watched extends Omit<RawConnection, 'stream'> {
  readonly stream: RawConnection['stream'] & { readonly destroyed: boolean }
  readonly _command: WatchedCommand | null | undefined
  readonly _paused: boolean
  readonly _closing?: boolean
  readonly authorized: boolean
  sequenceId: number
  packetParser: Pick<RawParser, 'execute'>
  _inflatedPacketsParser?: Pick<RawParser, 'execute'>
  handlePacket(packet?: WatchedPacket): void
  pause(): void
  resume(): void
}

interface WatchedCommand extends EventEmitter {
  readonly next: { readonly name: string } | null
  readonly sql?: string
  readonly query?: unknown
  readonly options?: { readonly typeCast?: unknown }
}

interface WatchedPacket extends RawPacket {
  readonly sequenceId: number
  readonly numPackets: number
}

/**
 * Watches every packet of a connection, from the greeting on: one that cannot be right ends the connection with an error that
 * says what is wrong, in place of the work or the memory that it would cost. Called once, before anything has been received.
 * @param violated - called once, at the most, before the connection is destroyed with the same error
 */
export function guardPackets(raw: RawConnection, violated: (error: Error) => void): void {
  const guard = new PacketGuard(raw as unknown as Watched, violated)
  guard.install()
}

class PacketGuard implements Asked, Progress {
  loginPackets = 0
  columnBytes = 0
  readonly #raw: Watched
  readonly #violated: (error: Error) => void
  readonly #handle: Watched['handlePacket']
  #ended = false
  /** The packet whose methods are checked: mysql2 uses one object for nearly all. */
  #checked: WatchedPacket | undefined
  #state: { readonly name: string } | null | undefined
  #expected: Expected = Expected.other
  #turnBegan = 0
  #untilClock = PACKETS_OF_A_LOOK
  #untilMemory = BYTES_OF_A_LOOK

  constructor(raw: Watched, violated: (error: Error) => void) {
    this.#raw = raw
    this.#violated = violated
    this.#handle = raw.handlePacket
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
    this.#watchParser('packetParser')
    // There is one as soon as the connection is compressed.
    this.#watchParser('_inflatedPacketsParser')
  }

  /** A command is about to be sent. */
  #begin(): void {
    this.loginPackets = 0
    this.columnBytes = 0
    this.#untilMemory = BYTES_OF_A_LOOK
    this.#handle.call(this.#raw)
  }

  #take(packet: WatchedPacket): void {
    const raw = this.#raw
    if (this.#ended) return
    if (raw._paused) {
      // It comes again.
      this.#handle.call(raw, packet)
      return
    }
    const command = raw._command
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
    if (state !== this.#state) {
      this.#state = state
      this.#expected = expectedBy(state)
    }
    const expected = this.#expected
    if (packet.sequenceId !== raw.sequenceId && !this.#takeOutOfOrder(packet)) return
    if (buffer[offset] === 0xff) cutError(packet)
    else if (expected !== Expected.row) {
      if (expected === Expected.login) this.#hearOfFailure(command)
      const wrong = whatIsWrong(expected, packet, this, this)
      if (wrong !== undefined) {
        this.#violate(wrong)
        return
      }
    }
    this.#handle.call(raw, packet)
    if (raw._command !== command) {
      const refusal = takeRefusal()
      if (refusal !== undefined) this.#end(refusal)
    }
    // The command, and with it the packet, may be another one already; what was read of this one stays said.
    if (packet.offset > packet.end) this.#lookAtOverrun(expected, command)
    if (expected === Expected.column && packet.offset !== offset) learn(end - offset, raw._command?.next !== state)
    this.#untilMemory -= end - offset
    if (this.#untilMemory < 0) this.#lookAtMemory()
    this.#untilClock -= 1
    if (this.#untilClock === 0) this.#lookAtClock(command)
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

  #lookAtOverrun(expected: Expected, command: WatchedCommand): void {
    // A typeCast may read a cell twice, and the others wrong therefore.
    if (expected === Expected.row ? typeof command.options?.typeCast === 'function' : expected !== Expected.column) return
    this.#violate(`lengths in ${expected === Expected.row ? 'a row' : 'the description of a column'} do not fit it`)
  }

  #lookAtMemory(): void {
    this.#untilMemory = BYTES_OF_A_LOOK
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
    if (used > limit * FULLEST_HEAP) this.#violate('an answer is larger than the memory of this process')
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

  #watchParser(name: 'packetParser' | '_inflatedPacketsParser'): void {
    const raw = this.#raw
    const env: ParserEnvironment = {
      loggingIn: () => !raw.authorized,
      awaited: () => raw._command !== null && raw._command !== undefined,
      source: () => raw.stream,
      begin: () => {
        this.#turnBegan = performance.now()
      },
      alive: () => !this.#ended,
      violated: (what) => this.#violate(what),
      failed: (error) => this.#end(error instanceof Error ? error : new Error(String(error))),
      gathering: () => this.#lookAtMemory(),
    }
    const watched = (parser: Pick<RawParser, 'execute'> | undefined): GuardedParser | undefined =>
      parser === undefined ? undefined : new GuardedParser(parser as RawParser, env)
    let parser = watched(raw[name])
    Object.defineProperty(raw, name, {
      configurable: true,
      enumerable: true,
      get: () => parser,
      set: (next: RawParser) => {
        parser = watched(next)
      },
    })
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
    this.#violated(error)
    // Everything that waits for an answer gets the error: mysql2 hands a socket's error on.
    this.#raw.stream.destroy(error)
  }
}

/** Nobody reads a message of megabytes. */
function cutError(packet: WatchedPacket): void {
  const longest = packet.offset + LONGEST_ERROR
  if (packet.end > longest) packet.end = longest
}

function learn(bytes: number, complete: boolean): void {
  learned += complete ? bytes + COST_OF_A_PARSER : bytes
  if (learned < PARSERS_KEPT) return
  learned = 0
  clearParserCache()
}
