import { describe, expect, it } from 'vitest'

import type { Borrower } from '../borrower.js'
import { readOnly, Story, usable } from '../story.js'
import '../to-tell.js'

function returnAll(borrowers: readonly Borrower[]): void {
  for (const borrower of borrowers) borrower.returns()
}

describe('keeping connections', () => {
  it('checks out the connection of a host that was used last', () => {
    const story = new Story({ host: 'a', connectionLimit: 3 })
    const [ann, bob, cid] = story.crowd(3)
    story.passes(20)
    ann?.returns()
    cid?.returns()
    bob?.returns()
    story.skips()
    const dan = story.borrower('dan').asks()
    const eve = story.borrower('eve').asks()
    expect([dan.holds, eve.holds]).toEqual(['a#2', 'a#3'])
  })

  it('uses an idle connection of any host before a new one is opened', () => {
    const story = new Story({ host: 'a,b,c', connectionLimit: 10, selector: 'round-robin' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const { holds } = ann
    ann.returns()
    for (let turn = 0; turn < 10; turn += 1) {
      const bob = story.borrower('bob').asks()
      expect(bob.holds).toBe(holds)
      bob.returns()
    }
    expect(story.handshakes).toBe(1)
  })

  it('uses an idle connection although one is being opened that somebody else no longer needs', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'ordered', validateAfterIdle: 0 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.server('a').ways.welcome = 'is silent'
    const bob = story.borrower('bob').asks()
    ann.returns()
    expect(bob.holds).toBe('a#1')
    bob.returns()
    const cid = story.borrower('cid').asks()
    story.passes(1)
    expect(cid.holds).toBe('a#1')
  })

  it('uses the idle connections of a host that is up again although one is being opened elsewhere', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.learns('a', { kind: 'doubtful', reason: 'something broke' })
    story.server('b').ways.welcome = 'is silent'
    const bob = story.borrower('bob').asks()
    expect(bob.waits).toBe(true)
    story.learns('a', usable)
    expect(bob.holds).toBe('a#1')
  })

  it('spreads low traffic evenly over the hosts that have idle connections', () => {
    const story = new Story({ host: 'a,b,c', connectionLimit: 3, selector: 'round-robin' })
    const crowd = story.crowd(3)
    story.passes(20)
    returnAll(crowd)
    for (let turn = 0; turn < 300; turn += 1) story.borrower('ann').asks().returns()
    for (const { counters } of story.status.hosts) expect(counters.served).toBeGreaterThan(70)
  })

  it('ranks the hosts at each checkout when the selector is least-busy', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 4, selector: 'least-busy' })
    const crowd = story.crowd(4)
    story.passes(20)
    returnAll(crowd)
    const taken = Array.from({ length: 4 }, (_, index) => story.borrower(`c${index}`).asks().holds?.charAt(0))
    expect(new Set(taken.slice(0, 2))).toEqual(new Set(['a', 'b']))
    expect(new Set(taken.slice(2))).toEqual(new Set(['a', 'b']))
  })

  it('fills minIdle in the background, handshake by handshake, without anybody waiting', () => {
    const story = new Story({ host: 'a', connectionLimit: 10, minIdle: 3, maxConnecting: 2 })
    expect(story.handshakes).toBe(0)
    let most = 0
    for (let time = 0; time < 3000; time += 1) {
      story.passes(1)
      most = Math.max(most, story.server('a').handshaking)
    }
    expect(story.status.idle).toBe(3)
    expect(most).toBe(2)
    expect(story.world.keepsProcessAlive).toBe(false)
  })

  it('fills minIdle again after a connection was lost', () => {
    const story = new Story({ host: 'a', connectionLimit: 10, minIdle: 3 })
    story.passes(5000)
    story.server('a').dropAll()
    expect(story.status.idle).toBe(0)
    story.passes(5000)
    expect(story.status.idle).toBe(3)
  })

  it('closes what is idle beyond maxIdle as soon as it comes back', () => {
    const story = new Story({ host: 'a', connectionLimit: 4, maxIdle: 2 })
    const crowd = story.crowd(4)
    story.passes(20)
    returnAll(crowd)
    expect(story.status.idle).toBe(2)
    story.passes(5)
    expect(story.server('a').open).toBe(2)
  })

  it('lets a surplus age out under traffic that needs only one connection', () => {
    const story = new Story({ host: 'a', connectionLimit: 4, idleTimeout: 10_000 })
    const crowd = story.crowd(4)
    story.passes(20)
    returnAll(crowd)
    for (let time = 0; time < 15_000; time += 100) {
      story.borrower('ann').asks().returns()
      story.passes(100)
    }
    expect(story.server('a').open).toBe(1)
  })

  it('lets idle connections age out down to minIdle, with a goodbye to the server', () => {
    const story = new Story({ host: 'a', connectionLimit: 4, idleTimeout: 10_000, minIdle: 1 })
    const crowd = story.crowd(4)
    story.passes(20)
    returnAll(crowd)
    story.skips()
    story.passes(60_000)
    expect(story.told().filter((line) => line.endsWith('quits'))).toHaveLength(3)
    expect(story.server('a').open).toBe(1)
  })

  it('closes idle connections after idleTimeout in the usual configuration', () => {
    const story = new Story({ host: 'a' })
    const crowd = story.crowd(4)
    story.passes(20)
    returnAll(crowd)
    story.passes(59_000)
    expect(story.server('a').open).toBe(4)
    story.passes(3000)
    expect(story.server('a').open).toBe(0)
  })

  it('destroys a connection whose server takes no notice of a goodbye', () => {
    const story = new Story({ host: 'a', idleTimeout: 1000 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.server('a').ways.partsWell = false
    story.skips()
    story.passes(1500)
    expect(story).toTell('a: #1 quits')
    story.passes(1000)
    expect(story).toTell('a: #1 cut')
    expect(story.status.total).toBe(0)
  })

  it('retires a connection at its age, a random part of a quarter earlier, and not all at once', () => {
    const story = new Story({ host: 'a', connectionLimit: 20, maxLifetime: 100_000, idleTimeout: 0, minIdle: 0 })
    const crowd = story.crowd(20)
    story.passes(200)
    returnAll(crowd)
    story.passes(74_000)
    expect(story.server('a').open).toBe(20)
    const left: number[] = []
    for (let time = 0; time < 27_000; time += 1000) {
      story.passes(1000)
      left.push(story.server('a').open)
    }
    expect(left.at(-1)).toBe(0)
    expect(new Set(left).size).toBeGreaterThan(8)
  })

  it('never takes a connection away from a borrower because of its age, but does not check it out again', () => {
    const story = new Story({ host: 'a', connectionLimit: 1, maxLifetime: 10_000 })
    const ann = story.borrower('ann').asks()
    story.passes(50_000)
    expect(story.server('a').open).toBe(1)
    const bob = story.borrower('bob').asks()
    story.skips()
    ann.returns()
    story.passes(20)
    expect(story).toTell('ann returns a#1', 'a: #1 quits', 'a: handshake', 'a: #2 open', 'bob gets a#2')
    expect(bob.holds).toBe('a#2')
  })

  it('does not check out an idle connection that has reached its age since housekeeping last looked', () => {
    const story = new Story({ host: 'a', maxLifetime: 4000, idleTimeout: 0, validateAfterIdle: false })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.passes(3990)
    expect(story.status.idle, 'housekeeping looks every second').toBe(1)
    const bob = story.borrower('bob').asks()
    story.passes(4)
    expect(bob.waits).toBe(true)
    story.passes(2)
    expect(bob.holds).toBe('a#2')
  })

  it('checks out a warm connection without a round trip', () => {
    const story = new Story({ host: 'a' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.passes(500)
    story.skips()
    story.borrower('bob').asks()
    expect(story).toTell('bob gets a#1')
  })

  it('asks one that was idle for longer whether it still answers, before it is checked out', () => {
    const story = new Story({ host: 'a' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.passes(501)
    story.skips()
    story.borrower('bob').asks()
    story.passes(5)
    expect(story).toTell('a: #1 pinged', 'bob waits', 'bob gets a#1')
  })

  it('never asks when that is switched off', () => {
    const story = new Story({ host: 'a', validateAfterIdle: false })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.passes(20_000)
    story.skips()
    story.borrower('bob').asks()
    expect(story).toTell('bob gets a#1')
  })

  it('replaces a dead connection without the borrower noticing, if need be on another host', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.passes(1000)
    story.server('a').ways.answers = 'with an error'
    const bob = story.borrower('bob').asks()
    story.passes(20)
    expect(bob.holds).toBe('b#1')
  })

  it('does not count on a ping that is not answered soon, and takes another connection meanwhile', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered', validationTimeout: 700 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.passes(1000)
    story.server('a').freeze()
    const bob = story.borrower('bob').asks()
    story.passes(90)
    expect(bob.waits).toBe(true)
    story.passes(130)
    expect(bob.holds).toBe('b#1')
  })

  it('does not wait for a ping that is not answered for longer than validationTimeout', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered', validationTimeout: 700, connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.passes(1000)
    story.server('a').freeze()
    const bob = story.borrower('bob').asks()
    story.passes(699)
    expect(bob.waits).toBe(true)
    story.passes(20)
    expect(bob.holds).toBe('b#1')
  })

  it('opens another when one turns out to be of no use after it was asked', () => {
    const story = new Story({ host: 'a', connectionLimit: 2, validateAfterIdle: 0 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.returns()
    story.server('a').ways.goodbyeTime = 800
    const bob = story.borrower('bob').asks()
    story.world.engine.refresh()
    story.passes(10)
    expect(bob.holds, 'before the goodbye of the old one is answered').toBe('a#2')
  })

  it('opens another when the one that was asked goes to somebody who came first', () => {
    const story = new Story({ host: 'writer,reader', connectionLimit: 5, selector: 'ordered', validateAfterIdle: 0 })
    const crowd = story.crowd(2)
    story.passes(20)
    story.learns('writer', { ...usable, lastResort: true, reason: 'a donor' })
    const others = ['deb', 'eli'].map((name) => story.borrower(name).asks())
    story.passes(20)
    const held = [...crowd, ...others].map((borrower) => borrower.holds)
    expect(held).toEqual(['writer#1', 'writer#2', 'reader#1', 'reader#2'])
    crowd[1]?.returns()
    others[0]?.returns()
    story.learns('reader', readOnly)
    story.server('reader').freeze()
    const bob = story.borrower('bob').asks()
    const cid = story.borrower('cid', 'write').asks()
    story.learns('writer', usable)
    story.passes(2)
    expect(bob.holds).toBe('writer#2')
    story.passes(20)
    expect(cid.holds).toBe('writer#3')
  })

  it('looks at all idle connections of a host together when one of them does not answer', () => {
    const story = new Story({ host: 'a', connectionLimit: 4 })
    const crowd = story.crowd(4)
    story.passes(20)
    returnAll(crowd)
    story.passes(1000)
    story.server('a').freeze()
    story.borrower('bob').asks()
    story.skips()
    story.passes(1000)
    expect(story.told().filter((line) => line.endsWith('pinged'))).toHaveLength(3)
    story.passes(1000)
    expect(story.status.idle).toBe(0)
  })

  it('notices at once when an idle connection is closed by its server', () => {
    const story = new Story({ host: 'a', connectionLimit: 4 })
    const crowd = story.crowd(4)
    story.passes(20)
    returnAll(crowd)
    story.server('a').dropAll()
    story.passes(0)
    expect(story.status.total).toBe(0)
    const bob = story.borrower('bob').asks()
    story.passes(20)
    expect(bob.holds).toBe('a#5')
  })
})
