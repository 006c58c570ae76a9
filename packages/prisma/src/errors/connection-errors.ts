import type { HostpoolErrorCode } from '@mysql-hostpool/core'
import type { MappedError } from '@prisma/driver-adapter-utils'

import type { Failure } from './failure.js'
import { place } from './server-errors.js'

const NEVER_REACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
])

const CONNECTION_LOST: ReadonlySet<string> = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
])

const TLS_CODE =
  /^(?:HANDSHAKE_NO_SSL_SUPPORT|HANDSHAKE_SSL_ERROR|ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/

/** Socket, protocol and TLS errors: everything that failed before a server answered, or because it stopped answering. */
export function mapConnectionError(failure: Failure): MappedError | undefined {
  const { code } = failure
  if (code !== undefined) {
    if (NEVER_REACHED.has(code)) return { kind: 'DatabaseNotReachable', host: place(failure) }
    if (CONNECTION_LOST.has(code)) return { kind: 'ConnectionClosed' }
    if (code === 'PROTOCOL_SEQUENCE_TIMEOUT') return { kind: 'SocketTimeout' }
    if (TLS_CODE.test(code)) return { kind: 'TlsConnectionError', reason: failure.message }
    if (code === 'AUTH_SWITCH_PLUGIN_ERROR') return { kind: 'AuthenticationFailed' }
  }
  // A command on a dead connection has neither code nor number.
  return failure.fatal && failure.errno === undefined ? { kind: 'ConnectionClosed' } : undefined
}

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
