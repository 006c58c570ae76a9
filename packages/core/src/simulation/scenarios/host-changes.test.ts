import { describe, expect, it } from 'vitest'

import { down, hung, readOnly, Story, usable } from '../story.js'
import '../to-tell.js'

describe('a host that goes and comes', () => {
  it('loses its idle connections at once when it is down, the checked out ones when they come back', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    bob?.returns()
    story.skips()
    story.learns('a', down)
    expect(story).toTell('a: #2 cut')
    expect(ann?.connection.resource.alive).toBe(true)
    ann?.returns()
    story.passes(5)
    expect(story).toTell('b1 returns a#1', 'a: #1 quits')
    expect(story.status.total).toBe(0)
  })

  it('loses its checked out connections at once when it is known to hang: their statements fail now', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.server('a').freeze()
    story.skips()
    story.learns('a', hung)
    expect(story).toTell('a: #1 cut')
    expect(ann.connection.resource.alive).toBe(false)
    ann.returns()
    expect(story.status.total).toBe(0)
  })

  it('gets its share although somebody keeps a connection of the others for hours', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 4 })
    story.learns('b', down)
    const [keeper, ...others] = story.crowd(4)
    story.passes(50)
    story.learns('b', usable)
    const borrowed = new Set(others)
    for (let second = 0; second < 60; second += 1) {
      story.passes(900)
      for (const borrower of borrowed) borrower.returns()
      borrowed.clear()
      story.passes(100)
      for (const borrower of story.crowd(3)) borrowed.add(borrower)
    }
    expect(story.status.hosts.map((host) => host.inUse + host.idle)).toEqual([2, 2])
    expect(keeper?.connection.resource.alive).toBe(true)
    keeper?.returns()
    for (const borrower of borrowed) borrower.returns()
    story.passes(20)
    expect(story.status.total).toBe(4)
  })

  it('adds one to its generation each time it goes down, and nothing else does', () => {
    const story = new Story({ host: 'a' })
    const { generation } = story.world.host('a')
    story.learns('a', down)
    story.learns('a', { ...down, reason: 'still gone' })
    story.learns('a', hung)
    story.learns('a', { kind: 'doubtful', reason: 'late news' })
    expect(story.world.host('a').generation).toBe(generation + 1)
    story.learns('a', usable)
    story.learns('a', { kind: 'doubtful', reason: 'something broke' })
    story.learns('a', usable)
    expect(story.world.host('a').generation).toBe(generation + 1)
    story.learns('a', down)
    expect(story.world.host('a').generation).toBe(generation + 2)
  })

  it('is not held to account for connections of its earlier life', () => {
    const story = new Story({ host: 'a', connectionLimit: 3 })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    story.learns('a', down)
    story.learns('a', usable)
    story.server('a').dropAll()
    expect(story.world.host('a').state).toBe('up')
    expect(story.world.watch.losses).toBe(0)
    ann?.returns()
    bob?.returns()
    expect(story.status.total).toBe(0)
  })

  it('changes its state once in a storm of broken connections', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 20, selector: 'ordered' })
    story.crowd(20)
    story.passes(200)
    const states: string[] = []
    story.world.hosts.onChange((host) => states.push(`${host.name} ${host.state}`))
    story.server('a').dropAll()
    expect(states).toEqual(['a:3306 suspect'])
  })

  it('makes nobody else wait when it is the only one in doubt', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered' })
    story.learns('a', { kind: 'doubtful', reason: 'something broke' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    expect(ann.holds).toBe('b#1')
  })

  it('is used in doubt when no other host is left', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered' })
    story.learns('b', down)
    story.learns('a', { kind: 'doubtful', reason: 'something broke' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    expect(ann.holds).toBe('a#1')
  })

  it('gives its waiters to the other hosts', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    const cid = story.borrower('cid').asks()
    story.dies('a')
    story.learns('a', down)
    ann?.returns()
    bob?.returns()
    story.passes(10)
    expect(cid.holds).toBe('b#1')
  })

  it('gets its share of the connections when it is back, without a burst and without taking any away', () => {
    const story = new Story({ host: 'a,b,c', connectionLimit: 12, selector: 'random', idleTimeout: 0, maxLifetime: 0 })
    story.learns('c', down)
    const crowd = story.crowd(12)
    story.passes(100)
    for (const borrower of crowd.slice(0, 8)) borrower.returns()
    story.returns('c')
    let most = 0
    for (let time = 0; time < 20_000; time += 1) {
      story.passes(1)
      most = Math.max(most, story.server('c').handshaking)
    }
    for (const borrower of crowd.slice(8)) expect(borrower.connection.resource.alive).toBe(true)
    for (const borrower of crowd.slice(8)) borrower.returns()
    story.passes(20_000)
    expect([story.server('a').open, story.server('b').open, story.server('c').open]).toEqual([4, 4, 4])
    expect(most).toBeLessThanOrEqual(2)
    expect(story.world.connector.attempts.size).toBe(0)
  })

  it('gets a share by its weight', () => {
    const story = new Story({
      host: [
        { host: 'a', weight: 1 },
        { host: 'b', weight: 3 },
      ],
      connectionLimit: 8,
      idleTimeout: 0,
    })
    story.learns('b', down)
    for (const borrower of story.crowd(8).map((borrower) => (story.passes(20), borrower))) borrower.returns()
    story.returns('b')
    story.passes(60_000)
    expect([story.server('a').open, story.server('b').open]).toEqual([2, 6])
  })

  /** Borrowers come and go, the same number of them each time. */
  function keepsBusy(
    story: Story,
    seconds: number,
    borrowers: Readonly<Partial<Record<'read' | 'write', number>>>,
  ): void {
    for (let turn = 0; turn < seconds * 4; turn += 1) {
      const { read = 0, write = 0 } = borrowers
      const crowd = [...story.crowd(write, 'write'), ...story.crowd(read, 'read')]
      story.passes(200)
      for (const borrower of crowd) if (borrower.holds !== undefined) borrower.returns()
      story.passes(50)
    }
  }

  const open = (story: Story, ...names: string[]): number[] => names.map((name) => story.server(name).open)

  it('gets its share beside a host that only reads', () => {
    const story = new Story({ host: 'a,b,c', connectionLimit: 9, idleTimeout: 0, maxLifetime: 0 })
    story.learns('c', readOnly)
    story.learns('b', down)
    keepsBusy(story, 5, { read: 5, write: 4 })
    story.returns('b')
    keepsBusy(story, 40, { read: 5, write: 4 })
    const [a = 0, b = 0, c = 0] = open(story, 'a', 'b', 'c')
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1)
    expect(c).toBeGreaterThan(0)
  })

  it('gets reads again that went to the primary meanwhile, when it is a replica', () => {
    const story = new Story({ host: 'primary,replica', connectionLimit: 8, idleTimeout: 0, maxLifetime: 0 })
    story.learns('replica', down)
    keepsBusy(story, 5, { read: 8 })
    expect(open(story, 'primary', 'replica')).toEqual([8, 0])
    story.learns('replica', { ...usable, writable: false })
    keepsBusy(story, 40, { read: 8 })
    const [primary = 0, replica = 0] = open(story, 'primary', 'replica')
    expect(primary + replica).toBe(8)
    expect(Math.abs(primary - replica)).toBeLessThanOrEqual(2)
  })

  it('takes no connection from writes, when it is a replica', () => {
    const story = new Story({ host: 'primary,replica', connectionLimit: 8, idleTimeout: 0, maxLifetime: 0 })
    story.learns('replica', down)
    keepsBusy(story, 5, { write: 8 })
    story.learns('replica', { ...usable, writable: false })
    keepsBusy(story, 40, { write: 7, read: 1 })
    const [primary = 0, replica = 0] = open(story, 'primary', 'replica')
    expect(primary).toBeGreaterThanOrEqual(7)
    expect(replica).toBeLessThanOrEqual(1)
  })

  it('comes to rest: with the same work nothing moves any more', () => {
    const story = new Story({ host: 'a,b,c,d', connectionLimit: 10, idleTimeout: 0, maxLifetime: 0 })
    story.learns('c', readOnly)
    story.learns('d', readOnly)
    story.learns('b', down)
    keepsBusy(story, 10, { read: 6, write: 3 })
    story.returns('b')
    keepsBusy(story, 60, { read: 6, write: 3 })
    const before = story.status.hosts.map(({ counters }) => counters.closed)
    keepsBusy(story, 60, { read: 6, write: 3 })
    expect(story.status.hosts.map(({ counters }) => counters.closed)).toEqual(before)
    const [a = 0, b = 0, c = 0, d = 0] = open(story, 'a', 'b', 'c', 'd')
    expect([Math.abs(a - b), Math.abs(c - d)].every((off) => off <= 1)).toBe(true)
  })

  it('keeps busy connections moving, too: each goes when its borrower gives it back', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 4, idleTimeout: 0 })
    story.learns('b', down)
    let crowd = story.crowd(4)
    story.passes(50)
    story.returns('b')
    for (let turn = 0; turn < 300; turn += 1) {
      for (const borrower of crowd) borrower.returns()
      crowd = story.crowd(4)
      story.passes(100)
      for (const borrower of crowd) expect(borrower.answers).toBe(1)
    }
    expect([story.server('a').open, story.server('b').open]).toEqual([2, 2])
  })
})

describe('hosts at run time', () => {
  it('drains a host: no new connection, idle ones closed now, checked out ones when they come back', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 4, selector: 'ordered' })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    bob?.returns()
    story.skips()
    story.learns('a', { kind: 'drain' })
    const cid = story.borrower('cid').asks()
    story.passes(10)
    expect(story).toTell('a: #2 quits', 'b: handshake', 'cid waits', '…')
    expect(cid.holds).toBe('b#1')
    ann?.returns()
    story.passes(10)
    expect(story.server('a').open).toBe(0)
  })

  it('uses a host again after its drain is ended', () => {
    const story = new Story({ host: 'a' })
    story.learns('a', { kind: 'drain' })
    expect(story.borrower('ann').asks().reason).toBe('ERR_HOSTPOOL_NO_HOST')
    story.learns('a', { kind: 'undrain' })
    const bob = story.borrower('bob').asks()
    story.passes(10)
    expect(bob.holds).toBe('a#1')
  })

  it('gives up the handshakes of a host that is drained', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered' })
    const ann = story.borrower('ann').asks()
    story.learns('a', { kind: 'drain' })
    story.passes(10)
    expect(story).toTell(
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
    const story = new Story({ host: 'a', noHostTimeout: 5000 })
    story.learns('a', down)
    const ann = story.borrower('ann').asks()
    const [config] = story.world.config.hosts
    if (config === undefined) throw new Error('no host')
    story.world.hosts.add({ ...config, host: 'b', name: 'b:3306' })
    story.passes(10)
    expect(ann.holds).toBe('b#1')
  })

  it('forgets a host that is removed as soon as nothing is open to it', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered' })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    bob?.returns()
    story.world.hosts.remove(story.world.host('a'))
    story.passes(10)
    expect(story.status.hosts.map(({ name }) => name)).toEqual(['a:3306', 'b:3306'])
    ann?.returns()
    story.passes(10)
    expect(story.status.hosts.map(({ name }) => name)).toEqual(['b:3306'])
    const cid = story.borrower('cid').asks()
    story.passes(10)
    expect(cid.holds).toBe('b#1')
  })

  it('forgets a host at once to which nothing was open', () => {
    const story = new Story({ host: 'a,b' })
    story.world.hosts.remove(story.world.host('a'))
    expect(story.status.hosts.map(({ name }) => name)).toEqual(['b:3306'])
  })

  it('replaces every connection after a refresh, each as soon as nobody needs it', () => {
    const story = new Story({ host: 'a', connectionLimit: 3 })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    bob?.returns()
    const cid = story.borrower('cid').asks()
    const dan = story.borrower('dan').asks()
    // dan's is being opened with what is about to be replaced.
    story.world.engine.refresh()
    story.passes(10)
    expect(dan.holds).toBe('a#3')
    for (const borrower of [ann, cid, dan]) borrower?.returns()
    story.passes(10)
    expect(story.server('a').open).toBe(0)
    const eve = story.borrower('eve').asks()
    story.passes(10)
    eve.returns()
    story.passes(10)
    expect(story.server('a').open).toBe(1)
  })
})
