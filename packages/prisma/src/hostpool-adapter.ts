import type { Lease, LeaseOptions, Pool } from '@mysql-hostpool/core'
import {
  type ConnectionInfo,
  DriverAdapterError,
  type IsolationLevel,
  type SqlDriverAdapter,
  type SqlQuery,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils'

import { ADAPTER_NAME } from './adapter-name.js'
import { toDriverError } from './errors/driver-error.js'
import { HostpoolTransaction } from './hostpool-transaction.js'
import { GeometryStatements } from './sql/geometry.js'
import { splitScript } from './sql/split-script.js'
import { observed } from './retry/observed.js'
import { currentOperation } from './retry/operation.js'
import type { ServerFacts } from './prisma-facts.js'
import { StatementRunner } from './statement-runner.js'
import { PRISMA_DECODING } from './values/decoding.js'

/** Placeholders that fit into one prepared statement. */
const MAX_BIND_VALUES = 65_535

const NO_TRANSACTION = { inTransaction: false } as const
/** Frozen, so that the pool checks it once. */
const FOR_TRANSACTION: LeaseOptions = Object.freeze({ access: 'write', decoding: PRISMA_DECODING })

/** What one PrismaClient holds of a pool. */
export class HostpoolAdapter implements SqlDriverAdapter {
  readonly provider = 'mysql'
  readonly adapterName = ADAPTER_NAME

  readonly #pool: Pool
  readonly #facts: ServerFacts
  readonly #dispose: () => Promise<void>
  readonly #runner: StatementRunner

  constructor(pool: Pool, facts: ServerFacts, dispose: () => Promise<void>) {
    this.#pool = pool
    this.#facts = facts
    this.#dispose = dispose
    this.#runner = new StatementRunner(facts.toUtc, new GeometryStatements())
  }

  /** Also for INSERTs: Prisma reads `lastInsertId` here. Which hosts can serve it is read off the statement. */
  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return observed(query.sql, () => this.#runner.queryRaw(this.#pool, query))
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return observed(query.sql, () => this.#runner.executeRaw(this.#pool, query))
  }

  /**
   * One statement after the other on one connection, so that the pool needs no `multipleStatements`; the first that fails ends
   * it. `DELIMITER` is understood.
   */
  async executeScript(script: string): Promise<void> {
    try {
      await this.#pool.withConnection(
        async (connection) => {
          for (const statement of splitScript(script)) await connection.query(statement)
        },
        { access: 'write' },
      )
    } catch (error) {
      throw toDriverError(error, NO_TRANSACTION)
    }
  }

  async startTransaction(isolationLevel?: IsolationLevel): Promise<Transaction> {
    if (isolationLevel === 'SNAPSHOT') {
      throw new DriverAdapterError({ kind: 'InvalidIsolationLevel', level: isolationLevel })
    }
    const operation = currentOperation()
    let lease: Lease | undefined
    try {
      lease = await this.#pool.getConnection(FOR_TRANSACTION)
      await lease.beginTransaction(isolationLevel === undefined ? undefined : { isolationLevel })
    } catch (error) {
      // Whether the server had begun it or not: giving the lease back rolls back what is open.
      lease?.release()
      const known = toDriverError(error, NO_TRANSACTION)
      operation?.failed(known)
      throw known
    }
    return new HostpoolTransaction(lease, this.#runner, operation)
  }

  getConnectionInfo(): ConnectionInfo {
    // No schema name: Prisma would write the database before every column, and a session has it already.
    return { maxBindValues: MAX_BIND_VALUES, supportsRelationJoins: this.#facts.supportsRelationJoins }
  }

  dispose(): Promise<void> {
    return this.#dispose()
  }
}
