import { type ArgType, DriverAdapterError, type SqlQuery } from '@prisma/driver-adapter-utils'

import {
  decimalParameter,
  doubleParameter,
  floatParameter,
  int32Parameter,
  integerParameter,
  isInt32,
} from './parameter.js'
import { toTemporalText } from './temporal.js'

/** The length of the longest BIT column, in bytes. */
const BIT_BYTES = 8

const DECIMAL_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** All values of a statement in the form for the wire. The query itself is not changed. */
export function toParameters(query: SqlQuery): unknown[] {
  return query.args.map((value, index) => toParameter(value, query.argTypes[index]))
}

/**
 * One value in the form for the wire. The types matter: with a number sent as text, or an integer sent as DOUBLE, the server
 * computes and compares in floating point, where large integers and decimals lose digits.
 * @throws DriverAdapterError InvalidInputValue for a value that cannot be sent.
 */
export function toParameter(value: unknown, type: ArgType | undefined): unknown {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return stringParameter(value, type)
  if (typeof value === 'number') return numberParameter(value, type)
  if (typeof value === 'bigint') return integerParameter(value)
  if (typeof value === 'boolean') return value
  if (value instanceof Date) return toTemporalText(value, type?.dbType)
  if (ArrayBuffer.isView(value)) {
    return bytesParameter(Buffer.from(value.buffer, value.byteOffset, value.byteLength), type)
  }
  // MySQL has no arrays, so lists and objects can only mean JSON.
  if (typeof value === 'object') return JSON.stringify(value)
  throw invalid(`A ${typeof value} cannot be sent to the database`)
}

function stringParameter(value: string, type: ArgType | undefined): unknown {
  const scalarType = type?.scalarType
  // Prisma writes out very large and very small numbers.
  if (scalarType === 'decimal' && isFloatingPoint(type?.dbType) && DECIMAL_TEXT.test(value)) {
    return numberParameter(Number(value), type)
  }
  if (scalarType === 'bigint' || scalarType === 'int') {
    return /^[+-]?\d+$/.test(value) ? integerParameter(BigInt(value)) : value
  }
  if (scalarType === 'decimal') return DECIMAL_TEXT.test(value) ? decimalParameter(value) : value
  if (scalarType === 'datetime') return toTemporalText(value, type?.dbType)
  return scalarType === 'bytes' ? bytesParameter(Buffer.from(value, 'base64'), type) : value
}

/** The server compares a BIT column as a number; bytes would never be equal to it. */
function bytesParameter(bytes: Buffer, type: ArgType | undefined): unknown {
  if (type?.dbType?.toUpperCase() !== 'BIT' || bytes.length === 0 || bytes.length > BIT_BYTES) return bytes
  return integerParameter(BigInt(`0x${bytes.toString('hex')}`))
}

function numberParameter(value: number, type: ArgType | undefined): unknown {
  if (type?.scalarType === 'datetime') return toTemporalText(value, type.dbType)
  if (!Number.isFinite(value)) throw invalid(`${value} cannot be stored in a MySQL database`)
  const dbType = type?.dbType?.toUpperCase()
  // A FLOAT column is equal only to a number of its own precision.
  if (dbType === 'FLOAT') return floatParameter(value)
  if (dbType === 'DECIMAL') return decimalParameter(String(value))
  if (dbType === 'DOUBLE' || !Number.isSafeInteger(value)) return doubleParameter(value)
  return isInt32(value) ? int32Parameter(value) : integerParameter(BigInt(value))
}

function isFloatingPoint(dbType: string | undefined): boolean {
  return dbType !== undefined && /^(?:float|double)$/i.test(dbType)
}

function invalid(message: string): DriverAdapterError {
  return new DriverAdapterError({ kind: 'InvalidInputValue', message })
}
