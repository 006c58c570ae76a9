import { tracingChannel } from 'node:diagnostics_channel'

import { onTestFinished } from 'vitest'

import type { ChannelMessages } from '../channels/channels.js'

/** One event of a tracing channel: the name of the event, and a copy of the message at that moment. */
export interface Heard<M> {
  readonly event: 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'
  readonly message: M
}

/** Listens to a channel until the end of the test. @param note - called at each event, too */
export function listen<Name extends keyof ChannelMessages>(
  name: Name,
  note: (event: Heard<ChannelMessages[Name]>['event'], message: ChannelMessages[Name]) => void = () => undefined,
): Heard<ChannelMessages[Name]>[] {
  const heard: Heard<ChannelMessages[Name]>[] = []
  const hear = (event: Heard<ChannelMessages[Name]>['event']) => (message: ChannelMessages[Name]) => {
    heard.push({ event, message })
    note(event, message)
  }
  const channel = tracingChannel<unknown, ChannelMessages[Name]>(name)
  const listeners = {
    start: hear('start'),
    end: hear('end'),
    asyncStart: hear('asyncStart'),
    asyncEnd: hear('asyncEnd'),
    error: hear('error'),
  }
  channel.subscribe(listeners)
  onTestFinished(() => channel.unsubscribe(listeners))
  return heard
}

/** The messages of operations that have ended. */
export function ended<M>(heard: readonly Heard<M>[]): readonly M[] {
  return heard.filter(({ event }) => event === 'asyncEnd').map(({ message }) => message)
}
