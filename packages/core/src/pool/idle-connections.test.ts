import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Host } from '../hosts/host.js'
import { createRandom } from '../testing/random.js'
import { stillResource } from '../testing/still-resource.js'
import { HostPool } from './host-pool.js'
import { IdleConnections } from './idle-connections.js'
import { PooledConnection } from './pooled-connection.js'
import type { Resource } from './resource.js'

function hostPools(count: number): HostPool<Resource>[] {
  return Array.from({ length: count }, (_, index) => {
    const host = `h${index}`
    const config = { name: `${host}:3306`, host, port: 3306, weight: 1, zone: undefined, priority: index }
    return new HostPool<Resource>(new Host({ ...config, connectionLimit: 100, servername: undefined }, 0))
  })
}

function connect(hostPool: HostPool<Resource>): PooledConnection<Resource> {
  return new PooledConnection(stillResource, hostPool, 0, 0, Infinity)
}

/** From the one used last to the oldest. */
function chain(hostPool: HostPool<Resource>): readonly PooledConnection<Resource>[] {
  return Array.from(hostPool.idle).toReversed()
}

/** The same by the links of the connections themselves, from the other end. */
function chainBack(hostPool: HostPool<Resource>): readonly PooledConnection<Resource>[] {
  const found: PooledConnection<Resource>[] = []
  for (let one = hostPool.idle.newest; one !== undefined; one = one.previous) found.push(one)
  return found
}

describe('idle connections', () => {
  it('are a stack for each host, of which any can be taken out', () => {
    const step = fc.record({ hostPool: fc.nat(2), take: fc.boolean(), which: fc.nat(10) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (plan) => {
        const idle = new IdleConnections<Resource>()
        const all = hostPools(3)
        const out = new Set<PooledConnection<Resource>>()
        const stacks = all.map((): PooledConnection<Resource>[] => [])
        for (const { hostPool: index, take, which } of plan) {
          const hostPool = all[index]
          const stack = stacks[index]
          if (hostPool === undefined || stack === undefined) continue
          if (!take) {
            const connection = connect(hostPool)
            idle.add(connection)
            stack.unshift(connection)
          } else if (stack.length > 0) {
            const [connection] = stack.splice(which % stack.length, 1)
            if (connection !== undefined) {
              idle.remove(connection)
              out.add(connection)
            }
          }
          expect([...out].some((connection) => connection.isIdle)).toBe(false)
          expect(idle.size).toBe(stacks.reduce((sum, { length }) => sum + length, 0))
          for (const [number, other] of all.entries()) {
            expect(chain(other)).toEqual(stacks[number])
            expect(chainBack(other)).toEqual(stacks[number])
            expect(other.idle.size).toBe(stacks[number]?.length)
          }
        }
      }),
    )
  })

  it('name their hosts as often as each has of them, and only those that are eligible', () => {
    const idle = new IdleConnections<Resource>()
    const [a, b, c] = hostPools(3)
    if (a === undefined || b === undefined || c === undefined) throw new Error('three hosts')
    for (const [hostPool, count] of [
      [a, 1],
      [b, 2],
      [c, 5],
    ] as const) {
      for (let made = 0; made < count; made += 1) idle.add(connect(hostPool))
    }
    const random = createRandom(1)
    const drawn = new Map([a, b, c].map((hostPool) => [hostPool, 0]))
    for (let draw = 0; draw < 6000; draw += 1) {
      const hostPool = idle.drawHostAmong([a, b, c], (other) => other !== c, random)
      if (hostPool !== undefined) drawn.set(hostPool, (drawn.get(hostPool) ?? 0) + 1)
    }
    expect(drawn.get(c)).toBe(0)
    expect(drawn.get(a)).toBeGreaterThan(1800)
    expect(drawn.get(a)).toBeLessThan(2200)
    expect((drawn.get(a) ?? 0) + (drawn.get(b) ?? 0)).toBe(6000)
  })

  it('name no host when there are none, or none that is eligible', () => {
    const idle = new IdleConnections<Resource>()
    const [a, b] = hostPools(2)
    if (a === undefined || b === undefined) throw new Error('two hosts')
    expect(idle.drawHostAmong([a, b], () => true, Math.random)).toBeUndefined()
    idle.add(connect(a))
    expect(idle.drawHostAmong([a, b], (hostPool) => hostPool === b, Math.random)).toBeUndefined()
  })
})
