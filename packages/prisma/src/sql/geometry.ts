import { type Field, isAtomicWrite, isCertainlyRead, type TypeCast } from '@mysql-hostpool/core'

import { WireType } from '../values/column.js'

const LIMIT = 256
/** The only clause with which a single INSERT, UPDATE, DELETE or REPLACE returns rows. */
const RETURNING = /\breturning\b/i

/** Returns the bytes of a GEOMETRY with its SRID; mysql2 alone would make an object of it. */
export const geometryAsBytes: TypeCast = (field, next) => (field.type === 'GEOMETRY' ? field.buffer() : next())

/**
 * Remembers which statements return GEOMETRY. Reading its bytes costs a function call for every cell of a result. So only two
 * kinds of statements pay: those that have returned GEOMETRY before, and those that could not run again after a look at their
 * columns, which are all but certain reads.
 */
export class GeometryStatements {
  readonly #seen = new Set<string>()
  /** For each text of another statement: whether it may return rows. */
  readonly #writes = new Map<string, boolean>()

  mayAnswerWithGeometry(sql: string): boolean {
    if (this.#seen.size > 0 && this.#seen.has(sql)) return true
    return !isCertainlyRead(sql) && (this.#writes.get(sql) ?? this.#readWrite(sql))
  }

  /** True when the answer has a GEOMETRY column, and the statement can and must run once more to read it. */
  learn(sql: string, fields: readonly Field[]): boolean {
    if (!fields.some((field) => field.columnType === WireType.geometry) || !isCertainlyRead(sql)) return false
    const oldest = this.#seen.size < LIMIT ? undefined : this.#seen.values().next().value
    if (oldest !== undefined) this.#seen.delete(oldest)
    this.#seen.add(sql)
    return true
  }

  #readWrite(sql: string): boolean {
    const answersWithRows = !isAtomicWrite(sql) || RETURNING.test(sql)
    if (this.#writes.size >= LIMIT) this.#writes.clear()
    this.#writes.set(sql, answersWithRows)
    return answersWithRows
  }
}
