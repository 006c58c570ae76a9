import type { QueryResult, Row, StatementOptions, StatementResult, StatementValues } from './statement.js'

/** The statements that a borrower can run. A lease, a transaction and the pool itself all have these methods. */
export interface Queryable {
  /**
   * Runs a statement with the text protocol; values are escaped by mysql2.
   * @throws the server's error, with `host` added; `ERR_HOSTPOOL_OUTCOME_UNKNOWN` when the answer to a write was lost.
   */
  query<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
  ): Promise<QueryResult<T>>
  /** Runs a prepared statement, which stays prepared on its connection. */
  execute<T extends StatementResult = Row[]>(
    sql: string | StatementOptions,
    values?: StatementValues,
  ): Promise<QueryResult<T>>
}
