import { describe, expect, it } from 'vitest'

import { down, Story } from '../story.js'
import '../to-tell.js'

describe('handing a connection on', () => {
  it('costs no round trip when the last borrower left nothing behind', () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const bob = story.borrower('bob').asks()
    story.skips()
    ann.returns()
    expect(story).toTell('ann returns a#1', 'bob gets a#1')
    expect(bob.holds).toBe('a#1')
  })

  it('lets the next borrower have it only after what was left behind is undone', () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const bob = story.borrower('bob').asks()
    story.server('a').ways.answerTime = 30
    story.skips()
    ann.leavesTraces().returns()
    story.passes(29)
    expect(story).toTell('ann returns a#1', 'a: #1 cleaned')
    story.passes(1)
    expect(story).toTell('bob gets a#1')
    expect(bob.connection.resource.dirty).toBe(false)
  })

  it('opens no other while what was left behind is being undone', () => {
    const story = new Story({ host: 'a', connectionLimit: 5 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    ann.leavesTraces().returns()
    const bob = story.borrower('bob').asks()
    story.passes(10)
    expect(bob.holds).toBe('a#1')
    expect(story.handshakes).toBe(1)
  })

  it('opens another after a moment when that takes long', () => {
    const story = new Story({ host: 'a', connectionLimit: 5 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.server('a').ways.answerTime = 1000
    ann.leavesTraces().returns()
    const bob = story.borrower('bob').asks()
    story.passes(99)
    expect(story.handshakes).toBe(1)
    story.passes(60)
    expect(bob.holds).toBe('a#2')
  })

  it('closes one that cannot be cleaned, and serves the waiter with another', () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const bob = story.borrower('bob').asks()
    story.server('a').ways.answers = 'with an error'
    story.skips()
    ann.leavesTraces().returns()
    story.passes(20)
    expect(story).toTell('ann returns a#1', 'a: #1 cleaned', 'a: #1 cut', 'a: handshake', 'a: #2 open', 'bob gets a#2')
    expect(bob.holds).toBe('a#2')
    expect(story.world.watch.losses, 'the server answered: nothing is wrong with it').toBe(0)
  })

  it('does not wait for a clean-up that is never done', () => {
    const story = new Story({ host: 'a,b', connectionLimit: 1, selector: 'ordered', validationTimeout: 500 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const bob = story.borrower('bob').asks()
    story.server('a').freeze()
    ann.leavesTraces().returns()
    story.passes(520)
    expect(bob.holds).toBe('b#1')
    expect(story.world.host('a').state).toBe('suspect')
  })

  it('does not clean what it is going to close anyway', () => {
    const story = new Story({ host: 'a,b', selector: 'ordered' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.learns('a', down)
    story.skips()
    ann.leavesTraces().returns()
    story.passes(10)
    expect(story).toTell('ann returns a#1', 'a: #1 quits')
  })

  it('closes a connection that broke in its borrower’s hands, and serves the next waiter with another', () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const bob = story.borrower('bob').asks()
    story.server('a').dropAll()
    expect(bob.waits).toBe(true)
    ann.returns()
    story.passes(10)
    expect(bob.holds).toBe('a#2')
  })

  it('closes a connection at once that its borrower destroys, and wakes the next waiter', () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    story.borrower('bob').asks()
    story.skips()
    ann.destroys()
    story.passes(10)
    expect(story).toTell('ann destroys a#1', 'a: #1 cut', 'a: handshake', 'a: #2 open', 'bob gets a#2')
  })

  it('takes a connection back once, however often it is given', () => {
    const story = new Story({ host: 'a', connectionLimit: 2 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const { checkout } = ann
    ann.returns()
    story.world.engine.release(checkout)
    story.world.engine.destroy(checkout)
    expect(story.status).toMatchObject({ total: 1, idle: 1, inUse: 0 })
    const [bob, cid] = story.crowd(2)
    story.passes(10)
    expect(bob?.holds).not.toBe(cid?.holds)
  })

  it("obeys no checkout that has ended: the connection stays its next borrower's", () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const { engine } = story.world
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const { checkout } = ann
    ann.returns()
    const bob = story.borrower('bob', 'read').asks()
    const cid = story.borrower('cid').asks()
    const { counters, ...before } = story.status
    engine.release(checkout)
    engine.destroy(checkout)
    expect(engine.noteAccess(checkout, 'write', true)).toBe(true)
    expect(story.status).toMatchObject(before)
    expect(story.status.counters).toEqual({ ...counters, staleCheckouts: 3 })
    expect([bob.holds, bob.connection.resource.alive, bob.checkout.use]).toEqual(['a#1', true, 'read'])
    expect(cid.waits).toBe(true)
  })

  it('says what a checkout that had ended asked for, and of which host', () => {
    const story = new Story({ host: 'a', connectionLimit: 1 })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    const { checkout } = ann
    ann.destroys()
    const warnings: unknown[] = []
    story.world.emitter.on('warning', (warning) => warnings.push(warning))
    story.world.engine.release(checkout)
    story.world.engine.destroy(checkout)
    story.world.engine.noteAccess(checkout, 'write', false)
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
    const story = new Story({ host: 'a,b', connectionLimit: 2, selector: 'round-robin' })
    const [ann, bob] = story.crowd(2)
    story.passes(10)
    // Both servers count from 1, as they do behind a load balancer.
    expect([ann?.connection.resource.link.number, bob?.connection.resource.link.number]).toEqual([1, 1])
    ann?.destroys()
    expect(story.status).toMatchObject({ total: 1, inUse: 1 })
    expect(bob?.connection.resource.alive).toBe(true)
  })
})
