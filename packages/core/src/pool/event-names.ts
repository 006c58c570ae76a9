import { HostpoolError } from '../errors/hostpool-error.js'
import type { PoolEventName } from './events.js'

/** The names of all events as data, because callers in plain JavaScript have no type checker. */
const NAMES: Readonly<Record<PoolEventName, true>> = {
  connectionOpened: true,
  connectionClosed: true,
  connectFailed: true,
  acquire: true,
  enqueue: true,
  release: true,
  acquireTimeout: true,
  hostAdded: true,
  hostRemoved: true,
  hostUp: true,
  hostSuspect: true,
  hostDown: true,
  hostDraining: true,
  allHostsDown: true,
  leak: true,
  leakReturned: true,
  warning: true,
  end: true,
}

export const eventNames = Object.keys(NAMES) as readonly PoolEventName[]

/**
 * Checks the arguments of `on`, `once` and `off`: a listener for a misspelt event would silently never be called.
 * @throws ERR_HOSTPOOL_UNSUPPORTED
 */
export function checkListener(call: 'on' | 'once' | 'off', event: unknown, listener: unknown): void {
  if (typeof event !== 'string' || !Object.hasOwn(NAMES, event)) {
    const names = eventNames.join(', ')
    const given = typeof event === 'string' ? JSON.stringify(event) : `a value of type ${typeof event}`
    throw new HostpoolError(
      'ERR_HOSTPOOL_UNSUPPORTED',
      `${call}(): a pool has no event ${given}; its events are ${names}`,
    )
  }
  if (typeof listener === 'function') return
  throw new HostpoolError(
    'ERR_HOSTPOOL_UNSUPPORTED',
    `${call}('${event}'): the listener has to be a function, not ${listener === null ? 'null' : typeof listener}`,
  )
}
