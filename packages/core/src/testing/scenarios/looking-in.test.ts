import { afterEach, describe, expect, it, vi } from 'vitest'

import { down, Scenario } from '../scenario.js'
import '../to-tell.js'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('looking into a pool', () => {
  it('shows what every host and the pool are doing, in a picture that does not change', () => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 3, maxConnecting: 3, selector: 'ordered' })
    const crowd = scenario.crowd(3)
    scenario.passes(20)
    crowd[0]?.returns()
    scenario.learns('b', down)
    const before = scenario.status
    expect(before).toMatchObject({
      state: 'open',
      connectionLimit: 3,
      total: 3,
      inUse: 2,
      idle: 1,
      connecting: 0,
      waiting: 0,
    })
    expect(before.hosts).toMatchObject([
      {
        name: 'a:3306',
        state: 'up',
        inUse: 2,
        idle: 1,
        counters: { opened: 3, closed: 0, connectsFailed: 0, served: 3 },
      },
      { name: 'b:3306', state: 'down', reason: 'it is gone', generation: 1, inUse: 0 },
    ])
    crowd[1]?.destroys()
    expect(before.total).toBe(3)
    expect(Object.isFrozen(before) && before.hosts.every((host) => Object.isFrozen(host))).toBe(true)
  })

  it('tells when a connection is opened, checked out, given back and closed, how long each took and why', () => {
    const scenario = new Scenario({ host: 'a', maxIdle: 1 })
    scenario.hears('connectionOpened', 'acquire', 'release', 'connectionClosed', 'enqueue', 'end')
    const ann = scenario.borrower('ann').asks()
    scenario.passes(105)
    ann.destroys()
    scenario.ends()
    expect(scenario).toTell(
      'pool: enqueue {"waiting":1}',
      'a: handshake',
      'ann waits',
      'a: #1 open',
      'pool: connectionOpened {"host":"a:3306","duration":5}',
      'pool: acquire {"host":"a:3306","waited":5}',
      'ann gets a#1',
      'ann destroys a#1',
      'pool: release {"host":"a:3306","held":100}',
      'a: #1 cut',
      'pool: connectionClosed {"host":"a:3306","reason":"destroyed","age":100}',
      'pool: end {}',
      'the pool has ended',
    )
  })

  it('tells of a connect that failed, and of a wait that was too long', () => {
    const scenario = new Scenario({ host: 'a', acquireTimeout: 100 })
    scenario.server('a').ways.welcome = 'has no room'
    scenario.hears('connectFailed', 'acquireTimeout')
    scenario.borrower('ann').asks()
    scenario.passes(5)
    expect(scenario).toTell('…', 'a: has no room', 'pool: connectFailed {"host":"a:3306",*"duration":5}')
    scenario.passes(95)
    expect(scenario).toTell('…', 'ann is refused: *', 'pool: acquireTimeout {"waited":100,"waiting":1}')
  })

  it('reports once who holds a connection for too long, with the stack of the borrower, and when it is back', () => {
    const scenario = new Scenario({ host: 'a', leakDetectionThreshold: 2000 })
    const leaks: { readonly held: number; readonly stack: string }[] = []
    scenario.world.emitter.on('leak', (leak) => leaks.push(leak))
    const takeAndForget = (): ReturnType<Scenario['borrower']> => scenario.borrower('ann').asks()
    const first = takeAndForget()
    scenario.passes(10)
    first.returns()
    const ann = takeAndForget()
    scenario.passes(1999)
    expect(leaks).toEqual([])
    scenario.passes(20_000)
    expect(leaks).toHaveLength(1)
    expect(leaks[0]?.held).toBeGreaterThanOrEqual(2000)
    expect(leaks[0]?.stack).toContain('takeAndForget')
    scenario.hears('leakReturned')
    scenario.skips()
    ann.returns()
    expect(scenario).toTell('ann returns a#1', 'pool: leakReturned {"host":"a:3306","held":21999}')
  })

  it('knows the stack of a borrower who had to wait, too', () => {
    const scenario = new Scenario({ host: 'a', leakDetectionThreshold: 2000 })
    const stacks: string[] = []
    scenario.world.emitter.on('leak', ({ stack }) => stacks.push(stack))
    const waitAndForget = (): ReturnType<Scenario['borrower']> => scenario.borrower('ann').asks()
    waitAndForget()
    scenario.passes(20_000)
    expect(stacks).toEqual([expect.stringContaining('waitAndForget')])
  })

  it('takes no stacks when leaks are not looked for', () => {
    const scenario = new Scenario({ host: 'a' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    expect(ann.checkout.borrowedAt).toBeUndefined()
  })

  it('is not disturbed by a listener that throws', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const scenario = new Scenario({ host: 'a', connectionLimit: 1 })
    for (const event of ['connectionOpened', 'acquire', 'release', 'connectionClosed', 'enqueue', 'end'] as const) {
      scenario.world.emitter.on(event, () => {
        throw new Error(`no ${event} for me`)
      })
    }
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    ann?.returns()
    expect(bob?.holds).toBe('a#1')
    bob?.destroys()
    scenario.ends()
    expect(scenario.status.state).toBe('ended')
    expect(warn.mock.calls.map(([message]) => String(message))).toContainEqual(
      expect.stringContaining('no acquire for me'),
    )
  })

  it('lets a listener use the pool while it is told something', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2 })
    const others: ReturnType<Scenario['borrower']>[] = []
    scenario.world.emitter.on('connectionClosed', () => {
      if (others.length < 3) others.push(scenario.borrower(`c${others.length}`).asks())
    })
    const [ann, bob] = scenario.crowd(2)
    scenario.passes(10)
    ann?.destroys()
    bob?.destroys()
    scenario.passes(50)
    expect(scenario.server('a').open).toBeLessThanOrEqual(2)
    expect(others.map((other) => other.holds)).toEqual(['a#3', 'a#4'])
  })

  it('lets a listener replace all connections while it is told that one was opened', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 3 })
    const crowd = scenario.crowd(2)
    scenario.passes(10)
    for (const borrower of crowd) borrower.returns()
    scenario.world.emitter.on('connectionOpened', () => scenario.world.engine.refresh(), true)
    const others = scenario.crowd(3)
    scenario.passes(50)
    for (const borrower of others) borrower.returns()
    scenario.passes(10)
    // What was opened after the refresh stays.
    expect(scenario.status).toMatchObject({ total: 1, idle: 1 })
    expect(scenario.openAtServers).toBe(1)
    scenario.world.engine.refresh()
    scenario.passes(10)
    expect(scenario.status).toMatchObject({ total: 0, idle: 0 })
  })

  it('stops telling a listener that was taken off, also while it is told', () => {
    const scenario = new Scenario({ host: 'a' })
    const heard: string[] = []
    const { emitter } = scenario.world
    const second = (): void => void heard.push('second')
    emitter.on('enqueue', () => {
      heard.push('first')
      emitter.off('enqueue', second)
    })
    emitter.on('enqueue', second)
    emitter.on('enqueue', () => void heard.push('once'), true)
    scenario.borrower('ann').asks()
    scenario.borrower('bob').asks()
    expect(heard.filter((name) => name === 'first')).toHaveLength(2)
    expect(heard.filter((name) => name === 'once')).toHaveLength(1)
    expect(heard.filter((name) => name === 'second').length).toBeLessThanOrEqual(1)
  })
})
