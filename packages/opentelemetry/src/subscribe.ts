import { tracingChannel } from 'node:diagnostics_channel'

import type { ChannelMessages, Pool } from '@mysql-hostpool/core'

/** Listeners to the events of a channel. */
interface Listeners<M> {
  readonly start?: (message: M) => void
  readonly asyncEnd: (message: M) => void
}

/** Subscribes to the messages of one pool on a channel. @returns a function that ends the subscription */
export function subscribe<Name extends keyof ChannelMessages>(
  name: Name,
  pool: Pool,
  listeners: Listeners<ChannelMessages[Name]>,
): () => void {
  const channel = tracingChannel<unknown, ChannelMessages[Name]>(name)
  const ends: (() => void)[] = []
  for (const event of ['start', 'asyncEnd'] as const) {
    const listener = listeners[event]
    if (listener === undefined) continue
    // All pools of the process share the channel.
    const hear = (message: unknown): void => {
      const told = message as ChannelMessages[Name]
      if (told.pool === pool) listener(told)
    }
    channel[event].subscribe(hear)
    ends.push(() => channel[event].unsubscribe(hear))
  }
  return () => {
    for (const end of ends) end()
  }
}
