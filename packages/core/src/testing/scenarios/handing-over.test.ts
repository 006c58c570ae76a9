import { describe, expect, it } from 'vitest'

import { down, Scenario } from '../scenario.js'
import '../to-tell.js'

describe('handing a connection on', () => {
  it('costs no round trip when the last borrower left nothing behind', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.skips()
    ann.returns()
    expect(scenario).toTell('ann returns a#1', 'bob gets a#1')
    expect(bob.holds).toBe('a#1')
  })

  it('lets the next borrower have it only after what was left behind is undone', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.server('a').ways.answerTime = 30
    scenario.skips()
    ann.leavesTraces().returns()
    scenario.passes(29)
    expect(scenario).toTell('ann returns a#1', 'a: #1 cleaned')
    scenario.passes(1)
    expect(scenario).toTell('bob gets a#1')
    expect(bob.connection.resource.dirty).toBe(false)
  })

  it('opens no other while what was left behind is being undone', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 5 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    ann.leavesTraces().returns()
    const bob = scenario.borrower('bob').asks()
    scenario.passes(10)
    expect(bob.holds).toBe('a#1')
    expect(scenario.handshakes).toBe(1)
  })

  it('opens another after a moment when that takes long', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 5 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.server('a').ways.answerTime = 1000
    ann.leavesTraces().returns()
    const bob = scenario.borrower('bob').asks()
    scenario.passes(99)
    expect(scenario.handshakes).toBe(1)
    scenario.passes(60)
    expect(bob.holds).toBe('a#2')
  })

  it('closes one that cannot be cleaned, and serves the waiter with another', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.server('a').ways.answers = 'with an error'
    scenario.skips()
    ann.leavesTraces().returns()
    scenario.passes(20)
    expect(scenario).toTell(
      'ann returns a#1',
      'a: #1 cleaned',
      'a: #1 cut',
      'a: handshake',
      'a: #2 open',
      'bob gets a#2',
    )
    expect(bob.holds).toBe('a#2')
    expect(scenario.world.watch.losses, 'the server answered: nothing is wrong with it').toBe(0)
  })

  it('does not wait for a clean-up that is never done', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 1, selector: 'ordered', validationTimeout: 500 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.server('a').freeze()
    ann.leavesTraces().returns()
    scenario.passes(520)
    expect(bob.holds).toBe('b#1')
    expect(scenario.world.host('a').state).toBe('suspect')
  })

  it('does not clean what it is going to close anyway', () => {
    const scenario = new Scenario({ host: 'a,b', selector: 'ordered' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.learns('a', down)
    scenario.skips()
    ann.leavesTraces().returns()
    scenario.passes(10)
    expect(scenario).toTell('ann returns a#1', 'a: #1 quits')
  })

  it('closes a connection that broke in its borrower’s hands, and serves the next waiter with another', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const bob = scenario.borrower('bob').asks()
    scenario.server('a').dropAll()
    expect(bob.waits).toBe(true)
    ann.returns()
    scenario.passes(10)
    expect(bob.holds).toBe('a#2')
  })

  it('closes a connection at once that its borrower destroys, and wakes the next waiter', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    scenario.borrower('bob').asks()
    scenario.skips()
    ann.destroys()
    scenario.passes(10)
    expect(scenario).toTell('ann destroys a#1', 'a: #1 cut', 'a: handshake', 'a: #2 open', 'bob gets a#2')
  })

  it('takes a connection back once, however often it is given', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const { checkout } = ann
    ann.returns()
    scenario.world.engine.release(checkout)
    scenario.world.engine.destroy(checkout)
    expect(scenario.status).toMatchObject({ total: 1, idle: 1, inUse: 0 })
    const [bob, cid] = scenario.crowd(2)
    scenario.passes(10)
    expect(bob?.holds).not.toBe(cid?.holds)
  })

  it("obeys no checkout that has ended: the connection stays its next borrower's", () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const { engine } = scenario.world
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const { checkout } = ann
    ann.returns()
    const bob = scenario.borrower('bob', 'read').asks()
    const cid = scenario.borrower('cid').asks()
    const { counters, ...before } = scenario.status
    engine.release(checkout)
    engine.destroy(checkout)
    expect(engine.noteAccess(checkout, 'write', true)).toBe(true)
    expect(scenario.status).toMatchObject(before)
    expect(scenario.status.counters).toEqual({ ...counters, staleCheckouts: 3 })
    expect([bob.holds, bob.connection.resource.alive, bob.checkout.use]).toEqual(['a#1', true, 'read'])
    expect(cid.waits).toBe(true)
  })

  it('says what a checkout that had ended asked for, and of which host', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    const { checkout } = ann
    ann.destroys()
    const warnings: unknown[] = []
    scenario.world.emitter.on('warning', (warning) => warnings.push(warning))
    scenario.world.engine.release(checkout)
    scenario.world.engine.destroy(checkout)
    scenario.world.engine.noteAccess(checkout, 'write', false)
    expect(warnings).toEqual(
      ['release', 'destroy', 'use'].map((asked) => ({
        poolName: 'shop',
        host: 'a:3306',
        message:
          `The pool has refused to ${asked} a connection to a:3306, because the checkout that asked for it had ended before. ` +
          'No connection was touched, but this is a bug of mysql-hostpool: please report it',
      })),
    )
  })

  it('tells connections apart by the object, whatever number the server gives them', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 2, selector: 'round-robin' })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    // Both servers count from 1, as they do behind a load balancer.
    expect([ann?.connection.resource.link.number, bob?.connection.resource.link.number]).toEqual([1, 1])
    ann?.destroys()
    expect(scenario.status).toMatchObject({ total: 1, inUse: 1 })
    expect(bob?.connection.resource.alive).toBe(true)
  })
})
