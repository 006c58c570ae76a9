import { describe, expect, it } from 'vitest'

import { Story } from '../story.js'
import '../to-tell.js'

describe('ending a pool', () => {
  it('closes what rests, takes back what is checked out, and ends with the last of them', () => {
    const story = new Story({ host: 'a', connectionLimit: 2 })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    bob?.returns()
    story.skips()
    story.ends()
    expect(story).toTell('a: #2 quits')
    story.passes(10)
    expect(story.status).toMatchObject({ state: 'ending', total: 1, inUse: 1 })
    // Nobody comes after ann: what she leaves behind need not be undone.
    ann?.leavesTraces().returns()
    story.passes(10)
    expect(story).toTell('b1 returns a#1', 'a: #1 quits', 'the pool has ended')
    expect(story.status).toMatchObject({ state: 'ended', total: 0 })
    expect(story.openAtServers).toBe(0)
  })

  it('tells waiters and newcomers that the pool has been ended', () => {
    const story = new Story({ host: 'a', connectionLimit: 1, poolName: 'shop' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const bob = story.borrower('bob').asks()
    story.ends()
    expect(bob.reason).toBe('ERR_HOSTPOOL_CLOSED')
    const cid = story.borrower('cid').asks()
    expect(cid.reason).toBe('ERR_HOSTPOOL_CLOSED')
    expect(cid.error?.message).toContain("'shop'")
    ann.returns()
  })

  it('gives checked out connections until endTimeout, and then destroys them', () => {
    const story = new Story({ host: 'a', endTimeout: 3000 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.skips()
    story.ends()
    story.passes(2999)
    expect(story).toTell()
    story.passes(1)
    expect(story).toTell('a: #1 cut', 'the pool has ended')
    ann.returns()
    expect(story.status).toMatchObject({ total: 0, inUse: 0 })
  })

  it('reproaches no borrower with a connection that it has taken away', () => {
    const story = new Story({ host: 'a', connectionLimit: 2, endTimeout: 3000 })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    story.ends()
    story.passes(3000)
    story.hears('warning')
    story.skips()
    expect(ann && story.world.engine.noteAccess(ann.checkout, 'write', false)).toBe(true)
    ann?.returns()
    bob?.destroys()
    expect(story).toTell('b1 returns a#1', 'b2 destroys a#2')
    expect(story.status.counters.staleCheckouts).toBe(0)
  })

  it('destroys what is checked out of every host, also when one of them was removed before', () => {
    const story = new Story({
      host: ['a', 'b', 'c'].map((name) => ({ host: name, connectionLimit: 1 })),
      connectionLimit: 3,
      selector: 'ordered',
      endTimeout: 1000,
    })
    const crowd = story.crowd(3)
    story.passes(20)
    expect(crowd.map((borrower) => borrower.holds)).toEqual(['a#1', 'b#1', 'c#1'])
    story.world.hosts.remove(story.world.host('a'))
    story.ends()
    story.passes(1000)
    expect(story.endedAt).toBe(1020)
    expect(story.openAtServers).toBe(0)
  })

  it('calls everybody who ended it, once, and again at once when it has ended', () => {
    const story = new Story({ host: 'a' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.ends()
    story.ends()
    story.skips()
    ann.returns()
    story.passes(10)
    expect(story).toTell('ann returns a#1', 'a: #1 quits', 'the pool has ended', 'the pool has ended')
    story.ends()
    expect(story).toTell('the pool has ended')
  })

  it('ends at once when nothing was ever opened', () => {
    const story = new Story({ host: 'a' })
    story.ends()
    expect(story).toTell('the pool has ended')
  })

  it('gives up handshakes', () => {
    const story = new Story({ host: 'a' })
    story.server('a').ways.welcome = 'is silent'
    story.borrower('ann').asks()
    story.ends()
    expect(story).toTell(
      'a: handshake',
      'ann waits',
      'a: handshake given up',
      'ann is refused: ERR_HOSTPOOL_CLOSED',
      'the pool has ended',
    )
  })

  it('is not kept from ending by a server that takes no notice of goodbyes', () => {
    const story = new Story({ host: 'a', endTimeout: 60_000 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.server('a').freeze()
    story.ends()
    story.passes(1000)
    expect(story.endedAt).toBeDefined()
  })

  it('does not exceed the limit when connections are out while it ends', () => {
    const story = new Story({ host: 'a', connectionLimit: 2 })
    const crowd = story.crowd(2)
    story.passes(10)
    story.ends()
    for (const borrower of crowd) borrower.returns()
    story.borrower('cid').asks()
    story.passes(100)
    expect(story.handshakes).toBe(2)
    expect(story.openAtServers).toBe(0)
  })

  it.each([
    { when: 'nothing has happened', prepare: (): void => undefined },
    {
      when: 'a connection is checked out',
      prepare: (story: Story): void => {
        story.borrower('ann').asks()
        story.passes(10)
      },
    },
    {
      when: 'somebody waits',
      prepare: (story: Story): void => {
        story.crowd(9)
      },
    },
    {
      when: 'connections rest',
      prepare: (story: Story) => {
        const ann = story.borrower('ann').asks()
        story.passes(10)
        ann.returns()
      },
    },
    {
      when: 'a server has no room',
      prepare: (story: Story) => {
        story.server('a').ways.welcome = 'has no room'
        story.borrower('ann').asks()
        story.passes(10)
      },
    },
    {
      when: 'a connection is being asked whether it answers',
      prepare: (story: Story) => {
        const ann = story.borrower('ann').asks()
        story.passes(10)
        ann.returns()
        story.passes(1000)
        story.server('a').freeze()
        story.borrower('bob').asks()
      },
    },
    {
      when: 'a connection is being cleaned',
      prepare: (story: Story) => {
        const ann = story.borrower('ann').asks()
        story.passes(10)
        story.server('a').freeze()
        ann.leavesTraces().returns()
      },
    },
  ])('leaves no timer behind when $when', ({ prepare }) => {
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'ordered', minIdle: 1, endTimeout: 5000 })
    prepare(story)
    story.ends()
    story.passes(20_000)
    expect(story.endedAt).toBeLessThanOrEqual(6100)
    expect(story.timersLeft, 'when the pool says that it has ended').toBe(0)
    expect(story.world.clock.pending, 'of the servers and the connector either').toBe(0)
    expect(story.world.keepsProcessAlive).toBe(false)
  })
})

describe('an end by force', () => {
  it('leaves no timer behind when it comes in the middle of a goodbye', () => {
    const story = new Story({ host: 'a', connectionLimit: 2, endTimeout: 5000 })
    const [ann] = story.crowd(2)
    story.passes(10)
    story.ends()
    story.passes(4500)
    story.everywhere({ partsWell: false })
    ann?.returns()
    story.passes(500)
    expect([story.endedAt, story.timersLeft]).toEqual([5010, 0])
  })

  it('leaves no timer behind when it comes in the middle of a clean-up', () => {
    const story = new Story({ host: 'a', connectionLimit: 2, endTimeout: 5000, validationTimeout: 20_000 })
    const [ann] = story.crowd(2)
    story.passes(10)
    story.everywhere({ answers: 'never' })
    ann?.leavesTraces().returns()
    story.ends()
    story.passes(5000)
    expect([story.endedAt, story.timersLeft]).toEqual([5010, 0])
  })
})

describe('the life of the process', () => {
  it('is not prolonged by a pool that only rests', () => {
    const story = new Story({ host: 'a', minIdle: 2, leakDetectionThreshold: 1000 })
    const crowd = story.crowd(4)
    story.passes(20)
    for (const borrower of crowd) borrower.returns()
    story.passes(50)
    expect(story.world.keepsProcessAlive).toBe(false)
    story.passes(5000)
    expect(story.status.idle).toBeGreaterThan(0)
    expect(story.world.keepsProcessAlive).toBe(false)
  })

  it('is prolonged by somebody who waits, and by a connection in somebody’s hands', () => {
    const story = new Story({ host: 'a', connectionLimit: 1, noHostTimeout: 1000 })
    const ann = story.borrower('ann').asks()
    expect(story.world.keepsProcessAlive).toBe(true)
    story.passes(10)
    expect(story.world.keepsProcessAlive).toBe(true)
    story.passes(10_000)
    expect(story.world.keepsProcessAlive).toBe(true)
    ann.returns()
    story.passes(50)
    expect(story.world.keepsProcessAlive).toBe(false)
  })

  it('is prolonged by an end that is under way', () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.ends()
    expect(story.world.keepsProcessAlive).toBe(true)
    story.passes(10)
    expect(story.world.keepsProcessAlive).toBe(false)
  })

  it('is not prolonged by connections that are filled up to minIdle, once they are open', () => {
    const story = new Story({ host: 'a', minIdle: 3 })
    expect(story.world.keepsProcessAlive).toBe(false)
    story.passes(3000)
    expect([story.status.idle, story.world.keepsProcessAlive]).toEqual([3, false])
  })
})
