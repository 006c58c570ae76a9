import { describe, expect, it } from 'vitest'

import type { Borrower } from '../borrower.js'
import { readOnly, Scenario, usable } from '../scenario.js'
import '../to-tell.js'

function returnAll(borrowers: readonly Borrower[]): void {
  for (const borrower of borrowers) borrower.returns()
}

describe('keeping connections', () => {
  it('checks out the connection of a host that was used last', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 3 })
    const [ann, bob, cid] = scenario.crowd(3)
    scenario.passes(20)
    ann?.returns()
    cid?.returns()
    bob?.returns()
    scenario.skips()
    const dan = scenario.borrower('dan').asks()
    const eve = scenario.borrower('eve').asks()
    expect([dan.holds, eve.holds]).toEqual(['a#2', 'a#3'])
  })

  it('uses an idle connection of any host before a new one is opened', () => {
    const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 10, selector: 'round-robin' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const { holds } = ann
    ann.returns()
    for (let turn = 0; turn < 10; turn += 1) {
      const bob = scenario.borrower('bob').asks()
      expect(bob.holds).toBe(holds)
      bob.returns()
    }
    expect(scenario.handshakes).toBe(1)
  })

  it('uses an idle connection although one is being opened that another caller no longer needs', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered', validateAfterIdle: 0 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.server('a').ways.welcome = 'is silent'
    const bob = scenario.borrower('bob').asks()
    ann.returns()
    expect(bob.holds).toBe('a#1')
    bob.returns()
    const cid = scenario.borrower('cid').asks()
    scenario.passes(1)
    expect(cid.holds).toBe('a#1')
  })

  it('uses the idle connections of a host that is up again although one is being opened elsewhere', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.learns('a', { kind: 'doubtful', reason: 'something broke' })
    scenario.server('b').ways.welcome = 'is silent'
    const bob = scenario.borrower('bob').asks()
    expect(bob.waits).toBe(true)
    scenario.learns('a', usable)
    expect(bob.holds).toBe('a#1')
  })

  it('spreads low traffic evenly over the hosts that have idle connections', () => {
    const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 3, selector: 'round-robin' })
    const crowd = scenario.crowd(3)
    scenario.passes(20)
    returnAll(crowd)
    for (let turn = 0; turn < 300; turn += 1) scenario.borrower('ann').asks().returns()
    for (const { counters } of scenario.status.hosts) expect(counters.served).toBeGreaterThan(70)
  })

  it('ranks the hosts at each checkout when the selector is least-busy', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 4, selector: 'least-busy' })
    const crowd = scenario.crowd(4)
    scenario.passes(20)
    returnAll(crowd)
    const taken = Array.from({ length: 4 }, (_, index) => scenario.borrower(`c${index}`).asks().holds?.charAt(0))
    expect(new Set(taken.slice(0, 2))).toEqual(new Set(['a', 'b']))
    expect(new Set(taken.slice(2))).toEqual(new Set(['a', 'b']))
  })

  it('fills minIdle in the background, handshake by handshake, without anybody waiting', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 10, minIdle: 3, maxConnecting: 2 })
    expect(scenario.handshakes).toBe(0)
    let most = 0
    for (let time = 0; time < 3000; time += 1) {
      scenario.passes(1)
      most = Math.max(most, scenario.server('a').handshaking)
    }
    expect(scenario.status.idle).toBe(3)
    expect(most).toBe(2)
    expect(scenario.world.keepsProcessAlive).toBe(false)
  })

  it('fills minIdle again after a connection was lost', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 10, minIdle: 3 })
    scenario.passes(5000)
    scenario.server('a').dropAll()
    expect(scenario.status.idle).toBe(0)
    scenario.passes(5000)
    expect(scenario.status.idle).toBe(3)
  })

  it('closes what is idle beyond maxIdle as soon as it comes back', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 4, maxIdle: 2 })
    const crowd = scenario.crowd(4)
    scenario.passes(20)
    returnAll(crowd)
    expect(scenario.status.idle).toBe(2)
    scenario.passes(5)
    expect(scenario.server('a').open).toBe(2)
  })

  it('lets a surplus age out under traffic that needs only one connection', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 4, idleTimeout: 10_000 })
    const crowd = scenario.crowd(4)
    scenario.passes(20)
    returnAll(crowd)
    for (let time = 0; time < 15_000; time += 100) {
      scenario.borrower('ann').asks().returns()
      scenario.passes(100)
    }
    expect(scenario.server('a').open).toBe(1)
  })

  it('lets idle connections age out down to minIdle, with a goodbye to the server', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 4, idleTimeout: 10_000, minIdle: 1 })
    const crowd = scenario.crowd(4)
    scenario.passes(20)
    returnAll(crowd)
    scenario.skips()
    scenario.passes(60_000)
    expect(scenario.told().filter((line) => line.endsWith('quits'))).toHaveLength(3)
    expect(scenario.server('a').open).toBe(1)
  })

  it('closes idle connections after idleTimeout in the usual configuration', () => {
    const scenario = new Scenario({ host: 'a' })
    const crowd = scenario.crowd(4)
    scenario.passes(20)
    returnAll(crowd)
    scenario.passes(59_000)
    expect(scenario.server('a').open).toBe(4)
    scenario.passes(3000)
    expect(scenario.server('a').open).toBe(0)
  })

  it('destroys a connection whose server takes no notice of a goodbye', () => {
    const scenario = new Scenario({ host: 'a', idleTimeout: 1000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.server('a').ways.partsWell = false
    scenario.skips()
    scenario.passes(1500)
    expect(scenario).toTell('a: #1 quits')
    scenario.passes(1000)
    expect(scenario).toTell('a: #1 cut')
    expect(scenario.status.total).toBe(0)
  })

  it('retires a connection at its age, a random part of a quarter earlier, and not all at once', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 20, maxLifetime: 100_000, idleTimeout: 0, minIdle: 0 })
    const crowd = scenario.crowd(20)
    scenario.passes(200)
    returnAll(crowd)
    scenario.passes(74_000)
    expect(scenario.server('a').open).toBe(20)
    const left: number[] = []
    for (let time = 0; time < 27_000; time += 1000) {
      scenario.passes(1000)
      left.push(scenario.server('a').open)
    }
    expect(left.at(-1)).toBe(0)
    expect(new Set(left).size).toBeGreaterThan(8)
  })

  it('never takes a connection away from a borrower because of its age, but does not check it out again', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, maxLifetime: 10_000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(50_000)
    expect(scenario.server('a').open).toBe(1)
    const bob = scenario.borrower('bob').asks()
    scenario.skips()
    ann.returns()
    scenario.passes(20)
    expect(scenario).toTell('ann returns a#1', 'a: #1 quits', 'a: handshake', 'a: #2 open', 'bob gets a#2')
    expect(bob.holds).toBe('a#2')
  })

  it('does not check out an idle connection that has reached its age since housekeeping last looked', () => {
    const scenario = new Scenario({ host: 'a', maxLifetime: 4000, idleTimeout: 0, validateAfterIdle: false })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.passes(3990)
    expect(scenario.status.idle, 'housekeeping looks every second').toBe(1)
    const bob = scenario.borrower('bob').asks()
    scenario.passes(4)
    expect(bob.waits).toBe(true)
    scenario.passes(2)
    expect(bob.holds).toBe('a#2')
  })

  it('checks out a warm connection without a round trip', () => {
    const scenario = new Scenario({ host: 'a' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.passes(500)
    scenario.skips()
    scenario.borrower('bob').asks()
    expect(scenario).toTell('bob gets a#1')
  })

  it('asks one that was idle for longer whether it still answers, before it is checked out', () => {
    const scenario = new Scenario({ host: 'a' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.passes(501)
    scenario.skips()
    scenario.borrower('bob').asks()
    scenario.passes(5)
    expect(scenario).toTell('a: #1 pinged', 'bob waits', 'bob gets a#1')
  })

  it('never asks when that is switched off', () => {
    const scenario = new Scenario({ host: 'a', validateAfterIdle: false })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.passes(20_000)
    scenario.skips()
    scenario.borrower('bob').asks()
    expect(scenario).toTell('bob gets a#1')
  })

  it('replaces a dead connection without the borrower noticing, if need be on another host', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.passes(1000)
    scenario.server('a').ways.answers = 'with an error'
    const bob = scenario.borrower('bob').asks()
    scenario.passes(20)
    expect(bob.holds).toBe('b#1')
  })

  it('does not count on a ping that is not answered soon, and takes another connection meanwhile', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered', validationTimeout: 700 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.passes(1000)
    scenario.server('a').freeze()
    const bob = scenario.borrower('bob').asks()
    scenario.passes(90)
    expect(bob.waits).toBe(true)
    scenario.passes(130)
    expect(bob.holds).toBe('b#1')
  })

  it('does not wait for a ping that is not answered for longer than validationTimeout', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered', validationTimeout: 700, connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.passes(1000)
    scenario.server('a').freeze()
    const bob = scenario.borrower('bob').asks()
    scenario.passes(699)
    expect(bob.waits).toBe(true)
    scenario.passes(20)
    expect(bob.holds).toBe('b#1')
  })

  it('opens another when one turns out to be of no use after it was asked', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2, validateAfterIdle: 0 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.returns()
    scenario.server('a').ways.goodbyeTime = 800
    const bob = scenario.borrower('bob').asks()
    scenario.world.engine.refresh()
    scenario.passes(10)
    expect(bob.holds, 'before the goodbye of the old one is answered').toBe('a#2')
  })

  it('opens another when the one that was asked goes to a caller that came first', () => {
    const scenario = new Scenario({
      host: 'writer,reader',
      connectionLimit: 5,
      selector: 'ordered',
      validateAfterIdle: 0,
    })
    const crowd = scenario.crowd(2)
    scenario.passes(20)
    scenario.learns('writer', { ...usable, lastResort: true, reason: 'a donor' })
    const others = ['deb', 'eli'].map((name) => scenario.borrower(name).asks())
    scenario.passes(20)
    const held = [...crowd, ...others].map((borrower) => borrower.holds)
    expect(held).toEqual(['writer#1', 'writer#2', 'reader#1', 'reader#2'])
    crowd[1]?.returns()
    others[0]?.returns()
    scenario.learns('reader', readOnly)
    scenario.server('reader').freeze()
    const bob = scenario.borrower('bob').asks()
    const cid = scenario.borrower('cid', 'write').asks()
    scenario.learns('writer', usable)
    scenario.passes(2)
    expect(bob.holds).toBe('writer#2')
    scenario.passes(20)
    expect(cid.holds).toBe('writer#3')
  })

  it('looks at all idle connections of a host together when one of them does not answer', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 4 })
    const crowd = scenario.crowd(4)
    scenario.passes(20)
    returnAll(crowd)
    scenario.passes(1000)
    scenario.server('a').freeze()
    scenario.borrower('bob').asks()
    scenario.skips()
    scenario.passes(1000)
    expect(scenario.told().filter((line) => line.endsWith('pinged'))).toHaveLength(3)
    scenario.passes(1000)
    expect(scenario.status.idle).toBe(0)
  })

  it('notices at once when an idle connection is closed by its server', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 4 })
    const crowd = scenario.crowd(4)
    scenario.passes(20)
    returnAll(crowd)
    scenario.server('a').dropAll()
    scenario.passes(0)
    expect(scenario.status.total).toBe(0)
    const bob = scenario.borrower('bob').asks()
    scenario.passes(20)
    expect(bob.holds).toBe('a#5')
  })
})
