import type { PoolEventName, PoolEvents } from '@mysql-hostpool/core'

import type { Told } from './event-log.js'
import { countWords, durationWords, oneLine } from './words.js'

/** Rare events, which the log always has. */
export const TOLD_EVENTS = [
  'hostAdded',
  'hostRemoved',
  'hostUp',
  'hostSuspect',
  'hostDown',
  'hostDraining',
  'allHostsDown',
  'connectFailed',
  'acquireTimeout',
  'leak',
  'leakReturned',
  'warning',
  'end',
] as const satisfies readonly PoolEventName[]

export type ToldEvent = (typeof TOLD_EVENTS)[number]

/** The words for each event. The message of an error with a code is left out: messages of servers may cite values. */
export const eventWords: { readonly [E in ToldEvent]: (event: PoolEvents[E]) => Told } = {
  hostAdded: ({ host, origin }) => ({
    level: 'plain',
    text: `${host} is a host of the pool now${origin === 'discovered' ? ': discovery has found it' : ''}`,
  }),
  hostRemoved: ({ host, reason }) => ({
    level: 'odd',
    text: `${host} is no host of the pool any more${because(reason)}`,
  }),
  hostUp: ({ host, reason }) => ({ level: 'good', text: `${host} is up${because(reason)}` }),
  hostSuspect: ({ host, reason }) => ({ level: 'odd', text: `${host} is in doubt${because(reason)}` }),
  hostDown: ({ host, reason }) => ({ level: 'bad', text: `${host} is down${because(reason)}` }),
  hostDraining: ({ host }) => ({ level: 'odd', text: `${host} is draining: it gets no new connections` }),
  allHostsDown: () => ({ level: 'bad', text: 'No host can be used' }),
  connectFailed: ({ host, error }) => ({
    level: 'bad',
    text: `A connection to ${host} could not be opened: ${errorWords(error)}`,
  }),
  acquireTimeout: ({ waited, waiting }) => ({
    level: 'bad',
    text: `A caller got no connection within ${durationWords(waited)}${waiting > 0 ? `; ${countWords(waiting, 'other')} waited` : ''}`,
    key: 'acquireTimeout',
  }),
  leak: ({ host, held, stack }) => ({
    level: 'odd',
    text: `A connection to ${host} has been checked out for ${durationWords(held)}${takenBy(stack)}`,
  }),
  leakReturned: ({ host, held }) => ({
    level: 'good',
    text: `A connection to ${host} came back after ${durationWords(held)}`,
  }),
  warning: ({ host, message }) => ({
    level: 'odd',
    text: oneLine(host === undefined || message.includes(host) ? message : `${host}: ${message}`, 600),
  }),
  end: () => ({ level: 'plain', text: 'The pool has ended' }),
}

function because(reason: string): string {
  return reason === '' ? '' : `: ${oneLine(reason)}`
}

/** The code and the number of an error; its name where it has no code. */
export function errorWords(error: Error & { readonly code?: unknown; readonly errno?: unknown }): string {
  const { code, errno } = error
  if (typeof code !== 'string' || code === '') return oneLine(error.name)
  return typeof errno === 'number' && errno > 0 ? `${code} (${errno})` : code
}

/** The first line of a stack that is the application's own code. */
function takenBy(stack: string): string {
  const lines = stack.split('\n').map((line) => /^\s+at (.*)$/.exec(line)?.[1] ?? '')
  const own = lines.find((line) => line !== '' && !/node_modules|node:|mysql-hostpool/.test(line))
  return own === undefined ? '' : `; it was taken at ${oneLine(own)}`
}
