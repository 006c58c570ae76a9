import { HostpoolError } from '../errors/hostpool-error.js'
import type { Access } from '../sql/access.js'
import type { Host } from '../hosts/host.js'
import { HostState } from '../selectors/host-state.js'

/** The numbers of the pool for an error message. A snapshot is cheap, because an overloaded pool makes many messages. */
export interface PoolSnapshot {
  readonly connectionLimit: number
  readonly inUse: number
  readonly idle: number
  readonly connecting: number
  readonly waiting: number
  readonly hosts: readonly Host[]
}

export function closedError(poolName: string): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_CLOSED', `The pool '${poolName}' has been ended`)
}

export function abortedError(signal: AbortSignal): HostpoolError {
  return new HostpoolError('ERR_HOSTPOOL_ABORTED', 'Waiting for a connection was aborted', { cause: signal.reason })
}

export function queueFullError(pool: PoolSnapshot, queueLimit: number, waits: boolean): HostpoolError {
  const rule = waits ? `queueLimit is ${queueLimit}` : 'waitForConnections is off'
  return new HostpoolError('ERR_HOSTPOOL_QUEUE_FULL', `No connection is free and ${rule}: ${whatThePoolDoes(pool)}`)
}

export function acquireTimeoutError(
  pool: PoolSnapshot,
  access: Access | undefined,
  waited: number,
  cause: Error | undefined,
): HostpoolError {
  const writer = access === 'write' && !pool.hosts.some(({ serves }) => serves.write)
  const what = writer ? 'No connection to a host that accepts writes' : 'No connection'
  return new HostpoolError(
    'ERR_HOSTPOOL_ACQUIRE_TIMEOUT',
    `${what} within ${Math.round(waited)} ms: ${whatThePoolDoes(pool)}${whoseFault(pool, cause)}`,
    { cause },
  )
}

/**
 * The error for a need that no host serves: the reason of every host, with the last error of a connect as the cause. Where every
 * host that is not draining refuses the login, the server's own error.
 */
export function noHostError(hosts: readonly Host[], access: Access | undefined, lastError: Error | undefined): Error {
  const left = hosts.filter(({ condition }) => !condition.draining)
  const refusal = left[0]?.condition.error
  if (refusal !== undefined && left.every(({ condition }) => condition.loginRefused)) return refusal
  const what = access === 'write' ? 'No host accepts writes' : 'No host can be used'
  const reasons = hosts.map((host) => `${host.name} is ${host.state}${words(host.condition.reason)}`)
  const cause = lastError ?? hosts.find((host) => host.condition.error !== undefined)?.condition.error
  return new HostpoolError('ERR_HOSTPOOL_NO_HOST', `${what}: ${reasons.join('; ')}`, { cause })
}

/** The likely cause of an acquire timeout, as a sentence. */
function whoseFault({ inUse, connectionLimit }: PoolSnapshot, lastConnect: Error | undefined): string {
  // The message includes the text of the cause, because some libraries (Prisma for one) show only the message.
  if (inUse < connectionLimit)
    return lastConnect === undefined ? '' : `. The last connect${toHost(lastConnect)} failed: ${lastConnect.message}`
  return (
    '. All are checked out: connectionLimit is too low for the load, or borrowers wait for a second connection while they hold one ' +
    '(a query past its transaction, say), or do not release theirs; leakDetectionThreshold tells which'
  )
}

function toHost(error: Error): string {
  return 'host' in error && typeof error.host === 'string' ? ` to ${error.host}` : ''
}

/** The state of the pool in one sentence. */
function whatThePoolDoes({ inUse, connectionLimit, idle, connecting, waiting, hosts }: PoolSnapshot): string {
  const counts = `${inUse} of ${connectionLimit} connections in use, ${idle} idle, ${connecting} connecting, ${waiting} callers waiting`
  const ill = hosts.filter((host) => !isSound(host))
  return [counts, ...ill.map((host) => `${host.name} ${standing(host)}${words(host.condition.reason)}`)].join('; ')
}

function isSound({ state, condition }: Host): boolean {
  return (state === HostState.up || state === HostState.unknown) && condition.writable
}

function standing({ state, condition }: Host): string {
  return (state === HostState.up || state === HostState.unknown) && !condition.writable ? 'takes no writes' : state
}

function words(reason: string): string {
  return reason === '' ? '' : ` (${reason})`
}
