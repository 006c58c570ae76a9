import type { ColumnTypeEnum, ArgType } from '@prisma/driver-adapter-utils'
import fc from 'fast-check'

type Scalar = ArgType['scalarType']

/** One value on its way: as Prisma hands it over, as the server shows that it has kept it, and as Prisma is to get it back. */
export interface Sample {
  readonly given: unknown
  readonly kept: string
  readonly read: unknown
}

/** A type of column, and values for it. */
export interface WireKind {
  /** The column as in CREATE TABLE. */
  readonly column: string
  readonly scalarType: Scalar
  readonly dbType: string
  readonly columnType: keyof typeof ColumnTypeEnum
  readonly samples: fc.Arbitrary<Sample>
  /** SQL that shows what a column holds; NULL when that is NULL. */
  readonly show: (column: string) => string
}

const asText = (column: string): string => `CAST(${column} AS CHAR)`
const asHex = (column: string): string => `HEX(${column})`
const asWhole = (column: string): string => `CAST(${column} + 0 AS CHAR)`
/**
 * The server shows a FLOAT with six digits, and a DOUBLE in more than one way: as text, 98.83 of a FLOAT may end in …67 where
 * it is …69. As a DOUBLE of a prepared statement it is eight bytes, and can be compared exactly.
 */
const asBits = (column: string): string => `CAST(${column} AS DOUBLE)`

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase()

function integers(column: string, dbType: string, min: bigint, max: bigint): WireKind {
  const isSmall = max < 2n ** 31n
  // Prisma hands INT UNSIGNED and wider ones over as text, and gets them back so.
  const form = (value: bigint) => (isSmall ? Number(value) : value.toString())
  const readsText = column.startsWith('BIGINT')
  return {
    column,
    dbType,
    scalarType: isSmall ? 'int' : 'bigint',
    columnType: isSmall ? 'Int32' : 'Int64',
    // As text the year 0 would be 0000.
    show: column === 'YEAR' ? asWhole : asText,
    samples: fc.oneof(fc.constantFrom(min, max, 0n), fc.bigInt({ min, max })).map((value) => ({
      given: form(value),
      kept: value.toString(),
      read: readsText ? value.toString() : Number(value),
    })),
  }
}

function decimals(digits: number, scale: number): WireKind {
  const whole = fc.bigInt({ min: 0n, max: 10n ** BigInt(digits - scale) - 1n })
  const part = fc.bigInt({ min: 0n, max: 10n ** BigInt(scale) - 1n })
  return {
    column: `DECIMAL(${digits}, ${scale})`,
    dbType: 'DECIMAL',
    scalarType: 'decimal',
    columnType: 'Numeric',
    show: asText,
    samples: fc.tuple(fc.boolean(), whole, part).map(([negative, left, right]) => {
      const text = scale === 0 ? `${left}` : `${left}.${right.toString().padStart(scale, '0')}`
      const value = negative && (left > 0n || right > 0n) ? `-${text}` : text
      // Prisma compares keys as text, and writes a decimal without needless zeros.
      return { given: value, kept: value, read: scale === 0 ? value : value.replace(/\.?0+$/, '') }
    }),
  }
}

const finite = { noNaN: true, noDefaultInfinity: true } as const
const sameNumber = (value: number): Sample => {
  const positive = value === 0 ? 0 : value
  return { given: positive, kept: String(positive), read: positive }
}
const floats: WireKind[] = [
  {
    column: 'FLOAT',
    dbType: 'FLOAT',
    scalarType: 'decimal',
    columnType: 'Float',
    show: asBits,
    // What the column holds is a 32-bit number; up to six digits are the same before and after.
    samples: fc
      .float({ ...finite, min: Math.fround(-1e30), max: Math.fround(1e30) })
      .filter((value) => value === 0 || Math.abs(value) > 1e-30)
      .map((value) => Number(value.toPrecision(6)))
      .map((value) => ({ ...sameNumber(value), kept: String(Math.fround(value === 0 ? 0 : value)) })),
  },
  {
    column: 'DOUBLE',
    dbType: 'DOUBLE',
    scalarType: 'decimal',
    columnType: 'Double',
    show: asBits,
    samples: fc.oneof(fc.double(finite), fc.constantFrom(Number.MAX_VALUE, Number.MIN_VALUE, 2 ** 53)).map(sameNumber),
  },
]

const pad = (value: number, length: number): string => String(value).padStart(length, '0')
const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })
const fraction = (digits: number): fc.Arbitrary<string> =>
  digits === 0 ? fc.constant('') : whole(0, 10 ** digits - 1).map((value) => `.${pad(value, digits)}`)
/**
 * A moment is read as the number of its milliseconds, with microseconds as a fraction; where no number tells these (before 1970,
 * after 2248) as text, without needless zeros.
 */
function readMoment(seconds: string, part: string): number | string {
  const digits = part.slice(1).padEnd(6, '0')
  const milliseconds = Date.parse(`${seconds}.${digits.slice(0, 3)}Z`)
  const microseconds = Number(digits.slice(3))
  if (microseconds === 0) return milliseconds
  const isNumber = milliseconds >= 0 && milliseconds < 2 ** 43
  return isNumber ? milliseconds + microseconds / 1_000 : `${seconds}.${digits.replace(/0+$/, '')}+00:00`
}
const clock = fc
  .tuple(whole(0, 23), whole(0, 59), whole(0, 59))
  .map((parts) => parts.map((part) => pad(part, 2)).join(':'))
const day = (firstYear: number, lastYear: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.oneof(whole(firstYear, lastYear), fc.constantFrom(firstYear, lastYear)), whole(1, 12), whole(1, 28))
    .map(([year, month, date]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`)

function moments(type: 'DATETIME' | 'TIMESTAMP', digits: number): WireKind {
  const days = type === 'DATETIME' ? day(1, 9999) : day(1971, 2037)
  return {
    column: `${type}(${digits})`,
    dbType: type,
    scalarType: 'datetime',
    columnType: 'DateTime',
    show: asText,
    samples: fc.tuple(days, clock, fraction(digits)).map(([date, time, part]) => ({
      given: `${date}T${time}${part}Z`,
      kept: `${date} ${time}${part}`,
      read: readMoment(`${date}T${time}`, part),
    })),
  }
}

function timesOfDay(digits: number): WireKind {
  return {
    column: `TIME(${digits})`,
    dbType: 'TIME',
    scalarType: 'datetime',
    columnType: 'DateTime',
    show: asText,
    samples: fc.tuple(clock, fraction(digits)).map(([time, part]) => ({
      given: `1970-01-01T${time}${part}Z`,
      kept: `${time}${part}`,
      read: readMoment(`1970-01-01T${time}`, part),
    })),
  }
}

const dates: WireKind = {
  column: 'DATE',
  dbType: 'DATE',
  scalarType: 'datetime',
  columnType: 'Date',
  show: asText,
  samples: day(1, 9999).map((value) => ({ given: new Date(`${value}T00:00:00Z`), kept: value, read: value })),
}

const grapheme = (maxLength: number): fc.Arbitrary<string> => fc.string({ unit: 'grapheme', maxLength })

function texts(column: string, dbType: string, maxLength: number): WireKind {
  // A CHAR loses the blanks at its end.
  const values = column.startsWith('CHAR') ? grapheme(maxLength).map((value) => value.trimEnd()) : grapheme(maxLength)
  return {
    column,
    dbType,
    scalarType: 'string',
    columnType: 'Text',
    show: asHex,
    samples: values.map((value) => ({ given: value, kept: hexOf(Buffer.from(value)), read: value })),
  }
}

function bytes(column: string, minLength: number, maxLength: number): WireKind {
  return {
    column,
    dbType: column.replace(/\(.*/, ''),
    scalarType: 'bytes',
    columnType: 'Bytes',
    show: asHex,
    samples: fc.uint8Array({ minLength, maxLength }).map((value) => ({
      given: Buffer.from(value).toString('base64'),
      kept: hexOf(value),
      read: Buffer.from(value),
    })),
  }
}

/** BIT of any width: as many bits as the column has, in as many bytes as they need. */
export function bits(width: number): WireKind {
  const length = Math.ceil(width / 8)
  const max = 2n ** BigInt(width) - 1n
  return {
    column: `BIT(${width})`,
    dbType: 'BIT',
    scalarType: 'bytes',
    columnType: 'Bytes',
    show: asWhole,
    samples: fc.oneof(fc.constantFrom(0n, max), fc.bigInt({ min: 0n, max })).map((value) => {
      const buffer = Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex')
      return { given: buffer.toString('base64'), kept: value.toString(), read: buffer }
    }),
  }
}

const booleans: WireKind = {
  column: 'TINYINT(1)',
  dbType: 'TINYINT',
  scalarType: 'boolean',
  columnType: 'Int32',
  show: asText,
  samples: fc.boolean().map((value) => ({ given: value, kept: value ? '1' : '0', read: value ? 1 : 0 })),
}

const words = ['red', 'dark blue', "it's", 'grün', '']
function chosen(column: string, columnType: 'Enum' | 'Set', values: fc.Arbitrary<string>): WireKind {
  return {
    column: `${column}(${words.map((word) => `'${word.replaceAll("'", "''")}'`).join(', ')})`,
    dbType: column,
    scalarType: columnType === 'Enum' ? 'enum' : 'string',
    columnType,
    show: asHex,
    samples: values.map((value) => ({ given: value, kept: hexOf(Buffer.from(value)), read: value })),
  }
}

/** In the form that MySQL brings JSON to; MariaDB keeps any text as it is. */
const jsonNumbers = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(String),
  whole(-1_000_000, 1_000_000).map((value) => `${value}.0`),
  fc.constantFrom('0.1', '-2.5', '12345678901234567890'),
)
const json: WireKind = {
  column: 'JSON',
  dbType: 'JSON',
  scalarType: 'json',
  columnType: 'Json',
  show: asText,
  samples: fc
    .array(
      fc.oneof(
        jsonNumbers,
        grapheme(10).map((text) => JSON.stringify(text)),
      ),
    )
    .map((parts) => {
      const text = `[${parts.join(', ')}]`
      return { given: text, kept: text, read: text }
    }),
}

/** A POINT with its SRID, as the server stores it. */
const geometry: WireKind = {
  column: 'GEOMETRY',
  dbType: 'GEOMETRY',
  scalarType: 'bytes',
  columnType: 'Bytes',
  show: asHex,
  samples: fc
    .tuple(fc.double({ ...finite, min: -180, max: 180 }), fc.double({ ...finite, min: -80, max: 80 }))
    .map(([x, y]) => {
      const buffer = Buffer.alloc(25)
      buffer.writeUInt8(1, 4)
      buffer.writeUInt32LE(1, 5)
      buffer.writeDoubleLE(x, 9)
      buffer.writeDoubleLE(y, 17)
      return { given: buffer.toString('base64'), kept: hexOf(buffer), read: buffer }
    }),
}

/** Every type but the widths of BIT. */
export const WIRE_KINDS: readonly WireKind[] = [
  integers('TINYINT', 'TINYINT', -128n, 127n),
  integers('TINYINT UNSIGNED', 'UNSIGNEDTINYINT', 0n, 255n),
  integers('SMALLINT', 'SMALLINT', -(2n ** 15n), 2n ** 15n - 1n),
  integers('SMALLINT UNSIGNED', 'UNSIGNEDSMALLINT', 0n, 2n ** 16n - 1n),
  integers('MEDIUMINT', 'MEDIUMINT', -(2n ** 23n), 2n ** 23n - 1n),
  integers('MEDIUMINT UNSIGNED', 'UNSIGNEDMEDIUMINT', 0n, 2n ** 24n - 1n),
  integers('INT', 'INT', -(2n ** 31n), 2n ** 31n - 1n),
  integers('INT UNSIGNED', 'UNSIGNEDINT', 0n, 2n ** 32n - 1n),
  integers('BIGINT', 'BIGINT', -(2n ** 63n), 2n ** 63n - 1n),
  integers('BIGINT UNSIGNED', 'UNSIGNEDBIGINT', 0n, 2n ** 64n - 1n),
  integers('YEAR', 'YEAR', 1901n, 2155n),
  booleans,
  decimals(65, 30),
  decimals(10, 2),
  decimals(38, 0),
  ...floats,
  dates,
  ...[0, 1, 2, 3, 4, 5, 6].flatMap((digits) => [
    moments('DATETIME', digits),
    moments('TIMESTAMP', digits),
    timesOfDay(digits),
  ]),
  texts('CHAR(40)', 'CHAR', 20),
  texts('CHAR(40) COLLATE utf8mb4_bin', 'CHAR', 20),
  texts('VARCHAR(200) COLLATE utf8mb4_bin', 'VARCHAR', 40),
  texts('TINYTEXT', 'TINYTEXT', 15),
  texts('TEXT', 'TEXT', 100),
  texts('MEDIUMTEXT', 'MEDIUMTEXT', 300),
  texts('LONGTEXT', 'LONGTEXT', 300),
  bytes('BINARY(16)', 16, 16),
  bytes('VARBINARY(100)', 0, 100),
  bytes('TINYBLOB', 0, 255),
  bytes('BLOB', 0, 300),
  bytes('MEDIUMBLOB', 0, 300),
  bytes('LONGBLOB', 0, 300),
  chosen('ENUM', 'Enum', fc.constantFrom(...words)),
  chosen(
    'SET',
    'Set',
    fc.subarray(words.filter((word) => word !== '')).map((chosenWords) => chosenWords.join(',')),
  ),
  json,
  geometry,
]
