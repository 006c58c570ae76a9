import type { Access } from './access.js'
import type { Decoding, TypeCast } from './decoding.js'

/** Values for placeholders: a list, or an object with `namedPlaceholders`. */
export type StatementValues = readonly unknown[] | Readonly<Record<string, unknown>>

/** One statement, with mysql2's names for its options. Missing options come from the lease's decoding. */
export interface StatementOptions {
  /** The text, with placeholders. */
  readonly sql: string
  /** The values of the placeholders. */
  readonly values?: StatementValues | undefined
  /** Milliseconds until the statement fails. Its connection is destroyed then, because the server may still run the statement. */
  readonly timeout?: number | undefined
  /** Rows as arrays. Default: the lease's decoding. */
  readonly rowsAsArray?: boolean | undefined
  /** Rows nested by table, or column names prefixed by table and this separator. Default: the lease's decoding. */
  readonly nestTables?: boolean | string | undefined
  /** How a value is read. Default: the lease's decoding. */
  readonly typeCast?: TypeCast | undefined
  /** `:name` placeholders. Default: the lease's decoding. */
  readonly namedPlaceholders?: boolean | undefined
  /**
   * Can only be switched on for this statement's rows: an option that is on for the lease stays on. The next two options work
   * alike.
   */
  readonly supportBigNumbers?: boolean | undefined
  /** With `supportBigNumbers`: every BIGINT as a string. */
  readonly bigNumberStrings?: boolean | undefined
  /** Dates as strings, as the server writes them. */
  readonly dateStrings?: Decoding['dateStrings'] | undefined
  /** Time zone for reading this statement's dates. Its values are written in the lease's time zone. */
  readonly timezone?: string | undefined
  /**
   * How values are decoded, in place of the lease's decoding. Missing options are the pool's. Pass the same object every time:
   * decodings are compared by identity.
   */
  readonly decoding?: Decoding | undefined
  /** The access that the statement needs. Default: read off the statement itself. */
  readonly access?: Access | undefined
  /**
   * Cancels the statement, whether the statement waits for a connection, for its turn, or for the answer of its server. A
   * server is told by `KILL QUERY`, on a connection of the pool's own. The statement rejects with `ERR_HOSTPOOL_ABORTED`, or
   * with `ERR_HOSTPOOL_OUTCOME_UNKNOWN` where a write may have happened. A statement that was done already resolves.
   */
  readonly signal?: AbortSignal | undefined
}

/** Metadata of one result column, as the server sent it (mysql2's column definition). */
export interface Field {
  /** The column, or its alias in the statement. */
  readonly name: string
  /** The column in its table; empty for an expression. */
  readonly orgName: string
  /** The table, or its alias in the statement; empty for an expression. */
  readonly table: string
  /** The table itself; empty for an expression. */
  readonly orgTable: string
  /** The database of the table; empty for an expression. */
  readonly schema: string
  /** Protocol type code; mysql2's `Types`. */
  readonly columnType: number
  /** The same code as `columnType`. */
  readonly type: number
  /** Flags of the protocol's column definition, e.g. 1 for NOT NULL. */
  readonly flags: number
  /** Digits behind the decimal point; 31 where that is not fixed. */
  readonly decimals: number
  /** Bytes that the column holds at most. */
  readonly columnLength: number
  /** Collation id; 63 is binary. */
  readonly characterSet: number
  /** The encoding of text, by the name that Node or iconv-lite has for it; `binary` for other values. */
  readonly encoding: string
  /** MariaDB only, e.g. `json`. */
  readonly extendedFormat?: string
  /** MariaDB only, e.g. `uuid`, `inet6`. */
  readonly extendedTypeName?: string
}

/** One row, by column name. For typed rows, pass a type: `pool.query<User[]>(…)`. */
export type Row = Record<string, unknown>

/** The answer to a statement without rows. */
export interface ResultSetHeader {
  /** Rows that were inserted, changed or deleted. An UPDATE counts the rows that it found, as long as `flags` has FOUND_ROWS. */
  readonly affectedRows: number
  /** A string where the number is beyond 2^53 and big numbers are strings. */
  readonly insertId: number
  /** Rows that an UPDATE has changed. */
  readonly changedRows: number
  /**
   * The server's text about the statement, e.g. `Rows matched: 1  Changed: 1  Warnings: 0`; empty where it sent none.
   */
  readonly info: string
  /** The status flags of the answer, e.g. 1 for an open transaction, 2 for autocommit. */
  readonly serverStatus: number
  /** The number of warnings. */
  readonly warningStatus: number
}

/**
 * The result of a statement: a list (of rows, of rows as arrays, or of several results), or the header of a statement without
 * rows. `query<User>` and `query<number>` are mistakes; the right form is `query<User[]>`.
 */
export type StatementResult = readonly unknown[] | ResultSetHeader

/** Rows (or a {@link ResultSetHeader}) and the metadata of the columns; the metadata are undefined where there are no rows. */
export type QueryResult<T> = [result: T, fields: Field[]]
