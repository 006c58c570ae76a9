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

/** Behind the seconds of an ISO string; a Date has room for three digits, and keys that were read may have six. */
const FRACTION = /:\d\d\.(\d+)(?:Z|[+-]\d\d:?\d\d)?$/i

/** `.mmm`, `.ffffff` or nothing. */
function formatFraction(value: Date | string, date: Date): string {
  const digits = typeof value === 'string' ? FRACTION.exec(value)?.[1]?.slice(0, 6) : undefined
  return canonicalFraction(digits ?? String(date.getUTCMilliseconds()).padStart(3, '0'))
}

/**
 * A point in time as the server reads it: without zone, in UTC, and with as much of it as the column holds.
 * @throws DriverAdapterError InvalidInputValue for an invalid date and for years that the server does not know.
 */
export function toTemporalText(value: Date | string, dbType: string | undefined): string {
  const date = typeof value === 'string' ? new Date(value) : value
  const year = date.getUTCFullYear()
  // Written so that NaN, the year of an invalid date, fails too.
  if (!(year >= 0 && year <= 9999)) {
    const message = `${String(value)} is not a date between the years 0000 and 9999`
    throw new DriverAdapterError({ kind: 'InvalidInputValue', message })
  }
  const type = dbType?.toUpperCase()
  if (type === 'DATE') return formatDate(date)
  return (type === 'TIME' ? formatTime(date) : formatDateTime(date)) + formatFraction(value, date)
}

/**
 * The server's `YYYY-MM-DD HH:MM:SS[.ffffff]` as an ISO string in UTC. The fraction is brought to one form (none when it is
 * zero, else at least three digits, no zeros behind those), so that Prisma, which compares keys as text, finds equal what
 * columns of different precision hold.
 */
export function dateTimeFromServer(text: string, column: string): string {
  refuseZeroDate(text, column)
  const seconds = `${text.slice(0, 10)}T${text.slice(11, 19)}`
  return text.length > 19 ? `${seconds}${canonicalFraction(text.slice(20))}+00:00` : `${seconds}+00:00`
}

/** A DATE is passed on as it is, once it is known to be one. */
export function dateFromServer(text: string, column: string): string {
  refuseZeroDate(text, column)
  return text
}

/**
 * A TIME column also holds durations; those are no time of day, which is all that Prisma's DateTime can show. The fraction is
 * brought to the form that points in time have.
 */
export function timeFromServer(text: string, column: string): string {
  if (text.charAt(2) !== ':' || text.slice(0, 2) > '23') {
    throw unreadable(column, `the TIME ${text} is not a time of day`, `CAST(${column} AS CHAR)`)
  }
  return text.length > 8 ? `${text.slice(0, 8)}${canonicalFraction(text.slice(9))}` : text
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
