import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'

import type { AcquireMessage } from './acquire-span.js'
import type { ConnectMessage } from './connect-span.js'
import type { HostMessage } from './host-message.js'
import type { StatementMessage } from './statement-span.js'

/** The pool's channels of `node:diagnostics_channel`, as `tracingChannel(name)` takes them, and what each tells. */
export interface ChannelMessages {
  /** A statement, from the call until its answer. In the asynchronous context of its caller. */
  'mysql-hostpool:statement': StatementMessage
  /** A connection is taken from the pool. In the asynchronous context of its caller. */
  'mysql-hostpool:acquire': AcquireMessage
  /** A connection is opened for the pool. In no caller's context. */
  'mysql-hostpool:connect': ConnectMessage
  /** A probe of a host, or a change of what is thought of the host. In no caller's context. */
  'mysql-hostpool:host': HostMessage
}

function channel<Name extends keyof ChannelMessages>(name: Name) {
  return tracingChannel<unknown, ChannelMessages[Name]>(name)
}

type TracedChannel = Pick<TracingChannel, 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'> & {
  readonly hasSubscribers?: boolean
}

/** Whether anything listens. Bun's tracing channels do not tell, so their five channels are asked there. */
export function isHeard(traced: TracedChannel): boolean {
  return traced.hasSubscribers ?? isAnyHeard(traced)
}

function isAnyHeard({ start, end, asyncStart, asyncEnd, error }: TracedChannel): boolean {
  return [start, end, asyncStart, asyncEnd, error].some(({ hasSubscribers }) => hasSubscribers)
}

/** One of each for the process, whatever the number of pools and of copies of this package. */
export const channels = {
  statement: channel('mysql-hostpool:statement'),
  acquire: channel('mysql-hostpool:acquire'),
  connect: channel('mysql-hostpool:connect'),
  host: channel('mysql-hostpool:host'),
}
