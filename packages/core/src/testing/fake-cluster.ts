import type { PoolOptions } from '../config/options.js'
import { resolveConfig } from '../config/pool-config.js'
import { Hostpool } from '../hostpool.js'
import { FakeDriver } from './fake-driver.js'
import { FakeServer } from './fake-server.js'
import { VirtualClock } from './virtual-clock.js'

/** A pool of three Galera nodes that has a connection to each node, and that knows all nodes to be up. */
export async function cluster(options: Partial<PoolOptions> = {}) {
  const clock = new VirtualClock()
  const servers = new Map(['a', 'b', 'c'].map((name) => [name, new FakeServer(name, clock)]))
  const server = (name: string): FakeServer => {
    const found = servers.get(name)
    if (found === undefined) throw new Error(`There is no ${name}`)
    return found
  }
  const driver = new FakeDriver(server)
  const pool = new Hostpool(resolveConfig({ host: 'a,b,c', user: 'shop', selector: 'round-robin', ...options }), {
    clock,
    random: () => 0.5,
    driver,
  })
  const changes: string[] = []
  const started = clock.now()
  const note = (host: string, state: string, reason: string): void => {
    changes.push(`${Math.round(clock.now() - started)} ${host.slice(0, 1)} ${state}: ${reason}`)
  }
  pool.on('hostDown', ({ host, reason }) => note(host, 'down', reason))
  pool.on('hostSuspect', ({ host, reason }) => note(host, 'suspect', reason))
  pool.on('hostUp', ({ host, reason }) => note(host, 'up', reason))
  const leases = [pool.getConnection(), pool.getConnection(), pool.getConnection()]
  await clock.flow(100)
  changes.length = 0
  const held = await Promise.all(leases)
  const leaseOn = (name: string) => {
    const lease = held.find(({ host }) => host.startsWith(name))
    if (lease === undefined) throw new Error(`Nothing is checked out of ${name}`)
    return lease
  }
  const stateOf = (name: string) => pool.status().hosts.find(({ name: host }) => host.startsWith(name))?.state
  return { pool, clock, driver, server, changes, leaseOn, held, stateOf }
}

/** Notes the result of a promise, so that a test can look at it without waiting. */
export function outcome(promise: Promise<unknown>): { value: unknown } {
  const seen: { value: unknown } = { value: undefined }
  promise.then(
    () => (seen.value = 'answered'),
    (error: unknown) => (seen.value = error),
  )
  return seen
}
