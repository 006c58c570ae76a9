import { DriverAdapterError } from '@prisma/driver-adapter-utils'

/** `YYYY-MM-DD` in UTC. */
function formatDate(date: Date): string {
  return date.toISOString().slice(0, 10)
}

/** `HH:MM:SS` in UTC. */
function formatTime(date: Date): string {
  return date.toISOString().slice(11, 19)
}

/** `YYYY-MM-DD HH:MM:SS` in UTC. */
function formatDateTime(date: Date): string {
  const text = date.toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 19)}`
}

/** The fraction behind the seconds of an ISO string. A Date holds three digits; keys that were read may have six. */
const FRACTION = /:\d\d\.(\d+)(?:Z|[+-]\d\d:?\d\d)?$/i

/** `.mmm`, `.ffffff` or nothing. */
function formatFraction(value: Date | string, date: Date): string {
  const digits = typeof value === 'string' ? FRACTION.exec(value)?.[1]?.slice(0, 6) : undefined
  return canonicalFraction(digits ?? String(date.getUTCMilliseconds()).padStart(3, '0'))
}

/**
 * A point in time as the server reads it: without a zone, in UTC, and with only the parts that the column holds.
 * @param value - a number has the meaning of {@link pointInTime}
 * @throws DriverAdapterError InvalidInputValue for an invalid date, and for years that the server does not know.
 */
export function toTemporalText(value: Date | string | number, dbType: string | undefined): string {
  if (typeof value === 'number') return toTemporalText(isoText(value), dbType)
  const date = typeof value === 'string' ? new Date(value) : value
  const year = date.getUTCFullYear()
  // In this form the condition also fails for NaN, the year of an invalid date.
  if (!(year >= 0 && year <= 9999)) {
    const message = `${String(value)} is not a date between the years 0000 and 9999`
    throw new DriverAdapterError({ kind: 'InvalidInputValue', message })
  }
  const type = dbType?.toUpperCase()
  if (type === 'DATE') return formatDate(date)
  return (type === 'TIME' ? formatTime(date) : formatDateTime(date)) + formatFraction(value, date)
}

/** The server's `YYYY-MM-DD HH:MM:SS[.ffffff]` as {@link pointInTime}. */
export function dateTimeFromServer(text: string, column: string): string | number {
  refuseZeroDate(text, column)
  return pointInTime(`${text.slice(0, 10)}T${text.slice(11, 19)}`, text.slice(20))
}

/** A DATE is returned unchanged, after a check. */
export function dateFromServer(text: string, column: string): string {
  refuseZeroDate(text, column)
  return text
}

/**
 * A TIME, as the point in time on 1 January 1970 that Prisma takes it for. A time of day alone could not be read back when
 * Prisma uses it as a key. A TIME column also holds durations, which Prisma's DateTime cannot show.
 */
export function timeFromServer(text: string, column: string): string | number {
  if (text.charAt(2) !== ':' || text.slice(0, 2) > '23') {
    throw unreadable(column, `the TIME ${text} is not a time of day`, `CAST(${column} AS CHAR)`)
  }
  return pointInTime(`1970-01-01T${text.slice(0, 8)}`, text.slice(9))
}

/** Up to this number, in the year 2248, a number of milliseconds can hold microseconds exactly. */
const EXACT = 2 ** 43
/** Length of a fraction that a Date can hold: the point and three digits. */
const MILLISECONDS = 4

/**
 * A point in time as a number of milliseconds, with microseconds as its fraction. Where Prisma uses a value as the key of a
 * relation, it makes a Date of a text, which would lose the microseconds, and leaves a number as it is. All values are numbers,
 * because Prisma compares keys as they arrive. Text remains only for microseconds before 1970, where a Date of the number would
 * be rounded up, and for microseconds after 2248.
 */
function pointInTime(seconds: string, digits: string): string | number {
  const fraction = canonicalFraction(digits)
  const milliseconds = Date.parse(`${seconds}${fraction.slice(0, MILLISECONDS)}Z`)
  if (fraction.length <= MILLISECONDS && !Number.isNaN(milliseconds)) return milliseconds
  if (milliseconds >= 0 && milliseconds < EXACT) {
    return milliseconds + Number(fraction.slice(MILLISECONDS).padEnd(3, '0')) / 1_000
  }
  return `${seconds}${fraction}+00:00`
}

function isoText(milliseconds: number): string {
  const whole = Math.floor(milliseconds)
  const date = new Date(whole)
  if (Number.isNaN(date.getTime())) return String(milliseconds)
  const microseconds = Math.round((milliseconds - whole) * 1_000)
  return `${date.toISOString().slice(0, -1)}${String(microseconds).padStart(3, '0')}Z`
}

function canonicalFraction(digits: string): string {
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '' : `.${significant.padEnd(3, '0')}`
}

function refuseZeroDate(text: string, column: string): void {
  if (text.slice(5, 7) === '00' || text.slice(8, 10) === '00') {
    throw unreadable(column, `the date ${text} does not exist`, `NULLIF(${column}, '${text}')`)
  }
}

function unreadable(column: string, what: string, remedy: string): DriverAdapterError {
  const cause = `Column '${column}': ${what}. Correct the data, or read it with $queryRaw and ${remedy}`
  return new DriverAdapterError({ kind: 'InconsistentColumnData', cause, originalMessage: cause })
}
