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
  return tracingChannel<unknown, ChannelMessages[Name]>(name)
}

type TracedChannel = Pick<TracingChannel, 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'> & {
  readonly hasSubscribers?: boolean
}

/** Whether a tracing channel has a subscriber. Bun's tracing channels do not tell, but the five channels of each do. */
export function isHeard(traced: TracedChannel): boolean {
  return traced.hasSubscribers ?? isAnyHeard(traced)
}

function isAnyHeard({ start, end, asyncStart, asyncEnd, error }: TracedChannel): boolean {
  return [start, end, asyncStart, asyncEnd, error].some(({ hasSubscribers }) => hasSubscribers)
}

/** The channels. The process has one of each, whatever the number of pools and of copies of this package. */
export const channels = {
  statement: channel('mysql-hostpool:statement'),
  acquire: channel('mysql-hostpool:acquire'),
  connect: channel('mysql-hostpool:connect'),
  host: channel('mysql-hostpool:host'),
}
