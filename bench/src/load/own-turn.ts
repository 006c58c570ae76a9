import { setImmediate } from 'node:timers/promises'

/**
 * Begins a request in a turn of the event loop that it shares with no other, as requests do that come over sockets: Node.js
 * hands on what one socket has received, to the end, before it looks at the next.
 */
export async function inOwnTurn<T>(request: () => Promise<T>): Promise<T> {
  await setImmediate()
  return request()
}
