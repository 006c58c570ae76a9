/* oxlint-disable no-underscore-dangle, typescript/unbound-method -- the names are mysql2's, which calls states as methods */
import type { Decoding } from '../../../sql/decoding.js'
import type { Field } from '../../../sql/statement.js'
import type {
  CommandClass,
  CommandState,
  RawCommand,
  RawConnection,
  RawDone,
  RawPacket,
  RowParserClass,
} from '../mysql2-internals.js'
import { copyOfColumn } from './column.js'
import { isEof, type MovablePacket, moveToEnd, readRows } from './known-rows.js'
import { HEADER, type OutgoingPacket } from '../outgoing-packet.js'
import type { WatchedPacket } from '../watched-connection.js'
import { headersOf, isPlainOk, READ_PACKET } from './plain-ok.js'

/** Length of the packet behind the columns, in bytes: header, first byte, warnings, status flags. */
const END_OF_COLUMNS = HEADER + 5

/** The largest number that fits into one byte; a larger one has a byte before it with its length. */
const MOST_IN_A_BYTE = 250

/** The columns of a statement's answer, and mysql2's parser for its rows. */
interface KnownColumns {
  readonly decoding: Decoding
  /** The columns as the server sent them, one packet each. */
  readonly packets: readonly Buffer[]
  /** The first packets of the answer with their headers: the number of columns, and the columns. */
  readonly head: Buffer | undefined
  readonly fields: readonly Field[]
  readonly RowParser: RowParserClass
}

/** The remembered part of a statement. */
export interface KnownStatement {
  /** The columns of the last answer. */
  columns: KnownColumns | undefined
}

/** A statement that is sent again. */
interface Sending {
  readonly packet: OutgoingPacket
  readonly decoding: Decoding
  readonly statement: KnownStatement
}

export type KnownCommandClass<Options> = new (options: Options, sending: Sending, done: RawDone) => RawCommand

/**
 * mysql2's command for a statement, without the work that is the same for each run. A server sends the description of every
 * column anew, and mysql2 makes an object of each description, and from these objects the key of its row parser. This command
 * compares the bytes with those of the last run instead. Everything else is mysql2's own.
 */
export function knownCommandClass<Options>(Base: CommandClass<Options>): KnownCommandClass<Options> {
  /** Set at the first answer without rows. */
  let headerOfOk: ((chunk: Buffer) => object) | undefined

  class KnownCommand extends Base {
    readonly #sending: Sending
    #known: KnownColumns | undefined
    #packets: Buffer[] | undefined
    #ok: object | undefined
    /** The packet to handle once the known answer is skipped. */
    knownAnswer: WatchedPacket | undefined

    constructor(options: Options, sending: Sending, done: RawDone) {
      super(options, done)
      this.#sending = sending
      const { columns } = sending.statement
      if (columns?.decoding === sending.decoding) this.#known = columns
    }

    override start(_packet: unknown, connection: RawConnection): CommandState {
      this._connection = connection
      this.options = connection.config
      this._streamFactory = connection.config.infileStreamFactory
      connection.writePacket(this.#sending.packet)
      return this.resultsetHeader
    }

    /**
     * Skips the beginning of an answer where it is byte for byte the same as the last time: mysql2's parser need not cut this
     * part into packets, and the command need not read them. The rows behind it that have come complete are read at once.
     */
    skipKnownAnswer(chunk: Buffer, packet: MovablePacket | undefined): number {
      if (this.next !== this.resultsetHeader || this._resultIndex > 0) return 0
      const known = this.#known
      const head = known?.head
      if (known === undefined || head === undefined) return this.#skipOk(chunk)
      const end = head.length + END_OF_COLUMNS
      if (chunk.length < end || chunk.compare(head, 0, head.length, 0, head.length) !== 0) return 0
      // One packet for the number of columns, one for each column, and one for their end.
      const last = known.packets.length + 2
      if (!isEof(chunk, head.length, last)) return 0
      this._connection.sequenceId = last + 1
      this._fieldCount = this._receivedFieldsCount = known.fields.length
      this._currentRows = []
      this._rows.push(this._currentRows)
      this._fields.push([])
      this.#readRows(known)
      this.next = this.row
      return packet === undefined ? end : this.#readWhole(chunk, end, packet)
    }

    /** Reads the complete rows of a chunk. Returns the place of the first packet that mysql2 has to read. */
    #readWhole(chunk: Buffer, from: number, packet: MovablePacket): number {
      const connection = this._connection
      // A typeCast of the application may pause or close the connection.
      if (typeof connection.config.typeCast === 'function') return from
      const read = readRows(chunk, from, connection.sequenceId, packet, this)
      connection.sequenceId = (connection.sequenceId + read) % 256
      const { end } = packet
      if (!moveToEnd(chunk, end, connection.sequenceId, packet)) return end
      this.knownAnswer = packet
      return packet.end
    }

    /** Skips the whole of an answer without rows. Its result is delivered in place of the next packet. */
    #skipOk(chunk: Buffer): number {
      if (headerOfOk === undefined || !isPlainOk(chunk, this._connection.serverCapabilityFlags)) return 0
      this.#ok = headerOfOk(chunk)
      this.knownAnswer = READ_PACKET
      this._fieldCount = 0
      this.next = this.#finish
      return chunk.length
    }

    #finish(): CommandState {
      return this.doneInsert(this.#ok)
    }

    override doneInsert(header: object | null | undefined): CommandState {
      // After a row that could not be decoded there is no header.
      if (header) headerOfOk ??= headersOf(Object.getPrototypeOf(header) as object)
      return super.doneInsert(header)
    }

    override readField(packet: RawPacket, connection: RawConnection): CommandState {
      const known = this.#known
      if (this._resultIndex > 0) return super.readField(packet, connection)
      if (known === undefined) return this.#learnField(packet, connection)
      const received = this._receivedFieldsCount
      const expected = known.packets[received]
      if (expected === undefined || known.fields.length !== this._fieldCount || !isSame(expected, packet)) {
        return this.#forget(known, received, packet, connection)
      }
      this._receivedFieldsCount = received + 1
      return this._receivedFieldsCount === this._fieldCount ? this.fieldsEOF : this.readField
    }

    override fieldsEOF(packet: RawPacket, connection: RawConnection): CommandState {
      const known = this.#known
      if (this._resultIndex > 0 || !packet.isEOF()) return super.fieldsEOF(packet, connection)
      if (known !== undefined) {
        this.#readRows(known)
        return this.row
      }
      const next = super.fieldsEOF(packet, connection)
      const [fields = []] = this._fields
      if (this._rowParser !== null) {
        const { decoding, statement } = this.#sending
        const RowParser = this._rowParser.constructor as RowParserClass
        const packets = this.#packets ?? []
        statement.columns = { decoding, packets, head: headOf(packets), fields: fields.map(copyOfColumn), RowParser }
      }
      return next
    }

    #readRows(known: KnownColumns): void {
      // Copies, because the receiver may change them.
      const fields = known.fields.map(copyOfColumn)
      this._currentFields = this._fields[0] = fields
      this._rowParser = new known.RowParser(fields)
    }

    /**
     * Gives up the comparison at the first column that differs from the last time. The columns before it are then read from the
     * remembered packets.
     */
    #forget(known: KnownColumns, same: number, packet: RawPacket, connection: RawConnection): CommandState {
      const { buffer, start, offset, end } = packet
      this.#known = undefined
      this._receivedFieldsCount = 0
      for (const column of known.packets.slice(0, same)) {
        pointTo(packet, column)
        this.#learnField(packet, connection)
      }
      packet.start = start
      packet.buffer = buffer
      packet.offset = offset
      packet.end = end
      return this.#learnField(packet, connection)
    }

    #learnField(packet: RawPacket, connection: RawConnection): CommandState {
      // A copy, because mysql2's column keeps the buffer from which it was read, and with it the whole chunk.
      const column = Buffer.from(packet.buffer.subarray(packet.offset, packet.end))
      ;(this.#packets ??= []).push(column)
      pointTo(packet, column)
      super.readField(packet, connection)
      return this._receivedFieldsCount === this._fieldCount ? this.fieldsEOF : this.readField
    }
  }
  // Tracers tell commands apart by the name of the class.
  Object.defineProperty(KnownCommand, 'name', { value: Base.name })
  return KnownCommand
}

/** The first packets of an answer with these columns; undefined for more columns than fit into one byte of the first packet. */
function headOf(columns: readonly Buffer[]): Buffer | undefined {
  if (columns.length > MOST_IN_A_BYTE) return undefined
  const contents = [Buffer.from([columns.length]), ...columns]
  return Buffer.concat(contents.flatMap((content, index) => [headerOf(content.length, index + 1), content]))
}

function headerOf(length: number, sequenceId: number): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUIntLE(length, 0, 3)
  header[3] = sequenceId
  return header
}

function isSame(expected: Buffer, { buffer, offset, end }: RawPacket): boolean {
  return expected.length === end - offset && buffer.compare(expected, 0, expected.length, offset, end) === 0
}

function pointTo(packet: RawPacket, column: Buffer): void {
  packet.buffer = column
  packet.start = 0
  packet.offset = 0
  packet.end = column.length
}
