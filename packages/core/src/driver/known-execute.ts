/* oxlint-disable no-underscore-dangle, typescript/unbound-method -- the names are mysql2's, which calls the method that a command
   answers with as a method of that command */
import type { Decoding } from '../statement/decoding.js'
import type { Field } from '../statement/statement.js'
import type { ExecutionPacket } from './execution-packet.js'
import type {
  ExecuteClass,
  ExecuteState,
  RawConnection,
  RawDone,
  RawPacket,
  RowParserClass,
} from './mysql2-internals.js'

/** The columns that a statement answered with, and how mysql2 reads its rows. */
export interface KnownColumns {
  readonly decoding: Decoding
  /** As the server sent them, one packet each. */
  readonly packets: readonly Buffer[]
  readonly fields: readonly Field[]
  readonly RowParser: RowParserClass
}

/** One statement, on its way again. */
interface Execution {
  readonly statement: object
  readonly sql: string
  readonly packet: ExecutionPacket
  readonly decoding: Decoding
  /** What it answered with the last time. */
  readonly known: KnownColumns | undefined
  /** Called when it answers with other columns. */
  readonly learnt: (columns: KnownColumns) => void
}

export type KnownExecuteClass = new (execution: Execution, done: RawDone) => object

/**
 * mysql2's command for a prepared statement, less what is the same at each run: a server sends the description of every column
 * anew, and mysql2 makes an object of each, and out of them the key of its parser of rows. Here the bytes are compared with
 * those of the last run. All else is mysql2's own.
 */
export function knownExecuteClass(Base: ExecuteClass): KnownExecuteClass {
  // Tracers tell commands by the name of their class.
  return class Execute extends Base {
    readonly #execution: Execution
    #known: KnownColumns | undefined
    #packets: Buffer[] | undefined

    constructor(execution: Execution, done: RawDone) {
      super({ statement: execution.statement, sql: execution.sql }, done)
      this.#execution = execution
      this.#known = execution.known
    }

    override start(_packet: unknown, connection: RawConnection): ExecuteState {
      this._connection = connection
      this.options = connection.config
      this._streamFactory = connection.config.infileStreamFactory
      connection.writePacket(this.#execution.packet)
      return this.resultsetHeader
    }

    override readField(packet: RawPacket, connection: RawConnection): ExecuteState {
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

    override fieldsEOF(packet: RawPacket, connection: RawConnection): ExecuteState {
      const known = this.#known
      if (this._resultIndex > 0 || !packet.isEOF()) return super.fieldsEOF(packet, connection)
      if (known !== undefined) {
        // A list of the receiver's own; the columns in it are everybody's.
        this._currentFields = this._fields[0] = [...known.fields]
        this._rowParser = new known.RowParser()
        return this.row
      }
      const next = super.fieldsEOF(packet, connection)
      const [fields = []] = this._fields
      if (this._rowParser !== null) {
        const { decoding, learnt } = this.#execution
        const RowParser = this._rowParser.constructor as RowParserClass
        learnt({ decoding, packets: this.#packets ?? [], fields: [...fields], RowParser })
      }
      return next
    }

    /** Other columns than the last time: those that were the same so far are read after all. */
    #forget(known: KnownColumns, same: number, packet: RawPacket, connection: RawConnection): ExecuteState {
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

    #learnField(packet: RawPacket, connection: RawConnection): ExecuteState {
      // A copy: mysql2's column holds on to what it was read from, and that is all that came with it.
      const column = Buffer.from(packet.buffer.subarray(packet.offset, packet.end))
      ;(this.#packets ??= []).push(column)
      pointTo(packet, column)
      super.readField(packet, connection)
      return this._receivedFieldsCount === this._fieldCount ? this.fieldsEOF : this.readField
    }
  }
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
