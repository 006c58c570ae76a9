import type { World } from '../world.js'
import type { Asker } from './asker.js'

/** All that a request to a pool could change, as text; without the count of those that were refused. */
export function pictureOf({ engine, engineClock, connector, servers }: World, askers: ReadonlySet<Asker>): string {
  const { counters, ...status } = engine.status()
  const { served, acquireTimeouts } = counters
  const loans = Array.from(askers, ({ waiting, checkout }) => ({
    waiting,
    isOut: checkout?.isOut,
    use: checkout?.use,
    aside: checkout?.aside,
    retire: checkout?.connection.retire,
  }))
  const connections = Array.from(connector.connections, (connection) => {
    const { name, alive, dirty, closing, validatingSince, cleaningSince } = connection
    return { name, alive, dirty, closing, validatingSince, cleaningSince }
  })
  const open = Array.from(servers.values(), (server) => [server.name, server.open, server.handshaking])
  return JSON.stringify({ status, served, acquireTimeouts, timers: engineClock.pending, loans, connections, open })
}
