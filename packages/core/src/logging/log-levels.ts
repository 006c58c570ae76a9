import type { PoolEventName } from '../pool/events.js'

/** How much a line matters. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** The level of each event; `false` leaves an event out. */
export type LogLevels = Readonly<Partial<Record<PoolEventName, LogLevel | false>>>

export const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

/** The levels where the options name none. Events of every connection and every checkout are left out: they cost time. */
export const defaultLevels: Readonly<Record<PoolEventName, LogLevel | false>> = {
  allHostsDown: 'error',
  hostDown: 'warn',
  connectFailed: 'warn',
  acquireTimeout: 'warn',
  leak: 'warn',
  warning: 'warn',
  hostUp: 'info',
  hostSuspect: 'info',
  hostDraining: 'info',
  hostAdded: 'info',
  hostRemoved: 'info',
  leakReturned: 'info',
  end: 'info',
  connectionOpened: false,
  connectionClosed: false,
  acquire: false,
  enqueue: false,
  release: false,
}
