import { TypedParameter } from '@mysql-hostpool/core'

const INT64_MAX = (1n << 63n) - 1n
const INT64_MIN = -(1n << 63n)
const UINT64_MAX = (1n << 64n) - 1n

/** Type codes of the protocol. */
const LONG = 3
const LONGLONG = 8

/**
 * mysql2's class, used directly for integers: mysql2's own functions check the range once more, with several bigints for each
 * number.
 */
const Integer = TypedParameter.LONG(0).constructor as new (type: number, value: unknown, unsigned: boolean) => unknown

/** Whether a number fits into an INT. */
export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -2_147_483_648 && value <= 2_147_483_647
}

/** An INT, so that `SELECT ?` returns a number and not a bigint. */
export function int32Parameter(value: number): unknown {
  return new Integer(LONG, value, false)
}

/** A BIGINT, unsigned where needed. A number beyond BIGINT goes as DECIMAL, and the server decides about it. */
export function integerParameter(value: bigint): unknown {
  if (value >= INT64_MIN && value <= INT64_MAX) return new Integer(LONGLONG, value, false)
  if (value > INT64_MAX && value <= UINT64_MAX) return new Integer(LONGLONG, value, true)
  return decimalParameter(value.toString())
}

/** A DECIMAL: with text the server would compute in floating point. */
export function decimalParameter(value: string): unknown {
  return TypedParameter.NEWDECIMAL(value)
}

/** A DOUBLE. The type is explicit, because mysql2 otherwise sends a whole number as the integer type that the server expects. */
export function doubleParameter(value: number): unknown {
  return TypedParameter.DOUBLE(value)
}

export function floatParameter(value: number): unknown {
  return TypedParameter.FLOAT(value)
}
