import { describe, expect, it } from 'vitest'

import type { PoolOptions } from '../../config/options.js'
import { down, Scenario, usable } from '../scenario.js'
import '../to-tell.js'

describe('opening connections', () => {
  it('never opens more than connectionLimit over all hosts, connects in flight included', () => {
    const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 4 })
    const crowd = scenario.crowd(50)
    for (let time = 0; time < 50; time += 1) {
      const handshaking = [...scenario.world.servers.values()].reduce((sum, server) => sum + server.handshaking, 0)
      expect(handshaking + scenario.openAtServers).toBeLessThanOrEqual(4)
      scenario.passes(1)
    }
    expect(crowd.filter((borrower) => borrower.holds !== undefined)).toHaveLength(4)
    expect(scenario.status).toMatchObject({ total: 4, inUse: 4, waiting: 46 })
  })

  it("never opens more to a host than that host's own limit", () => {
    const scenario = new Scenario({ host: [{ host: 'a', connectionLimit: 1 }, { host: 'b' }], connectionLimit: 4 })
    scenario.crowd(10)
    scenario.passes(100)
    expect([scenario.server('a').open, scenario.server('b').open]).toEqual([1, 3])
  })

  it('begins at most maxConnecting handshakes at once to a host, and the next when one ends', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 5, maxConnecting: 2 })
    scenario.crowd(5)
    expect(scenario.server('a').handshaking).toBe(2)
    scenario.passes(5)
    expect([scenario.server('a').open, scenario.server('a').handshaking]).toEqual([2, 2])
    scenario.passes(5)
    expect([scenario.server('a').open, scenario.server('a').handshaking]).toEqual([4, 1])
  })

  it('looks again after each handshake whether another is still needed', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 50, maxConnecting: 2 })
    scenario.server('a').ways.handshakeTime = 150
    const crowd = scenario.crowd(5)
    scenario.passes(150)
    // Short queries: two connections serve all five long before further handshakes would end.
    for (let turn = 0; turn < 5; turn += 1) {
      for (const borrower of crowd) if (borrower.holds !== undefined) borrower.returns()
    }
    expect(crowd.every((borrower) => borrower.answers === 1)).toBe(true)
    scenario.passes(1000)
    expect(scenario.handshakes).toBeLessThanOrEqual(4)
  })

  it('opens as many as there are waiters, not more', () => {
    const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 50 })
    scenario.crowd(3)
    scenario.passes(100)
    expect(scenario.handshakes).toBe(3)
  })

  it('does not count on a handshake that takes much longer than usual', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 4, selector: 'ordered' })
    scenario.server('a').ways.welcome = 'is silent'
    const ann = scenario.borrower('ann').asks()
    scenario.passes(249)
    expect(ann.waits).toBe(true)
    scenario.passes(10)
    expect(ann.holds).toBe('b#1')
  })

  it('is not stopped by two handshakes that no server answers', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    scenario.server('a').ways.welcome = 'is silent'
    const [ann, bob] = scenario.crowd(2)
    expect(scenario.server('a').handshaking).toBe(2)
    scenario.passes(260)
    expect([ann?.holds, bob?.holds]).toEqual(['b#1', 'b#2'])
    expect(scenario.server('a').handshaking, 'their places were needed').toBe(0)
  })

  it('serves everybody although every handshake takes longer than anybody would have thought', () => {
    const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 4 })
    scenario.everywhere({ handshakeTime: 400 })
    const crowd = scenario.crowd(4)
    scenario.passes(2000)
    expect(crowd.map((borrower) => borrower.holds === undefined)).toEqual([false, false, false, false])
  })

  it('tries each host once within the same acquire, and does not come back to one that was down', () => {
    const scenario = new Scenario({ host: 'a,b,c', selector: 'ordered' })
    scenario.server('a').ways.welcome = 'refuses'
    scenario.server('b').ways.welcome = 'refuses'
    scenario.borrower('ann').asks()
    scenario.passes(20)
    expect(scenario).toTell(
      'a: handshake',
      'ann waits',
      'a: refuses',
      'b: handshake',
      'b: refuses',
      'c: handshake',
      'c: #1 open',
      'ann gets c#1',
    )
  })

  it('gives the place of a failed connect back', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    scenario.server('a').ways.welcome = 'refuses'
    scenario.borrower('ann').asks()
    scenario.passes(10)
    expect(scenario.status.total).toBe(0)
    scenario.returns('a')
    const bob = scenario.borrower('bob').asks()
    scenario.passes(10)
    expect(bob.holds).toBe('a#1')
  })

  it('opens nothing to a host that is down, and opens elsewhere what its waiters need', () => {
    const scenario = new Scenario({ host: 'a,b', minIdle: 4, connectionLimit: 8 })
    scenario.learns('a', down)
    const crowd = scenario.crowd(4)
    scenario.passes(5000)
    expect(scenario.server('a').handshakes).toBe(0)
    expect(crowd.every((borrower) => borrower.holds?.startsWith('b'))).toBe(true)
  })

  it('gives up the handshakes of a host that goes down, and begins others in their place', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    scenario.server('a').ways.welcome = 'is silent'
    const [ann] = scenario.crowd(1)
    scenario.passes(20)
    scenario.skips()
    scenario.learns('a', down)
    scenario.passes(10)
    expect(scenario).toTell('a: handshake given up', 'b: handshake', 'b: #1 open', 'b1 gets b#1')
    expect(ann?.holds).toBe('b#1')
  })

  it('takes a server without room for busy, not for dead: others serve, and it is asked again later', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 4, selector: 'ordered' })
    scenario.server('a').ways.welcome = 'has no room'
    const ann = scenario.borrower('ann').asks()
    scenario.passes(20)
    expect(ann.holds).toBe('b#1')
    expect(scenario.world.host('a').state).toBe('unknown')
    scenario.server('a').ways.welcome = 'accepts'
    scenario.passes(600)
    scenario.borrower('bob').asks()
    scenario.passes(20)
    expect(scenario.server('a').open).toBe(1)
  })

  it('asks a server without room less and less often for one connection more, while it has some', () => {
    const scenario = new Scenario({ host: 'a', acquireTimeout: 120_000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.server('a').ways.welcome = 'has no room'
    const before = scenario.handshakes
    const bob = scenario.borrower('bob').asks()
    scenario.passes(60_000)
    expect(ann.holds).toBe('a#1')
    expect(scenario.handshakes - before).toBeGreaterThan(3)
    expect(scenario.handshakes - before).toBeLessThan(40)
    scenario.server('a').ways.welcome = 'accepts'
    scenario.passes(30_000)
    expect(bob.holds).toBe('a#2')
  })

  it.each([1, 2, 3, 4, 5])(
    'serves callers soon after room appears where it has no connection at all (seed %d)',
    (seed) => {
      const scenario = new Scenario({ host: 'a', acquireTimeout: 120_000 }, seed)
      scenario.server('a').ways.welcome = 'has no room'
      const [ann, bob] = scenario.crowd(2)
      scenario.passes(60_000)
      expect([ann?.waits, bob?.waits]).toEqual([true, true])
      expect(scenario.handshakes, 'two at once, and every quarter of a second at most').toBeLessThanOrEqual(2 * 241)
      scenario.server('a').ways.welcome = 'accepts'
      scenario.passes(510)
      expect([ann?.holds, bob?.holds]).toEqual(['a#1', 'a#2'])
    },
  )

  it('serves callers soon after it has lost its last connection to a server that had no room for more', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2, acquireTimeout: 120_000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.server('a').ways.welcome = 'has no room'
    const [bob, cid] = [scenario.borrower('bob').asks(), scenario.borrower('cid').asks()]
    // Refused so often that it is left alone for many seconds.
    scenario.passes(30_000)
    scenario.server('a').ways.welcome = 'accepts'
    ann.destroys()
    scenario.passes(510)
    expect([bob.holds, cid.holds]).toEqual(['a#2', 'a#3'])
  })

  it('serves a caller soon who comes when a server that had no room has been left alone for a while', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 3, minIdle: 1, acquireTimeout: 2000 })
    scenario.server('a').ways.welcome = 'has no room'
    scenario.borrower('ann').asks()
    scenario.passes(120_000)
    scenario.server('a').ways.welcome = 'accepts'
    const bob = scenario.borrower('bob').asks()
    scenario.passes(510)
    expect(bob.holds).toBeDefined()
  })

  it('leaves a server without room alone for longer and longer while no caller waits', () => {
    const scenario = new Scenario({ host: 'a', minIdle: 1, acquireTimeout: 1000 })
    scenario.server('a').ways.welcome = 'has no room'
    scenario.borrower('ann').asks()
    scenario.passes(60_000)
    const before = scenario.handshakes
    scenario.passes(60_000)
    expect(scenario.handshakes - before).toBeLessThan(20)
  })

  it('believes a server that has room for one that it has room for another', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2, acquireTimeout: 30_000 })
    const { ways } = scenario.server('a')
    ways.handshakeTime = 9000
    const ann = scenario.borrower('ann').asks()
    ways.handshakeTime = 1
    ways.welcome = 'has no room'
    const bob = scenario.borrower('bob').asks()
    scenario.passes(8999)
    ways.welcome = 'accepts'
    scenario.passes(1)
    expect([ann.holds, bob.holds]).toEqual(['a#1', undefined])
    scenario.passes(1)
    expect(bob.holds, 'without waiting for the rest to be over').toBe('a#2')
  })

  it('asks a server again that has no room, also when the others want another password', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered', connectionLimit: 4, acquireTimeout: 60_000 })
    scenario.server('a').ways.welcome = 'has no room'
    scenario.server('b').ways.welcome = 'wants another password'
    const ann = scenario.borrower('ann').asks()
    scenario.passes(100)
    expect(ann.waits).toBe(true)
    scenario.server('a').ways.welcome = 'accepts'
    scenario.passes(5000)
    expect(ann.holds).toBe('a#1')
  })

  it.each(['wants another password', 'has no such database'] as const)(
    'asks every host once when a server %s, then gives its own words, and marks no host down',
    (welcome) => {
      const scenario = new Scenario({ host: 'a,b,c' })
      scenario.everywhere({ welcome })
      const ann = scenario.borrower('ann').asks()
      scenario.passes(100)
      expect(ann.error?.message).toBe(welcome)
      expect(scenario.world.hosts.all.map((host) => [host.state, scenario.world.serverOf(host).handshakes])).toEqual([
        ['unknown', 1],
        ['unknown', 1],
        ['unknown', 1],
      ])
    },
  )

  it('serves from the other hosts while one of them wants another password', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered' })
    scenario.server('a').ways.welcome = 'wants another password'
    const crowd = scenario.crowd(3)
    scenario.passes(100)
    expect(crowd.map((borrower) => borrower.holds)).toEqual(['b#1', 'b#2', 'b#3'])
  })

  it.each<[string, Partial<PoolOptions>]>([
    ['the lowest priority', { host: 'a,b,c', selector: 'ordered' }],
    ["the pool's zone", { host: [{ host: 'a', zone: 'near' }, { host: 'b', zone: 'far' }, 'c'], zone: 'near' }],
    ['a weight', { host: ['a', { host: 'b', weight: 0 }, { host: 'c', weight: 0 }] }],
    ['a function', { host: 'a,b,c', selector: ({ hosts }) => hosts.find(({ name }) => name === 'a:3306') }],
  ])('opens a whole burst to the host that comes first by %s, and to others once it cannot be used', (_, options) => {
    const scenario = new Scenario({ connectionLimit: 10, ...options })
    const crowd = scenario.crowd(5)
    scenario.passes(100)
    expect(crowd.map((borrower) => borrower.holds)).toEqual(['a#1', 'a#2', 'a#3', 'a#4', 'a#5'])
    scenario.learns('a', down)
    const others = ['fay', 'gus'].map((name) => scenario.borrower(name).asks())
    scenario.passes(100)
    for (const { holds } of others) expect(holds).toMatch(/^[bc]#/)
  })

  it('does not wait for a host that comes first when that does not answer', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered', connectionLimit: 4 })
    scenario.server('a').ways.welcome = 'is silent'
    const crowd = scenario.crowd(4)
    scenario.passes(300)
    expect(crowd.slice(0, 2).map((borrower) => borrower.holds)).toEqual(['b#1', 'b#2'])
  })

  it('lets the callers behind a refused one try for themselves when that one is gone', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered', maxConnecting: 1, acquireTimeout: 5000 })
    scenario.server('a').ways.welcome = 'is silent'
    scenario.server('b').ways.welcome = 'wants another password'
    const ann = scenario.borrower('ann').asks({ acquireTimeout: 600 })
    scenario.passes(300)
    expect(scenario.server('b').handshakes).toBe(1)
    scenario.server('b').ways.welcome = 'accepts'
    const bob = scenario.borrower('bob').asks()
    scenario.passes(100)
    expect([ann.waits, bob.waits]).toEqual([true, true])
    scenario.passes(220)
    expect([ann.reason, bob.holds]).toEqual(['ERR_HOSTPOOL_ACQUIRE_TIMEOUT', 'b#1'])
  })

  it('does not wait for nothing when the last host that had not refused goes down', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered', connectionLimit: 1 })
    scenario.server('a').ways.welcome = 'wants another password'
    scenario.server('b').ways.handshakeTime = 100
    const ann = scenario.borrower('ann').asks()
    scenario.passes(50)
    scenario.learns('b', down)
    scenario.passes(100)
    expect(ann.error?.message).toBe('wants another password')
  })

  it('closes an idle connection that no waiter can use when its place is needed', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 1, selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.learns('a', { ...usable, writable: false, reason: 'read_only is on' })
    scenario.skips()
    scenario.borrower('bob', 'write').asks()
    scenario.passes(20)
    expect(scenario).toTell('a: #1 quits', 'bob waits', 'b: handshake', 'b: #1 open', 'bob gets b#1')
  })

  it('goes back to a host within a second of its return', () => {
    const scenario = new Scenario({ host: 'a' })
    scenario.server('a').ways.welcome = 'refuses'
    scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.returns('a')
    const bob = scenario.borrower('bob').asks()
    scenario.passes(10)
    expect(bob.holds).toBe('a#1')
  })
})
