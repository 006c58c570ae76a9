import type { Access } from './access.js'
import type { Decoding, TypeCast } from './decoding.js'

/** Values for placeholders: a list, or an object with `namedPlaceholders`. */
export type StatementValues = readonly unknown[] | Readonly<Record<string, unknown>>

/** One statement, in mysql2's option names; what is left out comes from the lease's decoding. */
export interface StatementOptions {
  readonly sql: string
  readonly values?: StatementValues | undefined
  /** Milliseconds; when they pass, the statement fails and its connection is destroyed, for the server may still run it. */
  readonly timeout?: number | undefined
  readonly rowsAsArray?: boolean | undefined
  readonly nestTables?: boolean | string | undefined
  readonly typeCast?: TypeCast | undefined
  readonly namedPlaceholders?: boolean | undefined
  /** Switches it on for this statement's rows, as the next three: what is on for the lease stays on. */
  readonly supportBigNumbers?: boolean | undefined
  readonly bigNumberStrings?: boolean | undefined
  readonly dateStrings?: Decoding['dateStrings'] | undefined
  /** Zone that this statement's dates are read in; values are written in the lease's. */
  readonly timezone?: string | undefined
  /** How values are decoded, in place of the lease's; what it leaves out is the pool's. Give the same object again and again: it is compared by identity. */
  readonly decoding?: Decoding | undefined
  /** What the statement needs of its host. Default: read off the statement itself. */
  readonly access?: Access | undefined
  /**
   * Cancels the statement, whether it waits for a connection, for its turn, or for the answer of its server: there the pool sends
   * `KILL QUERY` on a connection of its own. It rejects with `ERR_HOSTPOOL_ABORTED`, or with `ERR_HOSTPOOL_OUTCOME_UNKNOWN` where
   * a write may have happened; a statement that was done already resolves.
   */
  readonly signal?: AbortSignal | undefined
}

/** Metadata of one result column, as the server sent it (mysql2's column definition). */
export interface Field {
  readonly name: string
  readonly orgName: string
  readonly table: string
  readonly orgTable: string
  readonly schema: string
  /** Protocol type code; mysql2's `Types`. */
  readonly columnType: number
  readonly type: number
  readonly flags: number
  readonly decimals: number
  readonly columnLength: number
  /** Collation id; 63 is binary. */
  readonly characterSet: number
  readonly encoding: string
  /** MariaDB only, e.g. `json`. */
  readonly extendedFormat?: string
  /** MariaDB only, e.g. `uuid`, `inet6`. */
  readonly extendedTypeName?: string
}

/** One row, by column name. Name a type of your own: `pool.query<User[]>(…)`. */
export type Row = Record<string, unknown>

/** What a statement without rows answers. */
export interface ResultSetHeader {
  readonly affectedRows: number
  /** A string when it is beyond 2^53 and big numbers are strings. */
  readonly insertId: number
  readonly changedRows: number
  readonly info: string
  readonly serverStatus: number
  readonly warningStatus: number
}

/**
 * What a statement's result can be: a list (of rows, of rows as arrays, or of several results), or what a statement without rows
 * tells. `query<User>` and `query<number>` are neither: what is meant is `query<User[]>`.
 */
export type StatementResult = readonly unknown[] | ResultSetHeader

/** Rows (or a {@link ResultSetHeader}) and the columns' metadata; the second is undefined where there are no rows. */
export type QueryResult<T> = [result: T, fields: Field[]]
