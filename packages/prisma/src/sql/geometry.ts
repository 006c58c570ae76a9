import type { Field, TypeCast } from '@mysql-hostpool/core'

import { WireType } from '../values/column.js'

const LIMIT = 256
const READ = /^[\s(]*(?:select|with|table|values)\b/i
const ANSWERS_WITH_ROWS = /^\s*call\b|\breturning\b/i

/** Hands on the bytes of a GEOMETRY, its SRID included, where mysql2 would make an object of it. */
export const geometryAsBytes: TypeCast = (field, next) => (field.type === 'GEOMETRY' ? field.buffer() : next())

/**
 * Which statements answer with GEOMETRY. Reading its bytes costs a function call for every cell of a result, so only the
 * statements pay that are known to need it: those seen before, and those that could not be run again to find out.
 */
export class GeometryStatements {
  readonly #seen = new Set<string>()
  /** What was read off the texts of writing statements. */
  readonly #writes = new Map<string, boolean>()

  mayAnswerWithGeometry(sql: string): boolean {
    if (this.#seen.size > 0 && this.#seen.has(sql)) return true
    return !READ.test(sql) && (this.#writes.get(sql) ?? this.#readWrite(sql))
  }

  /** True when the answer has a GEOMETRY column, and the statement is to be run once more to read it. */
  learn(sql: string, fields: readonly Field[]): boolean {
    if (!fields.some((field) => field.columnType === WireType.geometry)) return false
    const oldest = this.#seen.size < LIMIT ? undefined : this.#seen.values().next().value
    if (oldest !== undefined) this.#seen.delete(oldest)
    this.#seen.add(sql)
    return true
  }

  #readWrite(sql: string): boolean {
    const answersWithRows = ANSWERS_WITH_ROWS.test(sql)
    if (this.#writes.size >= LIMIT) this.#writes.clear()
    this.#writes.set(sql, answersWithRows)
    return answersWithRows
  }
}
