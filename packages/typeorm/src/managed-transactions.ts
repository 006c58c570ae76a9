import type { Lease } from '@mysql-hostpool/core'
import type { QueryRunner } from 'typeorm'

/** What TypeORM's query runners send at the borders of a transaction, letter by letter. */
const BEGINS = 'START TRANSACTION'
const ENDS: ReadonlySet<string> = new Set(['COMMIT', 'ROLLBACK'])

/** Leases on which TypeORM has begun a transaction. */
const BEGUN = new WeakSet<object>()
/** Leases whose transaction TypeORM is not going to end with the next text that looks so. */
const GOES_ON = new WeakSet<object>()

/** The transaction that TypeORM has begun on a query runner. */
export interface ManagedTransaction {
  /** TypeORM ends it now: the next COMMIT or ROLLBACK is its own. */
  ends(): void
  /** What an error that was told before stands for, now that the transaction is over. */
  trueInTheEnd(error: unknown): unknown
}

/** Notes which statements are in a transaction that TypeORM begins and ends, as far as their texts tell. */
export function noteBorders(lease: Lease, sql: string): void {
  if (sql === BEGINS) {
    BEGUN.add(lease)
    lease.manage(true)
  } else if (ENDS.has(sql) && !GOES_ON.has(lease)) lease.manage(false)
}

/** Until it ends, each statement of a query runner belongs to the transaction that TypeORM has begun on it, a raw COMMIT as well. */
export async function manageTransaction(runner: QueryRunner): Promise<ManagedTransaction> {
  const connection: unknown = await runner.connect()
  const lease = hasLease(connection) ? connection.lease : undefined
  // A DataSource may have another driver.
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
