import type { Decoding } from '@mysql-hostpool/core'
import { escape, escapeId, format, raw } from 'sql-escaper'
import type { Raw, SqlValue } from 'sql-escaper'

import { unsupported } from './unsupported.js'

/** The escaping that mysql2 itself uses, with the time zone and the object rule of one borrower. */
export class Escaping {
  readonly #decoding: Decoding

  constructor(decoding: Decoding) {
    this.#decoding = decoding
  }

  escape(value: SqlValue): string {
    return escape(value, this.#decoding.stringifyObjects, this.#decoding.timezone)
  }

  escapeId(name: SqlValue): string {
    return escapeId(name, false)
  }

  format(sql: string, values?: SqlValue): string {
    if (this.#decoding.namedPlaceholders === true && isNamed(values)) {
      throw unsupported('format() with named placeholders', 'give a list of values, or let query() place them')
    }
    return format(sql, values, this.#decoding.stringifyObjects, this.#decoding.timezone)
  }

  raw(sql: string): Raw {
    return raw(sql)
  }
}

function isNamed(values: unknown): boolean {
  return typeof values === 'object' && values !== null && !Array.isArray(values)
}
