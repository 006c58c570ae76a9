import { HEADER, OutgoingPacket } from '../outgoing-packet.js'
import { TypedParameter } from '../typed-parameter.js'

/** The protocol's type codes of the values that are written here. */
const Wire = {
  tiny: 1,
  long: 3,
  float: 4,
  double: 5,
  null: 6,
  longlong: 8,
  newDecimal: 246,
  blob: 252,
  varString: 253,
} as const

const COM_STMT_EXECUTE = 0x17
/**
 * Flag of COM_STMT_EXECUTE: the packet has the number and the names of its parameters, as servers with query attributes expect.
 */
const COUNT_AVAILABLE = 0x08
const INT32 = 2 ** 31

/** The parameter types to which mysql2 converts a boolean, and an integer that fits. */
const INTEGERS: ReadonlySet<unknown> = new Set([1, 2, 3, 8])

/** The flag of an unsigned parameter. */
const UNSIGNED = 0x20

interface Typed {
  readonly type: number
  readonly value: unknown
  readonly unsigned: boolean
}

/** mysql2's class of parameters with a type; it is not exported itself. */
const TypedClass: unknown = TypedParameter.DOUBLE(0).constructor

/** A prepared statement, as mysql2 keeps it. */
export interface PreparedStatement {
  readonly id: number
  /** The parameters as the server describes them. mysql2 sends a boolean, or an integer, as the integer type of its parameter. */
  readonly parameters: readonly Parameter[]
}

interface Parameter {
  readonly columnType: number
  readonly flags: number
}

/**
 * Writes COM_STMT_EXECUTE, byte for byte as mysql2 does, but without objects and closures for each value.
 * @param counted - whether the server takes query attributes, so that the packet has the number of parameters
 * @returns undefined where mysql2 must write or refuse one of the values
 */
export function executionPacket(
  { id, parameters }: PreparedStatement,
  values: readonly unknown[],
  counted: boolean,
): OutgoingPacket | undefined {
  const count = values.length
  if (count !== parameters.length) return undefined
  let length = HEADER + 10 + (counted ? lengthOfNumber(count) : 0)
  if (count > 0) length += ((count + 7) >> 3) + 1 + count * (counted ? 3 : 2)
  for (let index = 0; index < count; index += 1) {
    const value = values[index]
    const parameter = parameters[index]
    const size = typeof value === 'number' ? sizeOfNumber(value, parameter) : sizeOf(value)
    if (size < 0 || (typeof value === 'boolean' && INTEGERS.has(parameter?.columnType))) return undefined
    length += size
  }
  const packet = new ExecutionPacket(length)
  packet.writeHead(id, counted, count)
  if (count > 0) packet.writeValues(values, parameters, counted)
  return packet
}

class ExecutionPacket extends OutgoingPacket {
  #offset = HEADER

  writeHead(statementId: number, counted: boolean, count: number): void {
    this.buffer[HEADER] = COM_STMT_EXECUTE
    this.buffer.writeUInt32LE(statementId, HEADER + 1)
    this.buffer[HEADER + 5] = counted ? COUNT_AVAILABLE : 0
    this.buffer.writeUInt32LE(1, HEADER + 6)
    this.#offset = HEADER + 10
    if (counted) this.#number(count)
  }

  writeValues(values: readonly unknown[], parameters: readonly Parameter[], counted: boolean): void {
    const { buffer } = this
    const bitmap = this.#offset
    const types = bitmap + ((values.length + 7) >> 3) + 1
    const width = counted ? 3 : 2
    buffer.fill(0, bitmap, types + values.length * width)
    // The flag that new types follow.
    buffer[types - 1] = 1
    this.#offset = types + values.length * width
    let index = 0
    for (const value of values) {
      const at = types + index * width
      const type = typeof value === 'number' ? this.#plainNumber(value, parameters[index]) : this.#value(value)
      buffer[at] = type
      if (type === Wire.longlong && isUnsigned(value, parameters[index])) buffer[at + 1] = 0x80
      if (type === Wire.null) {
        const byte = bitmap + (index >> 3)
        buffer[byte] = (buffer[byte] ?? 0) | (1 << (index & 7))
      }
      index += 1
    }
  }

  /** Writes one value, and returns its type. */
  #value(value: unknown): number {
    if (typeof value === 'string') return this.#text(value, Wire.varString)
    if (typeof value === 'boolean') {
      this.buffer[this.#offset] = value ? 1 : 0
      this.#offset += 1
      return Wire.tiny
    }
    if (Buffer.isBuffer(value)) {
      this.#number(value.length)
      value.copy(this.buffer, this.#offset)
      this.#offset += value.length
      return Wire.blob
    }
    return value === null ? Wire.null : this.#typed(value as Typed)
  }

  #plainNumber(value: number, parameter: Parameter | undefined): number {
    const type = typeOfNumber(value, parameter)
    if (type === Wire.longlong) this.buffer.writeBigInt64LE(BigInt(value), this.#offset)
    else this.buffer.writeDoubleLE(value, this.#offset)
    this.#offset += 8
    return type
  }

  #typed({ type, value }: Typed): number {
    const { buffer } = this
    const at = this.#offset
    switch (type) {
      case Wire.long:
        buffer.writeInt32LE(Number(value) | 0, at)
        this.#offset = at + 4
        return type
      case Wire.longlong:
        buffer.writeBigUInt64LE(BigInt.asUintN(64, value as bigint), at)
        this.#offset = at + 8
        return type
      case Wire.double:
        buffer.writeDoubleLE(value as number, at)
        this.#offset = at + 8
        return type
      case Wire.float:
        buffer.writeFloatLE(value as number, at)
        this.#offset = at + 4
        return type
      default:
        return this.#text(value as string, type)
    }
  }

  #text(text: string, type: number): number {
    const length = Buffer.byteLength(text)
    this.#number(length)
    this.buffer.write(text, this.#offset, length)
    this.#offset += length
    return type
  }

  #number(value: number): void {
    const { buffer } = this
    const width = lengthOfNumber(value)
    if (width === 1) buffer[this.#offset] = value
    else {
      buffer[this.#offset] = width === 3 ? 0xfc : width === 4 ? 0xfd : 0xfe
      // Eight bytes, of which a length uses four at most.
      if (width === 9) {
        buffer.writeUInt32LE(value, this.#offset + 1)
        buffer.writeUInt32LE(0, this.#offset + 5)
      } else buffer.writeUIntLE(value, this.#offset + 1, width - 1)
    }
    this.#offset += width
  }
}

/** Bytes of a number behind the types; -1 for an integer of less than 8 bytes, which mysql2 must write. */
function sizeOfNumber(value: number, parameter: Parameter | undefined): number {
  const type = typeOfNumber(value, parameter)
  return type === Wire.double || type === Wire.longlong ? 8 : -1
}

/** The type that mysql2 gives a plain number: the integer type of its parameter where the number fits it, double otherwise. */
function typeOfNumber(value: number, parameter: Parameter | undefined): number {
  if (parameter === undefined || !INTEGERS.has(parameter.columnType) || !Number.isSafeInteger(value)) return Wire.double
  const { columnType, flags } = parameter
  return columnType === Wire.longlong && (flags & UNSIGNED) !== 0 && value < 0 ? Wire.double : columnType
}

function isUnsigned(value: unknown, parameter: Parameter | undefined): boolean {
  return typeof value === 'number' ? ((parameter?.flags ?? 0) & UNSIGNED) !== 0 : (value as Typed).unsigned
}

/** Bytes of a value that is no number behind the types; -1 where mysql2 must write or refuse the value. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return sizeOfText(value)
  if (typeof value === 'boolean') return 1
  if (value === null) return 0
  if (typeof value !== 'object') return -1
  if (Buffer.isBuffer(value)) return lengthOfNumber(value.length) + value.length
  return isTyped(value) ? sizeOfTyped(value) : -1
}

function sizeOfTyped({ type, value, unsigned }: Typed): number {
  switch (type) {
    case Wire.long:
      return !unsigned && isInt32(value) ? 4 : -1
    case Wire.longlong:
      return typeof value === 'bigint' && isInt64(value, unsigned) ? 8 : -1
    case Wire.double:
      return typeof value === 'number' ? 8 : -1
    case Wire.float:
      return typeof value === 'number' ? 4 : -1
    case Wire.newDecimal:
      return typeof value === 'string' ? sizeOfText(value) : -1
    default:
      return -1
  }
}

function isTyped(value: object): value is Typed {
  return value.constructor === TypedClass
}

/** mysql2 keeps the value of its own LONG parameters as a bigint. */
function isInt32(value: unknown): boolean {
  if (typeof value !== 'number' && typeof value !== 'bigint') return false
  return value >= -INT32 && value < INT32 && (typeof value === 'bigint' || Number.isInteger(value))
}

function isInt64(value: bigint, unsigned: boolean): boolean {
  return (unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value)) === value
}

function sizeOfText(text: string): number {
  const length = Buffer.byteLength(text)
  return lengthOfNumber(length) + length
}

/** Bytes of a length-coded number. */
function lengthOfNumber(value: number): number {
  if (value < 0xfb) return 1
  if (value < 0xffff) return 3
  return value < 0xff_ffff ? 4 : 9
}
