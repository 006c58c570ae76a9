import type { Lease } from '@mysql-hostpool/core'
import type { QueryRunner } from 'typeorm'

/** The exact texts with which TypeORM's query runners begin and end a transaction. */
const BEGINS = 'START TRANSACTION'
const ENDS: ReadonlySet<string> = new Set(['COMMIT', 'ROLLBACK'])

/** Leases on which TypeORM has begun a transaction. */
const BEGUN = new WeakSet<object>()
/** Leases whose transaction goes on after a raw COMMIT or ROLLBACK of the user. */
const GOES_ON = new WeakSet<object>()

/** The transaction that TypeORM has begun on a query runner. */
export interface ManagedTransaction {
  /** Called when TypeORM ends the transaction: the next COMMIT or ROLLBACK is TypeORM's own. */
  ends(): void
  /** The final form of an earlier error, now that the transaction is over. */
  trueInTheEnd(error: unknown): unknown
}

/** Notes, by the texts of statements, where TypeORM begins and ends a transaction. */
export function noteBorders(lease: Lease, sql: string): void {
  if (sql === BEGINS) {
    BEGUN.add(lease)
    lease.manage(true)
  } else if (ENDS.has(sql) && !GOES_ON.has(lease)) lease.manage(false)
}

/**
 * Marks all statements of a query runner as part of the transaction that TypeORM has begun on it, until `ends()`. A raw COMMIT
 * is among them.
 */
export async function manageTransaction(runner: QueryRunner): Promise<ManagedTransaction> {
  const connection: unknown = await runner.connect()
  const lease = hasLease(connection) ? connection.lease : undefined
  // The DataSource may have another driver.
  if (lease === undefined || !BEGUN.has(lease)) return UNKNOWN
  GOES_ON.add(lease)
  return {
    ends: () => GOES_ON.delete(lease),
    trueInTheEnd: (error) => lease.trueInTheEnd(error),
  }
}

const UNKNOWN: ManagedTransaction = { ends: () => undefined, trueInTheEnd: (error) => error }

function hasLease(connection: unknown): connection is { readonly lease: Lease } {
  return typeof connection === 'object' && connection !== null && 'lease' in connection
}
