import type { HostpoolErrorCode } from '@mysql-hostpool/core'
import type { MappedError } from '@prisma/driver-adapter-utils'

import type { Failure } from './failure.js'

/** Maps the pool's own errors; `undefined` for mistakes of the program, which are clearer unchanged. */
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
  // No part of the transaction was committed, so the transaction can run again.
  ERR_HOSTPOOL_TRANSACTION_LOST: () => ({ kind: 'TransactionWriteConflict' }),
  ERR_HOSTPOOL_LEASE_RELEASED: ({ message }) => ({ kind: 'TransactionAlreadyClosed', cause: message }),
} satisfies { readonly [code in HostpoolErrorCode]?: PoolErrorRule }
