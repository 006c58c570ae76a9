import type { EventEmitter } from 'node:events'

/** Forwards events of `source` to listeners of `target`. The source has listeners only while `target` has some. */
export function forwardEvents(source: EventEmitter, target: EventEmitter, events: readonly string[]): void {
  const forwarders = new Map<string, (...values: unknown[]) => void>()
  target.on('newListener', (event: string) => {
    if (!events.includes(event) || forwarders.has(event)) return
    const forward = (...values: unknown[]): void => {
      target.emit(event, ...values)
    }
    source.on(event, forward)
    forwarders.set(event, forward)
  })
  target.on('removeListener', (event: string) => {
    const forward = forwarders.get(event)
    if (forward === undefined || target.listenerCount(event) > 0) return
    source.off(event, forward)
    forwarders.delete(event)
  })
}
