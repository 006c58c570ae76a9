import { type Field, isAtomicWrite, isCertainlyRead, type TypeCast } from '@mysql-hostpool/core'

import { WireType } from '../values/column.js'

const LIMIT = 256
/** The only way for a single INSERT, UPDATE, DELETE or REPLACE to answer with rows. */
const RETURNING = /\breturning\b/i

/** Hands on the bytes of a GEOMETRY, its SRID included, where mysql2 would make an object of it. */
export const geometryAsBytes: TypeCast = (field, next) => (field.type === 'GEOMETRY' ? field.buffer() : next())

/**
 * Which statements answer with GEOMETRY. Reading its bytes costs a function call for every cell of a result, so only the
 * statements pay that are known to need it: those seen before, and those that could not be run again to find out, which are all
 * but those that certainly only read.
 */
export class GeometryStatements {
  readonly #seen = new Set<string>()
  /** What was read off the texts of the others: whether they may answer with rows. */
  readonly #writes = new Map<string, boolean>()

  mayAnswerWithGeometry(sql: string): boolean {
    if (this.#seen.size > 0 && this.#seen.has(sql)) return true
    return !isCertainlyRead(sql) && (this.#writes.get(sql) ?? this.#readWrite(sql))
  }

  /** True when the answer has a GEOMETRY column, and the statement can be, and is to be, run once more to read it. */
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
