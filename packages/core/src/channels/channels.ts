import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'

import type { AcquireMessage } from './acquire-span.js'
import type { ConnectMessage } from './connect-span.js'
import type { HostMessage } from './host-message.js'
import type { StatementMessage } from './statement-span.js'

/** The names of the pool's channels of `node:diagnostics_channel`, as `tracingChannel(name)` takes them, with their messages. */
export interface ChannelMessages {
  /** A statement, from the call until its answer. Published in the asynchronous context of the caller. */
  'mysql-hostpool:statement': StatementMessage
  /** An acquire: a caller takes a connection from the pool. Published in the asynchronous context of the caller. */
  'mysql-hostpool:acquire': AcquireMessage
  /** A connect: the pool opens a connection. Published in no caller's context. */
  'mysql-hostpool:connect': ConnectMessage
  /** A probe of a host, or a change of its state. Published in no caller's context. */
  'mysql-hostpool:host': HostMessage
}

function channel<Name extends keyof ChannelMessages>(name: Name) {
  return telling(tracingChannel<unknown, ChannelMessages[Name]>(name))
}

type TracedChannel = Pick<TracingChannel, 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'> & {
  readonly hasSubscribers?: boolean
}

/** Makes a tracing channel tell whether it has a subscriber. Bun's do not tell, but the five channels of each do. */
export function telling<T extends TracedChannel>(traced: T): T & { readonly hasSubscribers: boolean } {
  if (tells(traced)) return traced
  const { start, end, asyncStart, asyncEnd, error } = traced
  return Object.defineProperty(traced, 'hasSubscribers', {
    get: () => [start, end, asyncStart, asyncEnd, error].some(({ hasSubscribers }) => hasSubscribers),
  }) as T & { readonly hasSubscribers: boolean }
}

function tells<T extends TracedChannel>(traced: T): traced is T & { readonly hasSubscribers: boolean } {
  return traced.hasSubscribers !== undefined
}

/** The channels. The process has one of each, whatever the number of pools and of copies of this package. */
export const channels = {
  statement: channel('mysql-hostpool:statement'),
  acquire: channel('mysql-hostpool:acquire'),
  connect: channel('mysql-hostpool:connect'),
  host: channel('mysql-hostpool:host'),
}
