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

  mayAnswerWithGeometry(sql: string): boolean {
    return this.#seen.has(sql) || (!READ.test(sql) && ANSWERS_WITH_ROWS.test(sql))
  }

  /** True when the answer has a GEOMETRY column, and the statement is to be run once more to read it. */
  learn(sql: string, fields: readonly Field[]): boolean {
    if (!fields.some((field) => field.columnType === WireType.geometry)) return false
    const oldest = this.#seen.size < LIMIT ? undefined : this.#seen.values().next().value
    if (oldest !== undefined) this.#seen.delete(oldest)
    this.#seen.add(sql)
    return true
  }
}
