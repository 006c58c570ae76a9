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

/** The largest number of placeholders in one prepared statement. */
const MAX_BIND_VALUES = 65_535

const NO_TRANSACTION = { inTransaction: false } as const
/** Frozen, so that the pool checks the object only once. */
const FOR_TRANSACTION: LeaseOptions = Object.freeze({ access: 'write', decoding: PRISMA_DECODING })

/** The adapter of one PrismaClient on a pool. */
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

  /** Also runs INSERTs: Prisma reads `lastInsertId` here. The pool reads off the statement which hosts can serve it. */
  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return observed(query.sql, () => this.#runner.queryRaw(this.#pool, query))
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return observed(query.sql, () => this.#runner.executeRaw(this.#pool, query))
  }

  /**
   * Runs the statements of a script one after the other on one connection, so that the pool needs no `multipleStatements`. The
   * first failure ends the script. `DELIMITER` is understood.
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
      // The release rolls back the transaction, if the server has begun it.
      lease?.release()
      const known = toDriverError(error, NO_TRANSACTION)
      operation?.failed(known)
      throw known
    }
    return new HostpoolTransaction(lease, this.#runner, operation)
  }

  getConnectionInfo(): ConnectionInfo {
    // No schema name, because Prisma would write the database before every column, and the session already has it.
    return { maxBindValues: MAX_BIND_VALUES, supportsRelationJoins: this.#facts.supportsRelationJoins }
  }

  dispose(): Promise<void> {
    return this.#dispose()
  }
}
