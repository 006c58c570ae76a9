import { describe, expect, it } from 'vitest'

import { Host } from '../hosts/host.js'
import type { HostSelector, HostSnapshot, Selector } from '../selectors/selector.js'
import { stillResource } from '../testing/still-resource.js'
import { chooseHost } from './host-choice.js'
import { HostPool } from './host-pool.js'
import { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

function hostPool(host: string): HostPool<Resource> {
  const place = { zone: 'here', priority: 7, connectionLimit: 4, servername: undefined }
  return new HostPool<Resource>(new Host({ name: `${host}:3306`, host, port: 3306, weight: 3, ...place }, 0))
}

const context = { random: () => 0.99, zone: 'here', slowStart: 0, now: 0, failedOn: undefined }
const never: Selector = () => {
  throw new Error('nobody to ask')
}

describe('the choice of a host', () => {
  it('is made without the selector when there is nothing to choose', () => {
    const only = hostPool('a')
    expect(chooseHost([], { ...context, selector: never })).toBeUndefined()
    expect(chooseHost([only], { ...context, selector: never })).toBe(only)
  })

  it('is what the selector names', () => {
    const [a, b] = [hostPool('a'), hostPool('b')]
    expect(chooseHost([a, b], { ...context, selector: ({ hosts }) => hosts[1] })).toBe(b)
    expect(chooseHost([a, b], { ...context, selector: ({ hosts }) => hosts[0] })).toBe(a)
  })

  it('is no host when none can be taken now, nor when those that come first cannot: these are waited for', () => {
    const [a, b] = [hostPool('a'), hostPool('b')]
    expect(chooseHost([a], { ...context, selector: never }, () => false)).toBeUndefined()
    expect(chooseHost([a, b], { ...context, selector: never }, () => false)).toBeUndefined()
    const first: HostSelector = ({ hosts: [host] }, _, isFree) => (host && isFree?.(host) === true ? host : undefined)
    expect(chooseHost([a, b], { ...context, selector: first }, (one) => one === a)).toBe(a)
    expect(chooseHost([a, b], { ...context, selector: first }, (one) => one === b)).toBeUndefined()
  })

  it('is made from what is known of each host', () => {
    const [a, b] = [hostPool('a'), hostPool('b')]
    const connections = [1, 2, 3].map(() => new PooledConnection(stillResource, a, 0, 0, Infinity))
    for (const connection of connections.slice(1)) a.inUse.add(connection)
    for (const connection of connections.slice(0, 1)) a.idle.add(connection)
    a.host.latency = 12
    let seen: readonly HostSnapshot[] = []
    const selector: Selector = ({ hosts, zone }) => {
      seen = hosts
      expect(zone).toBe('here')
      return hosts[0]
    }
    chooseHost([a, b], { ...context, failedOn: new Set([b.host]), selector })
    const common = { zone: 'here', weight: 3, priority: 7, state: 'unknown', connecting: 0 }
    expect(seen).toEqual([
      { ...common, name: 'a:3306', inUse: 2, idle: 1, latency: 12, failedBefore: false },
      { ...common, name: 'b:3306', inUse: 0, idle: 0, latency: undefined, failedBefore: true },
    ])
  })
})
