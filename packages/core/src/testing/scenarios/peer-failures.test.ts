import { describe, expect, it } from 'vitest'

import { healthyNode } from '../fake-driver.js'
import { PoolWorld } from '../pool-world.js'
import { Scenario } from '../scenario.js'
import '../to-tell.js'

/** Milliseconds above which a user notices. */
const SLOW = 250

function slowOf(times: readonly number[]): number {
  return times.filter((time) => time > SLOW).length / times.length
}

// What goes wrong in the pools and clusters that people use today.
describe('one host of three', () => {
  it('hangs for 15 s under 80 reads per second: hardly any is slow, and none fails', async () => {
    const world = new PoolWorld({ host: 'a,b,c', connectionLimit: 20 })
    for (const name of ['a', 'b', 'c']) world.server(name).ways.answerTime = 20
    await world.reads(12.5, 5000)
    world.server('a').freeze()
    const times = await world.reads(12.5, 15_000)
    expect(slowOf(times)).toBeLessThan(0.01)
    expect(Math.max(...times), 'an interval of probes and the time one may take').toBeLessThan(3100)
    world.server('a').thaw()
    await world.reads(12.5, 2000)
    expect(world.pool.status().hosts.map(({ state }) => state)).toEqual(['up', 'up', 'up'])
    await world.settled(world.pool.end())
  })

  it('hangs while there is little to do: what is noticed of it does not put the verdict off', async () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const world = new PoolWorld({ host: 'a,b,c', connectionLimit: 10, minIdle: 10 }, seed)
      await world.reads(200, 10_000)
      world.server('a').freeze()
      const times = await world.reads(200, 10_000)
      expect(Math.max(...times)).toBeLessThan(3100)
      await world.settled(world.pool.end())
    }
  })

  it('is killed: no read fails, none is slow, and it is back within a second and a half of its return', async () => {
    const world = new PoolWorld({ host: 'a,b,c', connectionLimit: 20 })
    await world.reads(12.5, 5000)
    world.server('a').ways.welcome = 'refuses'
    world.server('a').dropAll()
    const away = await world.reads(12.5, 15_000)
    expect(Math.max(...away)).toBeLessThan(SLOW)
    world.server('a').ways.welcome = 'accepts'
    const back = await world.reads(12.5, 1500)
    expect(Math.max(...back)).toBeLessThan(SLOW)
    expect(world.pool.status().hosts[0]?.state).toBe('up')
    await world.settled(world.pool.end())
  })

  it('rejects all queries although it answers pings and connects: it is left out, and no read fails', async () => {
    const world = new PoolWorld({ host: 'a,b,c', connectionLimit: 10 })
    await world.reads(10, 1000)
    world.driver.answer = (sql, server) => {
      if (server.name !== 'a') return healthyNode(sql, server)
      if (sql.startsWith('SELECT name'))
        return Object.assign(new Error('not ready'), { errno: 1047, code: 'ER_UNKNOWN_COM_ERROR' })
      return sql.includes('WSREP_LOCAL_STATE')
        ? [
            ...(healthyNode(sql, server) as string[][]).filter(([name]) => name !== 'WSREP_REJECT_QUERIES'),
            ['WSREP_REJECT_QUERIES', 'ALL'],
          ]
        : healthyNode(sql, server)
    }
    const times = await world.reads(10, 3000)
    expect(Math.max(...times)).toBeLessThan(SLOW)
    expect(world.pool.status().hosts[0]).toMatchObject({ state: 'down' })
    await world.settled(world.pool.end())
  })

  it('cannot be reached at all, and twenty borrowers come at once: all are served within a second', async () => {
    const world = new PoolWorld({ host: 'a,b', connectionLimit: 20 })
    world.server('a').ways.welcome = 'is silent'
    const leases = Array.from({ length: 20 }, () => world.pool.getConnection())
    await world.clock.flow(1000)
    const held = await world.settled(Promise.all(leases))
    expect(new Set(held.map(({ host }) => host))).toEqual(new Set(['b:3306']))
    expect(world.clock.now()).toBeLessThanOrEqual(1001)
    for (const lease of held) lease.release()
    await world.settled(world.pool.end())
  })
})

describe('a burst', () => {
  it('beyond the queue limit is refused in part, and says nothing about the hosts', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 4, queueLimit: 10 })
    const crowd = scenario.crowd(40)
    scenario.passes(20)
    const refused = crowd.filter(({ reason }) => reason === 'ERR_HOSTPOOL_QUEUE_FULL')
    expect(refused).toHaveLength(26)
    expect(scenario.status.hosts.map(({ state }) => state)).toEqual(['up', 'up'])
    for (const borrower of crowd) {
      if (borrower.holds !== undefined) borrower.returns()
    }
    expect(crowd.filter(({ answers, reason }) => answers === 1 && reason === '')).toHaveLength(14)
  })

  it('of 50 opens connections two by two at each host, neither all at once nor one by one', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 50, acquireTimeout: 60_000 })
    scenario.everywhere({ handshakeTime: 150 })
    const crowd = scenario.crowd(50)
    expect(scenario.handshakes).toBe(4)
    scenario.passes(150 * 13)
    expect(crowd.filter(({ holds }) => holds !== undefined)).toHaveLength(50)
  })

  it('of 50 short queries on five idle connections is served by those, and opens next to nothing', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 50 })
    const first = scenario.crowd(5)
    scenario.passes(20)
    for (const borrower of first) borrower.returns()
    scenario.server('a').ways.handshakeTime = 150
    const before = scenario.handshakes
    const crowd = scenario.crowd(50)
    let done = 0
    for (let time = 0; done < 50; time += 1) {
      expect(time, 'a query takes 1 ms').toBeLessThanOrEqual(12)
      scenario.passes(1)
      for (const borrower of crowd) {
        if (borrower.holds === undefined) continue
        borrower.returns()
        done += 1
      }
    }
    expect(scenario.handshakes - before).toBeLessThanOrEqual(2)
  })
})

describe('a waiter', () => {
  it('whose connection dies stays the first in line', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 1, selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    const bob = scenario.borrower('bob').asks()
    scenario.server('a').ways.welcome = 'refuses'
    scenario.passes(20)
    expect([ann.holds, bob.holds]).toEqual(['b#1', undefined])
  })

  it('is not starved by newcomers, however many there are', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, acquireTimeout: 60_000 })
    let holder = scenario.borrower('b0').asks()
    scenario.passes(10)
    const ann = scenario.borrower('ann').asks()
    for (let turn = 1; turn < 1000 && ann.holds === undefined; turn += 1) {
      const next = scenario.borrower(`b${turn}`).asks()
      holder.returns()
      holder = next
      expect(turn).toBe(1)
    }
    expect(ann.holds).toBe('a#1')
  })
})

describe('a host that is added later', () => {
  it('is used', async () => {
    const world = new PoolWorld({ host: 'a', connectionLimit: 6 })
    await world.reads(50, 1000)
    world.pool.hosts.add('b')
    await world.reads(50, 1000)
    const before = world.server('b').open
    const leases = await world.settled(Promise.all(Array.from({ length: 6 }, () => world.pool.getConnection())))
    expect(leases.map(({ host }) => host)).toContain('b:3306')
    expect(before).toBeGreaterThan(0)
    for (const lease of leases) lease.release()
    await world.settled(world.pool.end())
  })
})
