/** One value, as a `typeCast` function sees it. */
export interface TypeCastField {
  /** The type of the column by mysql2's name, e.g. `LONGLONG`. */
  readonly type: string
  /** Bytes that the column holds at most. */
  readonly length: number
  /** The database of the column; empty for an expression. */
  readonly db: string
  /** The table, or its alias in the statement; empty for an expression. */
  readonly table: string
  /** The column, or its alias in the statement. */
  readonly name: string
  /** MariaDB only, e.g. `uuid`, `inet6`. */
  readonly extendedTypeName?: string
  /** MariaDB only, e.g. `json`. */
  readonly extendedFormat?: string
  /** The value as text, or null. The encoding is by default that of the column. */
  string(encoding?: BufferEncoding): string | null
  /** The bytes of the value as the server sent them, or null. */
  buffer(): Buffer | null
  /** The value of a GEOMETRY column: a point, or nested lists of points. */
  geometry(): unknown
}

/**
 * The option `typeCast`: `false` leaves every value a Buffer; a function gets each value and returns what takes its place,
 * and `next()` is what `true` would give.
 */
export type TypeCast = boolean | ((field: TypeCastField, next: () => unknown) => unknown)

/**
 * How values travel between JavaScript and the wire. A decoding belongs to the borrower, not to the connection: TypeORM and
 * Prisma decode differently on the same pool. Names and meanings are mysql2's; each option defaults to mysql2's default.
 */
export interface Decoding {
  /** Exact BIGINT and DECIMAL where a JavaScript number cannot hold them. Default false. */
  readonly supportBigNumbers?: boolean
  /** With `supportBigNumbers`: every BIGINT as a string. Default false. */
  readonly bigNumberStrings?: boolean
  /** DECIMAL as a number. Default false. */
  readonly decimalNumbers?: boolean
  /** Dates as strings, as the server writes them. An array limits this to the listed column types. Default false. */
  readonly dateStrings?: boolean | readonly ('TIMESTAMP' | 'DATETIME' | 'DATE')[]
  /** JSON columns as text. Default false. */
  readonly jsonStrings?: boolean
  /** Zone that JavaScript dates are written in and read from: `local`, `Z` or `±HH:MM`. Default `local`. */
  readonly timezone?: string
  /** How a value is read: by its type (`true`), as the Buffer from the wire (`false`), or by a function. Default true. */
  readonly typeCast?: TypeCast
  /** Rows as arrays. Default false. */
  readonly rowsAsArray?: boolean
  /** Rows nested by table, or column names prefixed by table and this separator. Default false. */
  readonly nestTables?: boolean | string
  /** `:name` placeholders. Default false. */
  readonly namedPlaceholders?: boolean
  /** Objects given as values become their `toString()`, not `key = value` lists. Default false. */
  readonly stringifyObjects?: boolean
}
