import { describe, expect, it } from 'vitest'

import { Scenario } from '../scenario.js'
import '../to-tell.js'

describe('ending a pool', () => {
  it('closes what rests, takes back what is checked out, and ends with the last of them', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2 })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    bob?.returns()
    scenario.skips()
    scenario.ends()
    expect(scenario).toTell('a: #2 quits')
    scenario.passes(10)
    expect(scenario.status).toMatchObject({ state: 'ending', total: 1, inUse: 1 })
    // No caller comes after ann: what she leaves behind need not be undone.
    ann?.leavesTraces().returns()
    scenario.passes(10)
    expect(scenario).toTell('b1 returns a#1', 'a: #1 quits', 'the pool has ended')
    expect(scenario.status).toMatchObject({ state: 'ended', total: 0 })
    expect(scenario.openAtServers).toBe(0)
  })

  it('tells waiters and newcomers that the pool has been ended', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, poolName: 'shop' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.ends()
    expect(bob.reason).toBe('ERR_HOSTPOOL_CLOSED')
    const cid = scenario.borrower('cid').asks()
    expect(cid.reason).toBe('ERR_HOSTPOOL_CLOSED')
    expect(cid.error?.message).toContain("'shop'")
    ann.returns()
  })

  it('gives checked out connections until endTimeout, and then destroys them', () => {
    const scenario = new Scenario({ host: 'a', endTimeout: 3000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.skips()
    scenario.ends()
    scenario.passes(2999)
    expect(scenario).toTell()
    scenario.passes(1)
    expect(scenario).toTell('a: #1 cut', 'the pool has ended')
    ann.returns()
    expect(scenario.status).toMatchObject({ total: 0, inUse: 0 })
  })

  it('reproaches no borrower with a connection that it has taken away', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2, endTimeout: 3000 })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    scenario.ends()
    scenario.passes(3000)
    scenario.hears('warning')
    scenario.skips()
    expect(ann && scenario.world.engine.noteAccess(ann.checkout, 'write', false)).toBe(true)
    ann?.returns()
    bob?.destroys()
    expect(scenario).toTell('b1 returns a#1', 'b2 destroys a#2')
    expect(scenario.status.counters.staleCheckouts).toBe(0)
  })

  it('destroys what is checked out of every host, also when one of them was removed before', () => {
    const scenario = new Scenario({
      host: ['a', 'b', 'c'].map((name) => ({ host: name, connectionLimit: 1 })),
      connectionLimit: 3,
      selector: 'ordered',
      endTimeout: 1000,
    })
    const crowd = scenario.crowd(3)
    scenario.passes(20)
    expect(crowd.map((borrower) => borrower.holds)).toEqual(['a#1', 'b#1', 'c#1'])
    scenario.world.hosts.remove(scenario.world.host('a'))
    scenario.ends()
    scenario.passes(1000)
    expect(scenario.endedAt).toBe(1020)
    expect(scenario.openAtServers).toBe(0)
  })

  it('calls everybody who ended it, once, and again at once when it has ended', () => {
    const scenario = new Scenario({ host: 'a' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.ends()
    scenario.ends()
    scenario.skips()
    ann.returns()
    scenario.passes(10)
    expect(scenario).toTell('ann returns a#1', 'a: #1 quits', 'the pool has ended', 'the pool has ended')
    scenario.ends()
    expect(scenario).toTell('the pool has ended')
  })

  it('ends at once when nothing was ever opened', () => {
    const scenario = new Scenario({ host: 'a' })
    scenario.ends()
    expect(scenario).toTell('the pool has ended')
  })

  it('gives up handshakes', () => {
    const scenario = new Scenario({ host: 'a' })
    scenario.server('a').ways.welcome = 'is silent'
    scenario.borrower('ann').asks()
    scenario.ends()
    expect(scenario).toTell(
      'a: handshake',
      'ann waits',
      'a: handshake given up',
      'ann is refused: ERR_HOSTPOOL_CLOSED',
      'the pool has ended',
    )
  })

  it('is not kept from ending by a server that takes no notice of goodbyes', () => {
    const scenario = new Scenario({ host: 'a', endTimeout: 60_000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.server('a').freeze()
    scenario.ends()
    scenario.passes(1000)
    expect(scenario.endedAt).toBeDefined()
  })

  it('does not exceed the limit when connections are out while it ends', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2 })
    const crowd = scenario.crowd(2)
    scenario.passes(10)
    scenario.ends()
    for (const borrower of crowd) borrower.returns()
    scenario.borrower('cid').asks()
    scenario.passes(100)
    expect(scenario.handshakes).toBe(2)
    expect(scenario.openAtServers).toBe(0)
  })

  it.each([
    { when: 'nothing has happened', prepare: (): void => undefined },
    {
      when: 'a connection is checked out',
      prepare: (scenario: Scenario): void => {
        scenario.borrower('ann').asks()
        scenario.passes(10)
      },
    },
    {
      when: 'a caller waits',
      prepare: (scenario: Scenario): void => {
        scenario.crowd(9)
      },
    },
    {
      when: 'connections rest',
      prepare: (scenario: Scenario) => {
        const ann = scenario.borrower('ann').asks()
        scenario.passes(10)
        ann.returns()
      },
    },
    {
      when: 'a server has no room',
      prepare: (scenario: Scenario) => {
        scenario.server('a').ways.welcome = 'has no room'
        scenario.borrower('ann').asks()
        scenario.passes(10)
      },
    },
    {
      when: 'a connection is being asked whether it answers',
      prepare: (scenario: Scenario) => {
        const ann = scenario.borrower('ann').asks()
        scenario.passes(10)
        ann.returns()
        scenario.passes(1000)
        scenario.server('a').freeze()
        scenario.borrower('bob').asks()
      },
    },
    {
      when: 'a connection is being cleaned',
      prepare: (scenario: Scenario) => {
        const ann = scenario.borrower('ann').asks()
        scenario.passes(10)
        scenario.server('a').freeze()
        ann.leavesTraces().returns()
      },
    },
  ])('leaves no timer behind when $when', ({ prepare }) => {
    const scenario = new Scenario({
      host: 'a,b',
      connectionLimit: 2,
      selector: 'ordered',
      minIdle: 1,
      endTimeout: 5000,
    })
    prepare(scenario)
    scenario.ends()
    scenario.passes(20_000)
    expect(scenario.endedAt).toBeLessThanOrEqual(6100)
    expect(scenario.timersLeft, 'when the pool says that it has ended').toBe(0)
    expect(scenario.world.clock.pending, 'of the servers and the connector either').toBe(0)
    expect(scenario.world.keepsProcessAlive).toBe(false)
  })
})

describe('an end by force', () => {
  it('leaves no timer behind when it comes in the middle of a goodbye', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2, endTimeout: 5000 })
    const [ann] = scenario.crowd(2)
    scenario.passes(10)
    scenario.ends()
    scenario.passes(4500)
    scenario.everywhere({ partsWell: false })
    ann?.returns()
    scenario.passes(500)
    expect([scenario.endedAt, scenario.timersLeft]).toEqual([5010, 0])
  })

  it('leaves no timer behind when it comes in the middle of a clean-up', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2, endTimeout: 5000, validationTimeout: 20_000 })
    const [ann] = scenario.crowd(2)
    scenario.passes(10)
    scenario.everywhere({ answers: 'never' })
    ann?.leavesTraces().returns()
    scenario.ends()
    scenario.passes(5000)
    expect([scenario.endedAt, scenario.timersLeft]).toEqual([5010, 0])
  })
})

describe('the life of the process', () => {
  it('is not prolonged by a pool that only rests', () => {
    const scenario = new Scenario({ host: 'a', minIdle: 2, leakDetectionThreshold: 1000 })
    const crowd = scenario.crowd(4)
    scenario.passes(20)
    for (const borrower of crowd) borrower.returns()
    scenario.passes(50)
    expect(scenario.world.keepsProcessAlive).toBe(false)
    scenario.passes(5000)
    expect(scenario.status.idle).toBeGreaterThan(0)
    expect(scenario.world.keepsProcessAlive).toBe(false)
  })

  it('is prolonged by a waiter, and by a connection in a borrower’s hands', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, noHostTimeout: 1000 })
    const ann = scenario.borrower('ann').asks()
    expect(scenario.world.keepsProcessAlive).toBe(true)
    scenario.passes(10)
    expect(scenario.world.keepsProcessAlive).toBe(true)
    scenario.passes(10_000)
    expect(scenario.world.keepsProcessAlive).toBe(true)
    ann.returns()
    scenario.passes(50)
    expect(scenario.world.keepsProcessAlive).toBe(false)
  })

  it('is prolonged by an end that is under way', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.ends()
    expect(scenario.world.keepsProcessAlive).toBe(true)
    scenario.passes(10)
    expect(scenario.world.keepsProcessAlive).toBe(false)
  })

  it('is not prolonged by connections that are filled up to minIdle, once they are open', () => {
    const scenario = new Scenario({ host: 'a', minIdle: 3 })
    expect(scenario.world.keepsProcessAlive).toBe(false)
    scenario.passes(3000)
    expect([scenario.status.idle, scenario.world.keepsProcessAlive]).toEqual([3, false])
  })
})
