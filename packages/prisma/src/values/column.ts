import type { Field } from '@mysql-hostpool/core'
import { type ColumnType, ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils'

import { canonicalDecimal } from './decimal.js'
import { shortestFloat } from './float.js'
import { dateFromServer, dateTimeFromServer, timeFromServer } from './temporal.js'

/** Converts one value that is not NULL. Only columns whose values do not arrive in Prisma's form have such a function. */
export type Convert = (value: unknown, column: string) => unknown

/** The type of a column in Prisma, and the conversion of its values. */
export interface Column {
  readonly type: ColumnType
  readonly convert?: Convert
}

/** Type codes of the protocol. */
export const WireType = {
  decimal: 0,
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  null: 6,
  timestamp: 7,
  bigint: 8,
  mediumint: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  newDate: 14,
  varchar: 15,
  bit: 16,
  vector: 242,
  json: 245,
  newDecimal: 246,
  enum: 247,
  set: 248,
  tinyBlob: 249,
  mediumBlob: 250,
  longBlob: 251,
  blob: 252,
  varString: 253,
  string: 254,
  geometry: 255,
} as const

const UNSIGNED_FLAG = 0x20
const ENUM_FLAG = 0x100
const SET_FLAG = 0x800
const BINARY_CHARSET = 63

const int32: Column = { type: ColumnTypeEnum.Int32 }
const int64: Column = { type: ColumnTypeEnum.Int64 }
const numeric: Column = { type: ColumnTypeEnum.Numeric, convert: ofText(canonicalDecimal) }
const double: Column = { type: ColumnTypeEnum.Double }
const text: Column = { type: ColumnTypeEnum.Text }
const bytes: Column = { type: ColumnTypeEnum.Bytes }
const json: Column = { type: ColumnTypeEnum.Json }
const enumeration: Column = { type: ColumnTypeEnum.Enum }
const set: Column = { type: ColumnTypeEnum.Set }
const float: Column = {
  type: ColumnTypeEnum.Float,
  convert: (value) => (typeof value === 'number' ? shortestFloat(value) : value),
}
const dateTime: Column = { type: ColumnTypeEnum.DateTime, convert: ofText(dateTimeFromServer) }
const date: Column = { type: ColumnTypeEnum.Date, convert: ofText(dateFromServer) }
// Prisma sends keys back as it read them, and only a whole point in time is a valid key.
const time: Column = { type: ColumnTypeEnum.DateTime, convert: ofText(timeFromServer) }
// mysql2 reads a vector into numbers; each is a 32-bit float, so this conversion restores the stored bytes.
const vector: Column = {
  type: ColumnTypeEnum.Bytes,
  convert: (value) => (Array.isArray(value) ? Buffer.from(Float32Array.from(value, Number).buffer) : value),
}

/**
 * The column for Prisma, from the server's description.
 * @throws DriverAdapterError UnsupportedNativeDataType for a type that this adapter does not know.
 */
export function describeColumn(field: Field): Column {
  switch (field.columnType) {
    case WireType.tiny:
    case WireType.short:
    case WireType.mediumint:
    case WireType.year:
    case WireType.null:
      return int32
    case WireType.long:
      return (field.flags & UNSIGNED_FLAG) === 0 ? int32 : int64
    case WireType.bigint:
      return int64
    case WireType.float:
      return float
    case WireType.double:
      return double
    case WireType.decimal:
    case WireType.newDecimal:
      return numeric
    case WireType.timestamp:
    case WireType.datetime:
      return dateTime
    case WireType.date:
    case WireType.newDate:
      return date
    case WireType.time:
      return time
    case WireType.json:
      return json
    case WireType.enum:
      return enumeration
    case WireType.set:
      return set
    case WireType.bit:
    case WireType.geometry:
      return bytes
    case WireType.vector:
      return vector
    case WireType.varchar:
    case WireType.varString:
    case WireType.string:
    case WireType.tinyBlob:
    case WireType.mediumBlob:
    case WireType.longBlob:
    case WireType.blob:
      return describeText(field)
    default:
      throw new DriverAdapterError({ kind: 'UnsupportedNativeDataType', type: `wire type ${field.columnType}` })
  }
}

function ofText(convert: (text: string, column: string) => string | number): Convert {
  return (value, column) => (typeof value === 'string' ? convert(value, column) : value)
}

function describeText(field: Field): Column {
  // MariaDB has no JSON type of its own on the wire; the extended format names it.
  if (field.extendedFormat === 'json') return json
  if ((field.flags & ENUM_FLAG) !== 0) return enumeration
  if ((field.flags & SET_FLAG) !== 0) return set
  return field.characterSet === BINARY_CHARSET ? bytes : text
}
