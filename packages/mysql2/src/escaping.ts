import { escapeSql, formatSql } from '@mysql-hostpool/core'
import type { Decoding, SqlTextOptions } from '@mysql-hostpool/core'
import { escapeId, raw } from 'sql-escaper'
import type { Raw, SqlValue } from 'sql-escaper'

/** Where a text is read: a lease, or a pool, which tells of the sessions that it checks out. */
export interface Reader {
  /** A backslash is a character like any other there, and a quote is escaped by doubling it. */
  readonly noBackslashEscapes: boolean
}

/**
 * The escaping that mysql2's connections use, with the time zone and the object rule of one borrower, for the session as it is now.
 */
export class Escaping {
  readonly #decoding: Decoding
  readonly #reader: Reader

  constructor(decoding: Decoding, reader: Reader) {
    this.#decoding = decoding
    this.#reader = reader
  }

  /** A connection of mysql2 writes an object as its text here, whatever `stringifyObjects` says. */
  escape(value: SqlValue): string {
    return escapeSql(value, { ...this.#options, stringifyObjects: false })
  }

  escapeId(name: SqlValue): string {
    return escapeId(name, false)
  }

  format(sql: string, values?: SqlValue, namedPlaceholders = this.#decoding.namedPlaceholders): string {
    return formatSql(sql, values, { ...this.#options, namedPlaceholders: namedPlaceholders === true })
  }

  raw(sql: string): Raw {
    return raw(sql)
  }

  get #options(): SqlTextOptions {
    const { stringifyObjects, timezone } = this.#decoding
    return { noBackslashEscapes: this.#reader.noBackslashEscapes, stringifyObjects, timezone }
  }
}
