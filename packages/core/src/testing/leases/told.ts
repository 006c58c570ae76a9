import { isHostpoolError } from '../../errors/hostpool-error.js'
import { isRetryable } from '../../errors/is-retryable.js'
import type { Said } from './borrowing.js'

/** The claims that an error makes to its borrower. */
export interface Told {
  /** The statement never ran, for a reason of the pool's own. */
  readonly notRun: boolean
  /** No effect of the statement has stayed. */
  readonly statementUndone: boolean
  /** `isRetryable` is true: the whole transaction that ended in this error was undone. */
  readonly undone: boolean
  /** The open transaction is gone for sure. */
  readonly transactionGone: boolean
  /** The state of the session may be gone with its connection. */
  readonly sessionInDoubt: boolean
}

const NOT_RUN: ReadonlySet<string> = new Set([
  'ERR_HOSTPOOL_LEASE_RELEASED',
  'ERR_HOSTPOOL_CLOSED',
  'ERR_HOSTPOOL_ABORTED',
  'ERR_HOSTPOOL_ACQUIRE_TIMEOUT',
  'ERR_HOSTPOOL_NO_HOST',
  'ERR_HOSTPOOL_QUEUE_FULL',
  'ERR_HOSTPOOL_UNSUPPORTED',
  'ERR_HOSTPOOL_TRANSACTION_LOST',
])

/** Errors of a server that leave the session as it was. */
const KEEPS_SESSION: ReadonlySet<number> = new Set([1064, 1146, 1205, 1213, 1290, 1305, 1317, 1568])

export function errnoOf(error: unknown): number | undefined {
  const errno = error instanceof Error && 'errno' in error ? error.errno : undefined
  return typeof errno === 'number' && errno > 0 ? errno : undefined
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

export function toldBy(error: unknown): Told {
  const errno = errnoOf(error)
  const code = codeOf(error)
  const ofPool = isHostpoolError(error)
  const notRun = ofPool && NOT_RUN.has(code)
  const lost = ofPool && code === 'ERR_HOSTPOOL_HOST_LOST'
  const undone = isRetryable(error)
  return {
    notRun,
    statementUndone: notRun || lost || errno !== undefined || undone,
    undone,
    transactionGone: lost || errno === 1213 || code === 'ERR_HOSTPOOL_TRANSACTION_LOST',
    sessionInDoubt: !notRun && (errno === undefined || !KEEPS_SESSION.has(errno)),
  }
}

/**
 * Whether the open transaction is gone. ERR_HOSTPOOL_HOST_LOST may also tell of another loss: of traces that a later statement
 * asks for.
 */
export function transactionGone(told: Told, { arrivals }: Said, error: unknown): boolean {
  if (!told.transactionGone || codeOf(error) !== 'ERR_HOSTPOOL_HOST_LOST') return told.transactionGone
  return arrivals.at(-1)?.inTransaction === true || (error as Error).message.includes('transaction')
}
