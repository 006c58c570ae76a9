import { TypedParameter } from '@mysql-hostpool/core'

const INT64_MAX = (1n << 63n) - 1n
const INT64_MIN = -(1n << 63n)
const UINT64_MAX = (1n << 64n) - 1n

/** Type codes of the protocol. */
const LONG = 3
const LONGLONG = 8

/** Made by hand for integers: mysql2's own functions look into the range once more, with several bigints for each number. */
const Integer = TypedParameter.LONG(0).constructor as new (type: number, value: unknown, unsigned: boolean) => unknown

/** Whether a number fits into an INT. */
export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -2_147_483_648 && value <= 2_147_483_647
}

/** INT where it is enough, so that `SELECT ?` answers with a number and not with a bigint. */
export function int32Parameter(value: number): unknown {
  return new Integer(LONG, value, false)
}

/** BIGINT, unsigned where it has to be; what no BIGINT holds goes as DECIMAL, for the server to judge. */
export function integerParameter(value: bigint): unknown {
  if (value >= INT64_MIN && value <= INT64_MAX) return new Integer(LONGLONG, value, false)
  if (value > INT64_MAX && value <= UINT64_MAX) return new Integer(LONGLONG, value, true)
  return decimalParameter(value.toString())
}

/** DECIMAL: as text the server would compute with it in floating point. */
export function decimalParameter(value: string): unknown {
  return TypedParameter.NEWDECIMAL(value)
}

/** Said outright, because mysql2 otherwise sends a whole number as whatever integer type the server expects there. */
export function doubleParameter(value: number): unknown {
  return TypedParameter.DOUBLE(value)
}

export function floatParameter(value: number): unknown {
  return TypedParameter.FLOAT(value)
}
