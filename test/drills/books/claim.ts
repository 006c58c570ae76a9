import { isHostpoolError, isRetryable } from '@mysql-hostpool/core'
import { originalError } from '@mysql-hostpool/prisma'
import { errorCode } from '../error-code.js'

/** What a caller was told about a row it has written. */
export const Told = {
  /** Nothing yet. */
  open: 'open',
  /** The promise resolved: the row is there, once. */
  done: 'done',
  /** The error says that nothing is left of it, so that it may be done again: the row is not there. */
  undone: 'undone',
  /** Any other error: the row is there or not. */
  unknown: 'unknown',
} as const
export type Told = (typeof Told)[keyof typeof Told]

/** One part of a write is one row. */
export interface PartClaim {
  readonly told: Told
  /** The code of the error that told it. */
  readonly error?: string
}

/** What one caller was told about one write. */
export interface Claim {
  /** The way it was written, for the reader. */
  readonly way: string
  readonly mark: string
  /** Whether its rows are there all or none, as one transaction is. */
  readonly whole: boolean
  readonly parts: readonly PartClaim[]
}

/** Nothing was sent for a caller that got no connection. */
const NOTHING_SENT: ReadonlySet<string> = new Set([
  'ERR_HOSTPOOL_ACQUIRE_TIMEOUT',
  'ERR_HOSTPOOL_QUEUE_FULL',
  'ERR_HOSTPOOL_NO_HOST',
])

/** Prisma's code for a transaction that may be run again, however the driver's error reads. */
const WRITE_CONFLICT = 'P2034'

/**
 * What an error tells.
 * @param whole - the error is that of one transaction: without a connection nothing of it was sent
 */
export function claimOf(error: unknown, whole: boolean): PartClaim {
  const inner = behindLibrary(error)
  const code = errorCode(inner)
  const conflict = error instanceof Error && 'code' in error && error.code === WRITE_CONFLICT
  const unsent = whole && isHostpoolError(inner) && NOTHING_SENT.has(inner.code)
  return { told: conflict || unsent || isRetryable(inner) ? Told.undone : Told.unknown, error: code }
}

/** TypeORM and Prisma keep the driver's error within their own. */
function behindLibrary(error: unknown): unknown {
  if (error instanceof Error && 'driverError' in error) return error.driverError
  return originalError(error) ?? error
}
