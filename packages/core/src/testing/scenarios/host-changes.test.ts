import { describe, expect, it } from 'vitest'

import { down, hung, readOnly, Scenario, usable } from '../scenario.js'
import '../to-tell.js'

describe('a host that goes and comes', () => {
  it('loses its idle connections at once when it is down, the checked out ones when they come back', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    bob?.returns()
    scenario.skips()
    scenario.learns('a', down)
    expect(scenario).toTell('a: #2 cut')
    expect(ann?.connection.resource.alive).toBe(true)
    ann?.returns()
    scenario.passes(5)
    expect(scenario).toTell('b1 returns a#1', 'a: #1 quits')
    expect(scenario.status.total).toBe(0)
  })

  it('loses its checked out connections at once when it is known to hang: their statements fail now', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.server('a').freeze()
    scenario.skips()
    scenario.learns('a', hung)
    expect(scenario).toTell('a: #1 cut')
    expect(ann.connection.resource.alive).toBe(false)
    ann.returns()
    expect(scenario.status.total).toBe(0)
  })

  it('gets its share although a caller keeps a connection of the others for hours', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 4 })
    scenario.learns('b', down)
    const [keeper, ...others] = scenario.crowd(4)
    scenario.passes(50)
    scenario.learns('b', usable)
    const borrowed = new Set(others)
    for (let second = 0; second < 60; second += 1) {
      scenario.passes(900)
      for (const borrower of borrowed) borrower.returns()
      borrowed.clear()
      scenario.passes(100)
      for (const borrower of scenario.crowd(3)) borrowed.add(borrower)
    }
    expect(scenario.status.hosts.map((host) => host.inUse + host.idle)).toEqual([2, 2])
    expect(keeper?.connection.resource.alive).toBe(true)
    keeper?.returns()
    for (const borrower of borrowed) borrower.returns()
    scenario.passes(20)
    expect(scenario.status.total).toBe(4)
  })

  it('adds one to its generation each time it goes down, and nothing else does', () => {
    const scenario = new Scenario({ host: 'a' })
    const { generation } = scenario.world.host('a')
    scenario.learns('a', down)
    scenario.learns('a', { ...down, reason: 'still gone' })
    scenario.learns('a', hung)
    scenario.learns('a', { kind: 'doubtful', reason: 'late news' })
    expect(scenario.world.host('a').generation).toBe(generation + 1)
    scenario.learns('a', usable)
    scenario.learns('a', { kind: 'doubtful', reason: 'something broke' })
    scenario.learns('a', usable)
    expect(scenario.world.host('a').generation).toBe(generation + 1)
    scenario.learns('a', down)
    expect(scenario.world.host('a').generation).toBe(generation + 2)
  })

  it('is not held to account for connections of its earlier life', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 3 })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    scenario.learns('a', down)
    scenario.learns('a', usable)
    scenario.server('a').dropAll()
    expect(scenario.world.host('a').state).toBe('up')
    expect(scenario.world.watch.losses).toBe(0)
    ann?.returns()
    bob?.returns()
    expect(scenario.status.total).toBe(0)
  })

  it('changes its state once in a storm of broken connections', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 20, selector: 'ordered' })
    scenario.crowd(20)
    scenario.passes(200)
    const states: string[] = []
    scenario.world.hosts.onChange((host) => states.push(`${host.name} ${host.state}`))
    scenario.server('a').dropAll()
    expect(states).toEqual(['a:3306 suspect'])
  })

  it('makes no other caller wait when it is the only one in doubt', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered' })
    scenario.learns('a', { kind: 'doubtful', reason: 'something broke' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    expect(ann.holds).toBe('b#1')
  })

  it('is used in doubt when no other host is left', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered' })
    scenario.learns('b', down)
    scenario.learns('a', { kind: 'doubtful', reason: 'something broke' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    expect(ann.holds).toBe('a#1')
  })

  it('gives its waiters to the other hosts', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    const cid = scenario.borrower('cid').asks()
    scenario.dies('a')
    scenario.learns('a', down)
    ann?.returns()
    bob?.returns()
    scenario.passes(10)
    expect(cid.holds).toBe('b#1')
  })

  it('gets its share of the connections when it is back, without a burst and without taking any away', () => {
    const scenario = new Scenario({
      host: 'a,b,c',
      connectionLimit: 12,
      selector: 'random',
      idleTimeout: 0,
      maxLifetime: 0,
    })
    scenario.learns('c', down)
    const crowd = scenario.crowd(12)
    scenario.passes(100)
    for (const borrower of crowd.slice(0, 8)) borrower.returns()
    scenario.returns('c')
    let most = 0
    for (let time = 0; time < 20_000; time += 1) {
      scenario.passes(1)
      most = Math.max(most, scenario.server('c').handshaking)
    }
    for (const borrower of crowd.slice(8)) expect(borrower.connection.resource.alive).toBe(true)
    for (const borrower of crowd.slice(8)) borrower.returns()
    scenario.passes(20_000)
    expect([scenario.server('a').open, scenario.server('b').open, scenario.server('c').open]).toEqual([4, 4, 4])
    expect(most).toBeLessThanOrEqual(2)
    expect(scenario.world.connector.attempts.size).toBe(0)
  })

  it('gets a share by its weight', () => {
    const scenario = new Scenario({
      host: [
        { host: 'a', weight: 1 },
        { host: 'b', weight: 3 },
      ],
      connectionLimit: 8,
      idleTimeout: 0,
    })
    scenario.learns('b', down)
    for (const borrower of scenario.crowd(8).map((borrower) => (scenario.passes(20), borrower))) borrower.returns()
    scenario.returns('b')
    scenario.passes(60_000)
    expect([scenario.server('a').open, scenario.server('b').open]).toEqual([2, 6])
  })

  /** Borrowers come and go, the same number of them each time. */
  function keepsBusy(
    scenario: Scenario,
    seconds: number,
    borrowers: Readonly<Partial<Record<'read' | 'write', number>>>,
  ): void {
    for (let turn = 0; turn < seconds * 4; turn += 1) {
      const { read = 0, write = 0 } = borrowers
      const crowd = [...scenario.crowd(write, 'write'), ...scenario.crowd(read, 'read')]
      scenario.passes(200)
      for (const borrower of crowd) if (borrower.holds !== undefined) borrower.returns()
      scenario.passes(50)
    }
  }

  const open = (scenario: Scenario, ...names: string[]): number[] => names.map((name) => scenario.server(name).open)

  it('gets its share beside a host that only reads', () => {
    const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 9, idleTimeout: 0, maxLifetime: 0 })
    scenario.learns('c', readOnly)
    scenario.learns('b', down)
    keepsBusy(scenario, 5, { read: 5, write: 4 })
    scenario.returns('b')
    keepsBusy(scenario, 40, { read: 5, write: 4 })
    const [a = 0, b = 0, c = 0] = open(scenario, 'a', 'b', 'c')
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1)
    expect(c).toBeGreaterThan(0)
  })

  it('gets reads again that went to the primary meanwhile, when it is a replica', () => {
    const scenario = new Scenario({ host: 'primary,replica', connectionLimit: 8, idleTimeout: 0, maxLifetime: 0 })
    scenario.learns('replica', down)
    keepsBusy(scenario, 5, { read: 8 })
    expect(open(scenario, 'primary', 'replica')).toEqual([8, 0])
    scenario.learns('replica', { ...usable, writable: false })
    keepsBusy(scenario, 40, { read: 8 })
    const [primary = 0, replica = 0] = open(scenario, 'primary', 'replica')
    expect(primary + replica).toBe(8)
    expect(Math.abs(primary - replica)).toBeLessThanOrEqual(2)
  })

  it('takes no connection from writes, when it is a replica', () => {
    const scenario = new Scenario({ host: 'primary,replica', connectionLimit: 8, idleTimeout: 0, maxLifetime: 0 })
    scenario.learns('replica', down)
    keepsBusy(scenario, 5, { write: 8 })
    scenario.learns('replica', { ...usable, writable: false })
    keepsBusy(scenario, 40, { write: 7, read: 1 })
    const [primary = 0, replica = 0] = open(scenario, 'primary', 'replica')
    expect(primary).toBeGreaterThanOrEqual(7)
    expect(replica).toBeLessThanOrEqual(1)
  })

  it('comes to rest: with the same work nothing moves any more', () => {
    const scenario = new Scenario({ host: 'a,b,c,d', connectionLimit: 10, idleTimeout: 0, maxLifetime: 0 })
    scenario.learns('c', readOnly)
    scenario.learns('d', readOnly)
    scenario.learns('b', down)
    keepsBusy(scenario, 10, { read: 6, write: 3 })
    scenario.returns('b')
    keepsBusy(scenario, 60, { read: 6, write: 3 })
    const before = scenario.status.hosts.map(({ counters }) => counters.closed)
    keepsBusy(scenario, 60, { read: 6, write: 3 })
    expect(scenario.status.hosts.map(({ counters }) => counters.closed)).toEqual(before)
    const [a = 0, b = 0, c = 0, d = 0] = open(scenario, 'a', 'b', 'c', 'd')
    expect([Math.abs(a - b), Math.abs(c - d)].every((off) => off <= 1)).toBe(true)
  })

  it('keeps busy connections moving, too: each goes when its borrower gives it back', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 4, idleTimeout: 0 })
    scenario.learns('b', down)
    let crowd = scenario.crowd(4)
    scenario.passes(50)
    scenario.returns('b')
    for (let turn = 0; turn < 300; turn += 1) {
      for (const borrower of crowd) borrower.returns()
      crowd = scenario.crowd(4)
      scenario.passes(100)
      for (const borrower of crowd) expect(borrower.answers).toBe(1)
    }
    expect([scenario.server('a').open, scenario.server('b').open]).toEqual([2, 2])
  })
})

describe('hosts at run time', () => {
  it('drains a host: no new connection, idle ones closed now, checked out ones when they come back', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 4, selector: 'ordered' })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    bob?.returns()
    scenario.skips()
    scenario.learns('a', { kind: 'drain' })
    const cid = scenario.borrower('cid').asks()
    scenario.passes(10)
    expect(scenario).toTell('a: #2 quits', 'b: handshake', 'cid waits', '…')
    expect(cid.holds).toBe('b#1')
    ann?.returns()
    scenario.passes(10)
    expect(scenario.server('a').open).toBe(0)
  })

  it('uses a host again after its drain is ended', () => {
    const scenario = new Scenario({ host: 'a' })
    scenario.learns('a', { kind: 'drain' })
    expect(scenario.borrower('ann').asks().reason).toBe('ERR_HOSTPOOL_NO_HOST')
    scenario.learns('a', { kind: 'undrain' })
    const bob = scenario.borrower('bob').asks()
    scenario.passes(10)
    expect(bob.holds).toBe('a#1')
  })

  it('gives up the handshakes of a host that is drained', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    scenario.learns('a', { kind: 'drain' })
    scenario.passes(10)
    expect(scenario).toTell(
      'a: handshake',
      'ann waits',
      'a: handshake given up',
      'b: handshake',
      'b: #1 open',
      'ann gets b#1',
    )
    expect(ann.holds).toBe('b#1')
  })

  it('serves those who wait from a host that is added', () => {
    const scenario = new Scenario({ host: 'a', noHostTimeout: 5000 })
    scenario.learns('a', down)
    const ann = scenario.borrower('ann').asks()
    const [config] = scenario.world.config.hosts
    if (config === undefined) throw new Error('no host')
    scenario.world.hosts.add({ ...config, host: 'b', name: 'b:3306' })
    scenario.passes(10)
    expect(ann.holds).toBe('b#1')
  })

  it('forgets a host that is removed as soon as nothing is open to it', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered' })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    bob?.returns()
    scenario.world.hosts.remove(scenario.world.host('a'))
    scenario.passes(10)
    expect(scenario.status.hosts.map(({ name }) => name)).toEqual(['a:3306', 'b:3306'])
    ann?.returns()
    scenario.passes(10)
    expect(scenario.status.hosts.map(({ name }) => name)).toEqual(['b:3306'])
    const cid = scenario.borrower('cid').asks()
    scenario.passes(10)
    expect(cid.holds).toBe('b#1')
  })

  it('forgets a host at once to which nothing was open', () => {
    const scenario = new Scenario({ host: 'a,b' })
    scenario.world.hosts.remove(scenario.world.host('a'))
    expect(scenario.status.hosts.map(({ name }) => name)).toEqual(['b:3306'])
  })

  it('replaces every connection after a refresh, each as soon as no caller needs it', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 3 })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    bob?.returns()
    const cid = scenario.borrower('cid').asks()
    const dan = scenario.borrower('dan').asks()
    // dan's is being opened with what is about to be replaced.
    scenario.world.engine.refresh()
    scenario.passes(10)
    expect(dan.holds).toBe('a#3')
    for (const borrower of [ann, cid, dan]) borrower?.returns()
    scenario.passes(10)
    expect(scenario.server('a').open).toBe(0)
    const eve = scenario.borrower('eve').asks()
    scenario.passes(10)
    eve.returns()
    scenario.passes(10)
    expect(scenario.server('a').open).toBe(1)
  })
})
