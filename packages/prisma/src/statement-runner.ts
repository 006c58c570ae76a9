import type { Queryable, StatementOptions, StatementResult } from '@mysql-hostpool/core'
import type { SqlQuery, SqlResultSet } from '@prisma/driver-adapter-utils'

import { geometryAsBytes, type GeometryStatements } from './sql/geometry.js'
import type { ToUtcStatement } from './sql/utc-statement.js'
import { toParameters } from './values/argument.js'
import { PRISMA_DECODING } from './values/decoding.js'
import { fieldsOf, type RawResult, toAffectedRows, toResultSet } from './values/result-set.js'

/** ER_UNSUPPORTED_PS: the server cannot prepare this kind of statement. */
const NOT_PREPARABLE = 1295

/** Sends the statements of one adapter, on the pool and inside a transaction alike. */
export class StatementRunner {
  readonly #toUtc: ToUtcStatement
  readonly #geometry: GeometryStatements

  constructor(toUtc: ToUtcStatement, geometry: GeometryStatements) {
    this.#toUtc = toUtc
    this.#geometry = geometry
  }

  async queryRaw(target: Queryable, query: SqlQuery): Promise<SqlResultSet> {
    const wantsBytes = this.#geometry.mayAnswerWithGeometry(query.sql)
    const raw = await this.#run(target, query, wantsBytes)
    if (!wantsBytes && this.#geometry.learn(query.sql, fieldsOf(raw))) {
      return toResultSet(await this.#run(target, query, true))
    }
    return toResultSet(raw)
  }

  async executeRaw(target: Queryable, query: SqlQuery): Promise<number> {
    return toAffectedRows(await this.#run(target, query, false), query.sql)
  }

  async #run(target: Queryable, query: SqlQuery, geometry: boolean): Promise<RawResult> {
    if (query.sql === '') throw emptyQuery()
    const statement: StatementOptions = {
      sql: this.#toUtc(query.sql),
      values: toParameters(query),
      decoding: PRISMA_DECODING,
      typeCast: geometry ? geometryAsBytes : undefined,
    }
    try {
      const [result, fields] = await target.execute<StatementResult>(statement)
      return { result, fields }
    } catch (error) {
      if (query.args.length > 0 || !isNotPreparable(error)) throw error
      // The server refused the statement before running it, and without values the text protocol has the same meaning.
      const [result, fields] = await target.query<StatementResult>(statement)
      return { result, fields }
    }
  }
}

/** The server's own error for an empty statement, without a round trip. `Prisma.empty` alone is such a statement. */
function emptyQuery(): Error {
  const sqlMessage = 'Query was empty: the sql parameter is mandatory'
  return Object.assign(new Error(sqlMessage), { code: 'ER_EMPTY_QUERY', errno: 1065, sqlState: '42000', sqlMessage })
}

function isNotPreparable(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && error.errno === NOT_PREPARABLE
}
