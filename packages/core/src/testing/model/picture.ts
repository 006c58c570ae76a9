import type { World } from '../world.js'
import type { Caller } from './caller.js'

/** Everything that a request to a pool could change, line by line, apart from the count of refused requests. */
export function pictureOf(world: World, callers: ReadonlySet<Caller>): readonly string[] {
  const { engine, engineClock, connector, servers } = world
  const { counters, hosts, ...status } = engine.status()
  const { served, acquireTimeouts } = counters
  const lines: object[] = [{ ...status, served, acquireTimeouts, timers: engineClock.pending }, ...hosts]
  for (const { number, waiting, checkout } of callers) {
    const shown = checkout && { isOut: checkout.isOut, use: checkout.use, aside: checkout.aside }
    lines.push({ caller: number, waiting, ...shown, retire: checkout?.connection.retire })
  }
  for (const { name, alive, dirty, closing, validatingSince, cleaningSince } of connector.connections) {
    lines.push({ connection: name, alive, dirty, closing, validatingSince, cleaningSince })
  }
  for (const { name, open, handshaking } of servers.values()) lines.push({ server: name, open, handshaking })
  return lines.map((line) => JSON.stringify(line))
}

/** The changes in words; empty without a change. */
export function difference(before: readonly string[], after: readonly string[]): string {
  const gone = before.filter((line) => !after.includes(line))
  const come = after.filter((line) => !before.includes(line))
  return gone.length + come.length === 0 ? '' : `${gone.join(' ')} became ${come.join(' ')}`
}
