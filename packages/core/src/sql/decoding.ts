/** One value, as a `typeCast` function sees it. */
export interface TypeCastField {
  readonly type: string
  readonly length: number
  readonly db: string
  readonly table: string
  readonly name: string
  readonly extendedTypeName?: string
  readonly extendedFormat?: string
  string(encoding?: BufferEncoding): string | null
  buffer(): Buffer | null
  geometry(): unknown
}

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
