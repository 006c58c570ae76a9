import { endsTransaction, type Lease } from '@mysql-hostpool/core'
import {
  DriverAdapterError,
  type SqlQuery,
  type SqlResultSet,
  type Transaction,
  type TransactionOptions,
} from '@prisma/driver-adapter-utils'

import { ADAPTER_NAME } from './adapter-name.js'
import { correct } from './errors/corrected.js'
import { toDriverError } from './errors/driver-error.js'
import { toRequestError } from './errors/request-error.js'
import type { Operation } from './retry/operation.js'
import { isRetryableTransaction } from './retry/is-retryable.js'
import type { StatementRunner } from './statement-runner.js'

const IN_TRANSACTION = { inTransaction: true } as const

/**
 * An open transaction on a lease of its own. Prisma may send several statements at once, and a rollback during one of them:
 * here they take turns. The lease is given back exactly once, whatever happens.
 */
export class HostpoolTransaction implements Transaction {
  readonly provider = 'mysql'
  readonly adapterName = ADAPTER_NAME
  /** This class sends COMMIT and ROLLBACK; Prisma must not send them as statements. */
  readonly options: TransactionOptions = { usePhantomQuery: true }

  readonly #lease: Lease
  readonly #runner: StatementRunner
  readonly #operation: Operation | undefined
  readonly #endsOperation: ((kept: boolean) => void) | undefined
  #tail: Promise<unknown> = Promise.resolve()
  /** Number of statements that run or wait for their turn. */
  #pending = 0
  #ended = false
  /** The error that ended the transaction before its COMMIT or ROLLBACK. */
  #lost: unknown
  /** The errors of failed statements, in Prisma's form and in their original one. */
  #told: { readonly known: unknown; readonly original: unknown }[] | undefined

  /**
   * @param lease - a lease on which the transaction has begun
   * @param operation - the operation that the transaction is a part of, or the whole
   */
  constructor(lease: Lease, runner: StatementRunner, operation?: Operation) {
    this.#lease = lease
    this.#operation = operation
    this.#endsOperation = operation?.begins()
    // Prisma ends the transaction. A statement of Prisma's user that ends it earlier is a mistake.
    lease.manage(true)
    this.#runner = runner
  }

  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return this.#inTurn(() => this.#runner.queryRaw(this.#lease, query))
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return this.#inTurn(() => this.#runner.executeRaw(this.#lease, query))
  }

  /** @throws the error that ended the transaction, when the server had given it up before: then no part was committed. */
  async commit(): Promise<void> {
    try {
      await this.#inTurn(() => {
        this.#lease.manage(false)
        return this.#lease.commit()
      })
      this.#endsOperation?.(true)
    } catch (error) {
      // Work that is not proven undone may be kept.
      this.#endsOperation?.(!isRetryableTransaction(error))
      throw toRequestError(error, IN_TRANSACTION)
    } finally {
      this.#ended = true
      // The release rolls back a transaction that is still open because the server refused COMMIT.
      this.#lease.release()
    }
  }

  /** Never fails: where ROLLBACK fails, closing the connection rolls the transaction back. */
  async rollback(): Promise<void> {
    await this.#tail
    if (this.#ended) return
    this.#ended = true
    try {
      this.#lease.manage(false)
      await this.#lease.rollback()
      this.#lease.release()
    } catch {
      this.#lease.destroy()
    }
    this.#correctWhatWasTold()
    this.#endsOperation?.(false)
  }

  /**
   * Corrects the errors that Prisma already has: statements that were sent together with a failed one have run since, and may
   * have committed a part.
   */
  #correctWhatWasTold(): void {
    for (const { known, original } of this.#told ?? []) {
      const inTheEnd = this.#lease.trueInTheEnd(original)
      if (inTheEnd !== original) correct(known, toDriverError(inTheEnd, IN_TRANSACTION))
    }
  }

  createSavepoint(name: string): Promise<void> {
    return this.#savepoint(`SAVEPOINT ${quoteName(name)}`)
  }

  rollbackToSavepoint(name: string): Promise<void> {
    return this.#savepoint(`ROLLBACK TO SAVEPOINT ${quoteName(name)}`)
  }

  releaseSavepoint(name: string): Promise<void> {
    return this.#savepoint(`RELEASE SAVEPOINT ${quoteName(name)}`)
  }

  async #savepoint(sql: string): Promise<void> {
    try {
      await this.#inTurn(() => this.#lease.query(sql))
    } catch (error) {
      throw toRequestError(error, IN_TRANSACTION)
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    // Usually no statement runs, and then there is no promise to wait for.
    const result = this.#pending === 0 ? this.#guarded(work) : this.#tail.then(() => this.#guarded(work))
    this.#pending += 1
    this.#tail = result.then(this.#answered, this.#answered)
    return result
  }

  readonly #answered = (): void => {
    this.#pending -= 1
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    // After a deadlock, for example, the server goes on in autocommit: a later statement would be committed on its own.
    if (this.#lost !== undefined) throw this.#lost
    if (this.#ended)
      throw new DriverAdapterError({ kind: 'TransactionAlreadyClosed', cause: 'The transaction has ended' })
    try {
      return await work()
    } catch (error) {
      const known = toDriverError(error, IN_TRANSACTION)
      ;(this.#told ??= []).push({ known, original: error })
      this.#operation?.failed(known)
      if (endsTransaction(error)) this.#lost = known
      throw known
    }
  }
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
