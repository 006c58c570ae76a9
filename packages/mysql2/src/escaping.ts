import { escapeSql, formatSql } from '@mysql-hostpool/core'
import type { Decoding, SqlTextOptions } from '@mysql-hostpool/core'
import { escapeId, raw } from 'sql-escaper'
import type { Raw, SqlValue } from 'sql-escaper'

/** The session that reads a text: a lease, or a pool, which describes the sessions that it checks out. */
export interface Reader {
  /** True where a backslash is an ordinary character, and a quote is escaped by doubling. */
  readonly noBackslashEscapes: boolean
}

/**
 * The escaping of mysql2's connections, with the time zone and the object rule of one borrower, for the present mode of the
 * session.
 */
export class Escaping {
  readonly #decoding: Decoding
  readonly #reader: Reader

  constructor(decoding: Decoding, reader: Reader) {
    this.#decoding = decoding
    this.#reader = reader
  }

  /** Like a connection of mysql2, writes an object as its text, whatever `stringifyObjects` says. */
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
