import { describe, expect, it } from 'vitest'

import type { PoolOptions } from '../../config/options.js'
import { down, Story, usable } from '../story.js'
import '../to-tell.js'

describe('opening connections', () => {
  it('never opens more than connectionLimit over all hosts, connects in flight included', () => {
    const story = new Story({ host: 'a,b,c', connectionLimit: 4 })
    const crowd = story.crowd(50)
    for (let time = 0; time < 50; time += 1) {
      const handshaking = [...story.world.servers.values()].reduce((sum, server) => sum + server.handshaking, 0)
      expect(handshaking + story.openAtServers).toBeLessThanOrEqual(4)
      story.passes(1)
    }
    expect(crowd.filter((borrower) => borrower.holds !== undefined)).toHaveLength(4)
    expect(story.status).toMatchObject({ total: 4, inUse: 4, waiting: 46 })
  })

  it("never opens more to a host than that host's own limit", () => {
    const story = new Story({ host: [{ host: 'a', connectionLimit: 1 }, { host: 'b' }], connectionLimit: 4 })
    story.crowd(10)
    story.passes(100)
    expect([story.server('a').open, story.server('b').open]).toEqual([1, 3])
  })

  it('begins at most maxConnecting handshakes at once to a host, and the next when one ends', () => {
    const story = new Story({ host: 'a', connectionLimit: 5, maxConnecting: 2 })
    story.crowd(5)
    expect(story.server('a').handshaking).toBe(2)
    story.passes(5)
    expect([story.server('a').open, story.server('a').handshaking]).toEqual([2, 2])
    story.passes(5)
    expect([story.server('a').open, story.server('a').handshaking]).toEqual([4, 1])
  })

  it('looks again after each handshake whether another is still needed', () => {
    const story = new Story({ host: 'a', connectionLimit: 50, maxConnecting: 2 })
    story.server('a').ways.handshakeTime = 150
    const crowd = story.crowd(5)
    story.passes(150)
    // Short queries: two connections serve all five long before further handshakes would end.
    for (let turn = 0; turn < 5; turn += 1) {
      for (const borrower of crowd) if (borrower.holds !== undefined) borrower.returns()
    }
    expect(crowd.every((borrower) => borrower.answers === 1)).toBe(true)
    story.passes(1000)
    expect(story.handshakes).toBeLessThanOrEqual(4)
  })

  it('opens as many as there are waiters, not more', () => {
    const story = new Story({ host: 'a,b,c', connectionLimit: 50 })
    story.crowd(3)
    story.passes(100)
    expect(story.handshakes).toBe(3)
  })

  it('does not count on a handshake that takes much longer than usual', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 4, selector: 'ordered' })
    story.server('a').ways.welcome = 'is silent'
    const ann = story.borrower('ann').asks()
    story.passes(249)
    expect(ann.waits).toBe(true)
    story.passes(10)
    expect(ann.holds).toBe('b#1')
  })

  it('is not stopped by two handshakes that nobody answers', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    story.server('a').ways.welcome = 'is silent'
    const [ann, bob] = story.crowd(2)
    expect(story.server('a').handshaking).toBe(2)
    story.passes(260)
    expect([ann?.holds, bob?.holds]).toEqual(['b#1', 'b#2'])
    expect(story.server('a').handshaking, 'their places were needed').toBe(0)
  })

  it('serves everybody although every handshake takes longer than anybody would have thought', () => {
    const story = new Story({ host: 'a,b,c', connectionLimit: 4 })
    story.everywhere({ handshakeTime: 400 })
    const crowd = story.crowd(4)
    story.passes(2000)
    expect(crowd.map((borrower) => borrower.holds === undefined)).toEqual([false, false, false, false])
  })

  it('tries each host once within the same acquire, and does not come back to one that was down', () => {
    const story = new Story({ host: 'a,b,c', selector: 'ordered' })
    story.server('a').ways.welcome = 'refuses'
    story.server('b').ways.welcome = 'refuses'
    story.borrower('ann').asks()
    story.passes(20)
    expect(story).toTell(
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
    const story = new Story({ host: 'a', connectionLimit: 1 })
    story.server('a').ways.welcome = 'refuses'
    story.borrower('ann').asks()
    story.passes(10)
    expect(story.status.total).toBe(0)
    story.returns('a')
    const bob = story.borrower('bob').asks()
    story.passes(10)
    expect(bob.holds).toBe('a#1')
  })

  it('opens nothing to a host that is down, and opens elsewhere what its waiters need', () => {
    const story = new Story({ host: 'a,b', minIdle: 4, connectionLimit: 8 })
    story.learns('a', down)
    const crowd = story.crowd(4)
    story.passes(5000)
    expect(story.server('a').handshakes).toBe(0)
    expect(crowd.every((borrower) => borrower.holds?.startsWith('b'))).toBe(true)
  })

  it('gives up the handshakes of a host that goes down, and begins others in their place', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    story.server('a').ways.welcome = 'is silent'
    const [ann] = story.crowd(1)
    story.passes(20)
    story.skips()
    story.learns('a', down)
    story.passes(10)
    expect(story).toTell('a: handshake given up', 'b: handshake', 'b: #1 open', 'b1 gets b#1')
    expect(ann?.holds).toBe('b#1')
  })

  it('takes a server without room for busy, not for dead: others serve, and it is asked again later', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 4, selector: 'ordered' })
    story.server('a').ways.welcome = 'has no room'
    const ann = story.borrower('ann').asks()
    story.passes(20)
    expect(ann.holds).toBe('b#1')
    expect(story.world.host('a').state).toBe('unknown')
    story.server('a').ways.welcome = 'accepts'
    story.passes(600)
    story.borrower('bob').asks()
    story.passes(20)
    expect(story.server('a').open).toBe(1)
  })

  it('asks a server without room less and less often for one connection more, while it has some', () => {
    const story = new Story({ host: 'a', acquireTimeout: 120_000 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.server('a').ways.welcome = 'has no room'
    const before = story.handshakes
    const bob = story.borrower('bob').asks()
    story.passes(60_000)
    expect(ann.holds).toBe('a#1')
    expect(story.handshakes - before).toBeGreaterThan(3)
    expect(story.handshakes - before).toBeLessThan(40)
    story.server('a').ways.welcome = 'accepts'
    story.passes(30_000)
    expect(bob.holds).toBe('a#2')
  })

  it.each([1, 2, 3, 4, 5])(
    'serves callers soon after room appears where it has no connection at all (seed %d)',
    (seed) => {
      const story = new Story({ host: 'a', acquireTimeout: 120_000 }, seed)
      story.server('a').ways.welcome = 'has no room'
      const [ann, bob] = story.crowd(2)
      story.passes(60_000)
      expect([ann?.waits, bob?.waits]).toEqual([true, true])
      expect(story.handshakes, 'two at once, and every quarter of a second at most').toBeLessThanOrEqual(2 * 241)
      story.server('a').ways.welcome = 'accepts'
      story.passes(510)
      expect([ann?.holds, bob?.holds]).toEqual(['a#1', 'a#2'])
    },
  )

  it('serves callers soon after it has lost its last connection to a server that had no room for more', () => {
    const story = new Story({ host: 'a', connectionLimit: 2, acquireTimeout: 120_000 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.server('a').ways.welcome = 'has no room'
    const [bob, cid] = [story.borrower('bob').asks(), story.borrower('cid').asks()]
    // Refused so often that it is left alone for many seconds.
    story.passes(30_000)
    story.server('a').ways.welcome = 'accepts'
    ann.destroys()
    story.passes(510)
    expect([bob.holds, cid.holds]).toEqual(['a#2', 'a#3'])
  })

  it('serves a caller soon who comes when a server that had no room has been left alone for a while', () => {
    const story = new Story({ host: 'a', connectionLimit: 3, minIdle: 1, acquireTimeout: 2000 })
    story.server('a').ways.welcome = 'has no room'
    story.borrower('ann').asks()
    story.passes(120_000)
    story.server('a').ways.welcome = 'accepts'
    const bob = story.borrower('bob').asks()
    story.passes(510)
    expect(bob.holds).toBeDefined()
  })

  it('leaves a server without room alone for longer and longer while no caller waits', () => {
    const story = new Story({ host: 'a', minIdle: 1, acquireTimeout: 1000 })
    story.server('a').ways.welcome = 'has no room'
    story.borrower('ann').asks()
    story.passes(60_000)
    const before = story.handshakes
    story.passes(60_000)
    expect(story.handshakes - before).toBeLessThan(20)
  })

  it('believes a server that has room for one that it has room for another', () => {
    const story = new Story({ host: 'a', connectionLimit: 2, acquireTimeout: 30_000 })
    const { ways } = story.server('a')
    ways.handshakeTime = 9000
    const ann = story.borrower('ann').asks()
    ways.handshakeTime = 1
    ways.welcome = 'has no room'
    const bob = story.borrower('bob').asks()
    story.passes(8999)
    ways.welcome = 'accepts'
    story.passes(1)
    expect([ann.holds, bob.holds]).toEqual(['a#1', undefined])
    story.passes(1)
    expect(bob.holds, 'without waiting for the rest to be over').toBe('a#2')
  })

  it('asks a server again that has no room, also when the others want another password', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered', connectionLimit: 4, acquireTimeout: 60_000 })
    story.server('a').ways.welcome = 'has no room'
    story.server('b').ways.welcome = 'wants another password'
    const ann = story.borrower('ann').asks()
    story.passes(100)
    expect(ann.waits).toBe(true)
    story.server('a').ways.welcome = 'accepts'
    story.passes(5000)
    expect(ann.holds).toBe('a#1')
  })

  it.each(['wants another password', 'has no such database'] as const)(
    'asks every host once when a server %s, then gives its own words, and marks no host down',
    (welcome) => {
      const story = new Story({ host: 'a,b,c' })
      story.everywhere({ welcome })
      const ann = story.borrower('ann').asks()
      story.passes(100)
      expect(ann.error?.message).toBe(welcome)
      expect(story.world.hosts.all.map((host) => [host.state, story.world.serverOf(host).handshakes])).toEqual([
        ['unknown', 1],
        ['unknown', 1],
        ['unknown', 1],
      ])
    },
  )

  it('serves from the other hosts while one of them wants another password', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered' })
    story.server('a').ways.welcome = 'wants another password'
    const crowd = story.crowd(3)
    story.passes(100)
    expect(crowd.map((borrower) => borrower.holds)).toEqual(['b#1', 'b#2', 'b#3'])
  })

  it.each<[string, Partial<PoolOptions>]>([
    ['the lowest priority', { host: 'a,b,c', selector: 'ordered' }],
    ["the pool's zone", { host: [{ host: 'a', zone: 'near' }, { host: 'b', zone: 'far' }, 'c'], zone: 'near' }],
    ['a weight', { host: ['a', { host: 'b', weight: 0 }, { host: 'c', weight: 0 }] }],
    ['a function', { host: 'a,b,c', selector: ({ hosts }) => hosts.find(({ name }) => name === 'a:3306') }],
  ])('opens a whole burst to the host that comes first by %s, and to others once it cannot be used', (_, options) => {
    const story = new Story({ connectionLimit: 10, ...options })
    const crowd = story.crowd(5)
    story.passes(100)
    expect(crowd.map((borrower) => borrower.holds)).toEqual(['a#1', 'a#2', 'a#3', 'a#4', 'a#5'])
    story.learns('a', down)
    const others = ['fay', 'gus'].map((name) => story.borrower(name).asks())
    story.passes(100)
    for (const { holds } of others) expect(holds).toMatch(/^[bc]#/)
  })

  it('does not wait for a host that comes first when that does not answer', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered', connectionLimit: 4 })
    story.server('a').ways.welcome = 'is silent'
    const crowd = story.crowd(4)
    story.passes(300)
    expect(crowd.slice(0, 2).map((borrower) => borrower.holds)).toEqual(['b#1', 'b#2'])
  })

  it('lets those behind somebody who was refused try for themselves when that one is gone', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered', maxConnecting: 1, acquireTimeout: 5000 })
    story.server('a').ways.welcome = 'is silent'
    story.server('b').ways.welcome = 'wants another password'
    const ann = story.borrower('ann').asks({ acquireTimeout: 600 })
    story.passes(300)
    expect(story.server('b').handshakes).toBe(1)
    story.server('b').ways.welcome = 'accepts'
    const bob = story.borrower('bob').asks()
    story.passes(100)
    expect([ann.waits, bob.waits]).toEqual([true, true])
    story.passes(220)
    expect([ann.reason, bob.holds]).toEqual(['ERR_HOSTPOOL_ACQUIRE_TIMEOUT', 'b#1'])
  })

  it('does not wait for nothing when the last host that had not refused goes down', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered', connectionLimit: 1 })
    story.server('a').ways.welcome = 'wants another password'
    story.server('b').ways.handshakeTime = 100
    const ann = story.borrower('ann').asks()
    story.passes(50)
    story.learns('b', down)
    story.passes(100)
    expect(ann.error?.message).toBe('wants another password')
  })

  it('closes an idle connection that no waiter can use when its place is needed', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 1, selector: 'ordered' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.learns('a', { ...usable, writable: false, reason: 'read_only is on' })
    story.skips()
    story.borrower('bob', 'write').asks()
    story.passes(20)
    expect(story).toTell('a: #1 quits', 'bob waits', 'b: handshake', 'b: #1 open', 'bob gets b#1')
  })

  it('goes back to a host within a second of its return', () => {
    const story = new Story({ host: 'a' })
    story.server('a').ways.welcome = 'refuses'
    story.borrower('ann').asks()
    story.passes(10)
    story.returns('a')
    const bob = story.borrower('bob').asks()
    story.passes(10)
    expect(bob.holds).toBe('a#1')
  })
})
