import type { HostpoolErrorCode } from '@mysql-hostpool/core'
import type { MappedError } from '@prisma/driver-adapter-utils'

import type { Failure } from './failure.js'

/** The pool's own errors; `undefined` for those that are the program's mistake and are better seen as they are. */
export function mapPoolError(failure: Failure): MappedError | undefined {
  const rule = failure.code === undefined ? undefined : POOL_ERRORS[failure.code]
  return rule?.(failure)
}

type PoolErrorRule = (failure: Failure) => MappedError

const POOL_ERRORS: { readonly [code: string]: PoolErrorRule } = {
  ERR_HOSTPOOL_ACQUIRE_TIMEOUT: ({ message }) => ({ kind: 'TooManyConnections', cause: message }),
  ERR_HOSTPOOL_QUEUE_FULL: ({ message }) => ({ kind: 'TooManyConnections', cause: message }),
  ERR_HOSTPOOL_NO_HOST: ({ message }) => ({ kind: 'DatabaseNotReachable', host: message }),
  ERR_HOSTPOOL_HOST_LOST: () => ({ kind: 'ConnectionClosed' }),
  ERR_HOSTPOOL_OUTCOME_UNKNOWN: () => ({ kind: 'ConnectionClosed' }),
  ERR_HOSTPOOL_CLOSED: () => ({ kind: 'ConnectionClosed' }),
  // Nothing of it was committed, so it can be run again.
  ERR_HOSTPOOL_TRANSACTION_LOST: () => ({ kind: 'TransactionWriteConflict' }),
  ERR_HOSTPOOL_LEASE_RELEASED: ({ message }) => ({ kind: 'TransactionAlreadyClosed', cause: message }),
} satisfies { readonly [code in HostpoolErrorCode]?: PoolErrorRule }
