import { getEventListeners } from 'node:events'

import { describe, expect, it } from 'vitest'

import type { Checkout } from '../../pool/checkout.js'
import type { FakeConnection } from '../fake-connector.js'
import { down, readOnly, Scenario, usable } from '../scenario.js'
import '../to-tell.js'

describe('waiting for a connection', () => {
  it('serves waiters in the order they came, whatever host the connection is on', () => {
    const host = ['a', 'b'].map((name) => ({ host: name, connectionLimit: 1 }))
    const scenario = new Scenario({ host, connectionLimit: 2, selector: 'ordered' })
    const [ann, bob] = [scenario.borrower('ann').asks(), scenario.borrower('bob').asks()]
    scenario.passes(10)
    for (const name of ['cid', 'dan', 'eve']) scenario.borrower(name).asks()
    scenario.skips()
    bob.returns()
    ann.returns()
    expect(scenario).toTell('bob returns b#1', 'cid gets b#1', 'ann returns a#1', 'dan gets a#1')
  })

  it('keeps one order over all kinds of access: each connection serves the first who can use it', () => {
    const scenario = new Scenario({ host: 'writer,reader', connectionLimit: 2, selector: 'ordered' })
    scenario.learns('reader', readOnly)
    const ann = scenario.borrower('ann', 'write').asks()
    scenario.passes(10)
    scenario.learns('writer', { ...usable, lastResort: true, reason: 'a donor' })
    const bob = scenario.borrower('bob', 'read').asks()
    scenario.passes(10)
    expect([ann.holds, bob.holds]).toEqual(['writer#1', 'reader#1'])
    scenario.learns('writer', usable)
    const [cid, dan, eve] = [
      scenario.borrower('cid', 'write').asks(),
      scenario.borrower('dan', 'read').asks(),
      scenario.borrower('eve').asks(),
    ]
    scenario.skips()
    bob.returns()
    expect(scenario, 'cid came first, but cannot use a reader').toTell('bob returns reader#1', 'dan gets reader#1')
    ann.returns()
    expect(scenario).toTell('ann returns writer#1', 'cid gets writer#1')
    cid.returns()
    expect([dan.holds, eve.holds]).toEqual(['reader#1', 'writer#1'])
  })

  it('gives a waiter the first connection that frees up, not only the one that is opened for it', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.server('a').ways.handshakeTime = 200
    scenario.borrower('bob').asks()
    scenario.passes(10)
    scenario.skips()
    ann.returns()
    expect(scenario).toTell('ann returns a#1', 'bob gets a#1')
  })

  it('does not let a dead host block the line', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'ordered' })
    scenario.server('a').ways.welcome = 'is silent'
    const crowd = scenario.crowd(4)
    scenario.passes(300)
    expect(crowd.filter((borrower) => borrower.holds !== undefined).length).toBeGreaterThan(0)
    for (let turn = 0; turn < 4; turn += 1) {
      const served = crowd.find((borrower) => borrower.holds !== undefined)
      served?.returns()
      scenario.passes(10)
    }
    expect(crowd.map((borrower) => borrower.answers)).toEqual([1, 1, 1, 1])
  })

  it('does not let a newcomer overtake a waiter when a connection comes back', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    ann.leavesTraces().returns()
    // The connection is being cleaned: it has no borrower, and bob has waited for longer.
    const cid = scenario.borrower('cid').asks()
    scenario.passes(10)
    expect([bob.holds, cid.holds]).toEqual(['a#1', undefined])
    bob.returns()
    expect(cid.holds).toBe('a#1')
  })

  it('lets a waiter keep its place when the connection that was promised to it dies', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 1, selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(3)
    const bob = scenario.borrower('bob').asks()
    scenario.dies('a')
    scenario.passes(30)
    expect(scenario).toTell(
      'a: handshake',
      'ann waits',
      'bob waits',
      'a: refuses',
      'b: handshake',
      'b: #1 open',
      'ann gets b#1',
    )
    ann.returns()
    expect(bob.holds).toBe('b#1')
  })

  it('lets a waiter keep its deadline, too, however often its connection dies', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, acquireTimeout: 1000, noHostTimeout: 1000 })
    scenario.server('a').ways.welcome = 'refuses'
    scenario.server('a').ways.handshakeTime = 100
    const ann = scenario.borrower('ann').asks()
    for (let turn = 0; turn < 9; turn += 1) {
      scenario.passes(100)
      scenario.learns('a', usable)
      expect(ann.waits).toBe(true)
    }
    scenario.passes(99)
    expect(ann.waits).toBe(true)
    scenario.passes(1)
    expect(ann.reason).toBe('ERR_HOSTPOOL_ACQUIRE_TIMEOUT')
  })

  it('gives up after acquireTimeout, and says what the pool was doing and what went wrong last', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 1, acquireTimeout: 2000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.dies('b')
    scenario.learns('b', down)
    const bob = scenario.borrower('bob').asks()
    scenario.passes(1999)
    expect(bob.waits).toBe(true)
    scenario.passes(1)
    expect(bob.reason).toBe('ERR_HOSTPOOL_ACQUIRE_TIMEOUT')
    expect(bob.error?.message).toBe(
      'No connection within 2000 ms: 1 of 1 connections in use, 0 idle, 0 connecting, 1 callers waiting; b:3306 down (it is gone). ' +
        'All are checked out: connectionLimit is too low for the load, or borrowers wait for a second connection while they hold one ' +
        '(a query past its transaction, say), or do not release theirs; leakDetectionThreshold tells which',
    )
    expect(scenario.status.counters.acquireTimeouts).toBe(1)
    expect(ann.holds).toBeDefined()
  })

  it('has refused a waiter before anybody hears of its timeout: what a listener gives back is for the next one', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, acquireTimeout: 2000 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.passes(1)
    const cid = scenario.borrower('cid').asks()
    scenario.world.emitter.on('acquireTimeout', () => ann.returns(), true)
    scenario.passes(1999)
    expect([bob.reason, bob.answers, cid.holds]).toEqual(['ERR_HOSTPOOL_ACQUIRE_TIMEOUT', 1, 'a#1'])
    expect(scenario.status.counters).toMatchObject({ served: 2, acquireTimeouts: 1 })
  })

  it('has one timer for all waiters, and none when there is none', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, idleTimeout: 0 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const before = scenario.world.engineClock.pending
    const crowd = scenario.crowd(50)
    expect(scenario.world.engineClock.pending).toBe(before + 1)
    for (const borrower of crowd) borrower.givesUp()
    expect(scenario.world.engineClock.pending).toBe(before)
    expect(ann.holds).toBe('a#1')
  })

  it('names the last connect error as the cause of a timeout, also for those who only see the text', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, acquireTimeout: 2000 })
    scenario.server('a').ways.welcome = 'has no room'
    const ann = scenario.borrower('ann').asks()
    scenario.passes(2000)
    expect(ann.reason).toBe('ERR_HOSTPOOL_ACQUIRE_TIMEOUT')
    expect(ann.error?.cause).toMatchObject({ message: 'has no room' })
    expect(ann.error?.message).toBe(
      'No connection within 2000 ms: 0 of 1 connections in use, 0 idle, 0 connecting, 1 callers waiting. ' +
        'The last connect failed: has no room',
    )
  })

  it('does not blame a connect that failed before one that succeeded', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, acquireTimeout: 2000 })
    scenario.server('a').ways.welcome = 'has no room'
    scenario.borrower('ann').asks()
    scenario.passes(2000)
    scenario.server('a').ways.welcome = 'accepts'
    const bob = scenario.borrower('bob').asks({ acquireTimeout: 60_000 })
    scenario.passes(60_000)
    expect(bob.holds).toBeDefined()
    const cid = scenario.borrower('cid').asks()
    scenario.passes(2000)
    expect(cid.reason).toBe('ERR_HOSTPOOL_ACQUIRE_TIMEOUT')
    expect(cid.error?.cause).toBeUndefined()
  })

  it('waits 10 s when nothing else is said, and as long as it is told to by the caller', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    const cid = scenario.borrower('cid').asks({ acquireTimeout: 50 })
    scenario.passes(50)
    expect([bob.waits, cid.waits]).toEqual([true, false])
    scenario.passes(9949)
    expect(bob.waits).toBe(true)
    scenario.passes(1)
    expect(bob.waits).toBe(false)
  })

  it('lets a caller stop waiting, and gives the reason back', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    const cid = scenario.borrower('cid').asks()
    scenario.skips()
    bob.givesUp()
    expect(scenario).toTell('bob gives up', 'bob is refused: ERR_HOSTPOOL_ABORTED')
    expect(bob.error?.cause).toMatchObject({ message: 'bob has no more time' })
    ann.returns()
    expect(cid.holds).toBe('a#1')
    cid.returns()
    // Well before the time of those who waited would have been up.
    scenario.passes(100)
    expect(scenario.world.clock.keepingAlive).toBe(0)
  })

  it('does not begin to wait for a caller that has given up already', () => {
    const scenario = new Scenario({ host: 'a' })
    const answers: unknown[] = []
    scenario.world.engine.acquire({ signal: AbortSignal.abort(new Error('too late')) }, (error) => answers.push(error))
    expect(answers).toMatchObject([{ code: 'ERR_HOSTPOOL_ABORTED' }])
    expect(scenario.handshakes).toBe(0)
  })

  it('listens once to a signal, however many wait with it, and no longer than they do', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const { engine } = scenario.world
    const { signal } = new AbortController()
    const served: Checkout<FakeConnection>[] = []
    for (let count = 0; count < 1000; count += 1) {
      engine.acquire({ signal }, (_, checkout) => {
        if (checkout !== undefined) served.push(checkout)
      })
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    ann.returns()
    for (const checkout of served) engine.release(checkout)
    expect(served).toHaveLength(1000)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('sends all away who wait with a signal that is aborted, in their order, and serves those who wait without', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, acquireTimeout: 0 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const abort = new AbortController()
    const { signal } = abort
    const refused: number[] = []
    const framed: number[] = []
    const ask = (number: number): void =>
      scenario.world.engine.acquire({ signal }, (error) => {
        expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_ABORTED', cause: signal.reason as unknown })
        refused.push(number)
        if (error?.stack?.includes('\n    at ') === true) framed.push(number)
        // With the same signal, which is aborted now.
        if (number < 3) ask(number + 10)
      })
    for (let number = 1; number <= 5; number += 1) ask(number)
    const bob = scenario.borrower('bob').asks()
    abort.abort(new Error('the service is being stopped'))
    expect(refused).toEqual([1, 11, 2, 12, 3, 4, 5])
    // Frames are most of what an error costs, and they are the same for all.
    expect(framed).toEqual([1, 11, 12])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    ann.returns()
    expect(bob.holds).toBe('a#1')
  })

  it('lets the connect of one who gave up serve the next one', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.borrower('bob').asks()
    ann.givesUp()
    scenario.passes(10)
    expect(scenario).toTell(
      'a: handshake',
      'ann waits',
      'bob waits',
      'ann gives up',
      'ann is refused: *',
      'a: #1 open',
      'bob gets a#1',
    )
  })

  it('keeps the connection of one who gave up for the next borrower', () => {
    const scenario = new Scenario({ host: 'a' })
    const ann = scenario.borrower('ann').asks()
    ann.givesUp()
    scenario.passes(10)
    scenario.skips()
    scenario.borrower('bob').asks()
    expect(scenario).toTell('bob gets a#1')
  })

  it('refuses at once who comes when queueLimit wait already', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1, queueLimit: 2 })
    scenario.borrower('ann').asks()
    const [bob, cid, dan] = scenario.crowd(3)
    expect([bob?.waits, cid?.waits, dan?.waits]).toEqual([true, true, false])
    expect(dan?.reason).toBe('ERR_HOSTPOOL_QUEUE_FULL')
    expect(dan?.error?.message).toContain('queueLimit is 2')
  })

  it('with waitForConnections off opens what is allowed and makes no caller wait beyond that', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2, waitForConnections: false })
    const [ann, bob, cid] = scenario.crowd(3)
    scenario.passes(20)
    expect([ann?.holds, bob?.holds, cid?.reason]).toEqual(['a#1', 'a#2', 'ERR_HOSTPOOL_QUEUE_FULL'])
  })

  it('fails at once with the last real error when no host can be used', () => {
    const scenario = new Scenario({ host: 'a,b' })
    scenario.everywhere({ welcome: 'refuses' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    expect(ann.reason).toBe('ERR_HOSTPOOL_NO_HOST')
    expect(ann.error?.cause).toMatchObject({ code: 'ECONNREFUSED' })
    expect(ann.error?.message).toContain('a:3306 is down')
    expect(ann.error?.message).toContain('b:3306 is down')
    const bob = scenario.borrower('bob').asks()
    expect(bob.reason).toBe('ERR_HOSTPOOL_NO_HOST')
    expect(scenario.handshakes).toBe(2)
  })

  it('waits for a host to come up as long as noHostTimeout says', () => {
    const scenario = new Scenario({ host: 'a', noHostTimeout: 3000 })
    scenario.learns('a', down)
    const ann = scenario.borrower('ann').asks()
    scenario.passes(2999)
    expect(ann.waits).toBe(true)
    scenario.passes(1)
    expect(ann.reason).toBe('ERR_HOSTPOOL_NO_HOST')

    const bob = scenario.borrower('bob').asks()
    scenario.passes(1000)
    scenario.learns('a', usable)
    scenario.passes(10)
    expect(bob.holds).toBe('a#1')
  })

  it('counts noHostTimeout anew for each time that no host is up', () => {
    const scenario = new Scenario({ host: 'a', noHostTimeout: 3000, acquireTimeout: 60_000, connectionLimit: 1 })
    scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.learns('a', down)
    scenario.passes(2000)
    scenario.learns('a', usable)
    scenario.passes(2000)
    scenario.learns('a', down)
    scenario.passes(2000)
    expect(bob.waits).toBe(true)
    scenario.passes(1000)
    expect(bob.reason).toBe('ERR_HOSTPOOL_NO_HOST')
  })
})
