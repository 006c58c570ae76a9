import { escapeSql, formatSql } from '@mysql-hostpool/core'
import type { Decoding, SqlTextOptions } from '@mysql-hostpool/core'
import { escapeId, raw } from 'sql-escaper'
import type { Raw, SqlValue } from 'sql-escaper'

import { unsupported } from './unsupported.js'

/** Where a text is read: a lease, or a pool, which tells of the sessions that it lends. */
export interface Reader {
  /** A backslash is a character like any other there, and a quote is escaped by doubling it. */
  readonly noBackslashEscapes: boolean
}

/** The escaping that mysql2 itself uses, with the time zone and the object rule of one borrower, for the session as it is now. */
export class Escaping {
  readonly #decoding: Decoding
  readonly #reader: Reader

  constructor(decoding: Decoding, reader: Reader) {
    this.#decoding = decoding
    this.#reader = reader
  }

  escape(value: SqlValue): string {
    return escapeSql(value, this.#options)
  }

  escapeId(name: SqlValue): string {
    return escapeId(name, false)
  }

  format(sql: string, values?: SqlValue): string {
    if (this.#decoding.namedPlaceholders === true && isNamed(values)) {
      throw unsupported('format() with named placeholders', 'give a list of values, or let query() place them')
    }
    return formatSql(sql, values, this.#options)
  }

  raw(sql: string): Raw {
    return raw(sql)
  }

  get #options(): SqlTextOptions {
    const { stringifyObjects, timezone } = this.#decoding
    return { noBackslashEscapes: this.#reader.noBackslashEscapes, stringifyObjects, timezone }
  }
}

function isNamed(values: unknown): boolean {
  return typeof values === 'object' && values !== null && !Array.isArray(values)
}
