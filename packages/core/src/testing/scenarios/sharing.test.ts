import { describe, expect, it } from 'vitest'

import type { Borrower } from '../borrower.js'
import { readOnly, Scenario } from '../scenario.js'
import '../to-tell.js'

/** A pool of twelve with all its connections open, whose borrowers usually return after 5 ms. */
function busyPool(): Scenario {
  const scenario = new Scenario({ host: 'a,b,c', connectionLimit: 12, maxConnecting: 12 })
  const openers = scenario.crowd(12, 'read')
  scenario.passes(50)
  for (const borrower of openers) borrower.returns()
  for (let turn = 0; turn < 40; turn += 1) {
    const pair = [scenario.borrower(`r${turn}`, 'read').asks(), scenario.borrower(`w${turn}`, 'write').asks()]
    scenario.passes(5)
    for (const borrower of pair) borrower.returns()
  }
  return scenario
}

/** A caller comes every so many milliseconds and never returns. */
function stall(scenario: Scenario, access: 'read' | 'write', count: number, every: number): Borrower[] {
  return Array.from({ length: count }, (_, index) => {
    const borrower = scenario.borrower(`stalled${index}`, access).asks()
    scenario.passes(every)
    return borrower
  })
}

function holding(borrowers: readonly Borrower[]): number {
  return borrowers.filter((borrower) => borrower.holds !== undefined).length
}

describe('sharing between reads and writes', () => {
  it('writes that stall leave a quarter of the connections to reads, which are served at once', () => {
    const scenario = busyPool()
    const writers = stall(scenario, 'write', 20, 20)
    expect(holding(writers)).toBe(9)
    const readers = [1, 2, 3].map((index) => scenario.borrower(`reader${index}`, 'read').asks())
    scenario.passes(5)
    expect(holding(readers)).toBe(3)
  })

  it('while both stall either leaves half to the other, for what hangs on a lost host is of no use to anybody', () => {
    const scenario = busyPool()
    scenario.crowd(4, 'read')
    scenario.passes(50)
    expect(holding(stall(scenario, 'write', 20, 20))).toBe(6)
    const readers = [1, 2].map((index) => scenario.borrower(`reader${index}`, 'read').asks())
    scenario.passes(5)
    expect(holding(readers)).toBe(2)
  })

  it('what a stall held up leaves half of the connections to reads when it comes, and a second later all but one', () => {
    const scenario = busyPool()
    const writers = stall(scenario, 'write', 40, 20)
    for (const writer of writers.slice(0, 9)) writer.returns()
    scenario.passes(5)
    const backlog = writers.slice(9)
    expect(holding(backlog)).toBe(6)
    const readers = [1, 2, 3, 4, 5, 6].map((index) => scenario.borrower(`reader${index}`, 'read').asks())
    scenario.passes(5)
    expect(holding(readers)).toBe(6)
    for (const reader of readers) reader.returns()
    // As fast as usual, so that it is no stall any more.
    for (let turn = 0; turn < 250; turn += 1) {
      for (const writer of backlog.filter(({ holds }) => holds !== undefined).slice(0, 6)) writer.returns()
      backlog.push(...Array.from({ length: 6 }, (_, index) => scenario.borrower(`w${turn}.${index}`, 'write').asks()))
      scenario.passes(5)
    }
    expect(holding(backlog)).toBe(11)
  })

  it.each([
    ['at once', 0],
    ['when nothing is looked after any more', 60],
  ])('what was kept back is given out when the stall is over, to those who ask %s', (_when, later) => {
    const scenario = new Scenario({ host: 'a,b', connectionLimit: 4, maxConnecting: 4 })
    const borrowers = [...scenario.crowd(2, 'read'), scenario.borrower('writer', 'write').asks()]
    scenario.passes(100)
    for (const name of ['a', 'b']) scenario.server(name).freeze()
    for (const borrower of borrowers) borrower.destroys()
    scenario.passes(later)
    const before = scenario.handshakes
    scenario.crowd(4, 'read')
    expect(scenario.handshakes - before).toBe(2)
    scenario.passes(180)
    expect(scenario.handshakes - before).toBe(4)
  })

  it('connections that hang on a silent host count for neither: reads keep their part of those that work', () => {
    const scenario = busyPool()
    const readers = scenario.crowd(12, 'read')
    scenario.passes(20)
    const hanging = readers.filter((reader) => reader.holds?.startsWith('c') === true)
    expect(hanging.length).toBeGreaterThan(1)
    for (const reader of hanging) reader.connection.resource.askedAt = scenario.world.clock.now()
    for (const reader of readers) if (!hanging.includes(reader)) reader.returns()
    scenario.passes(300)
    const working = 12 - hanging.length
    expect(holding(stall(scenario, 'write', 20, 20))).toBe(working - Math.ceil(working / 4))
    const reader = scenario.borrower('reader', 'read').asks()
    scenario.passes(5)
    expect(reader.holds).toBeDefined()
    // Heard of again, they are what they were.
    for (const { connection } of hanging) connection.resource.askedAt = Infinity
    scenario.passes(100)
    for (const one of hanging) one.returns()
    scenario.passes(100)
    expect(scenario.status.waiting).toBeGreaterThan(0)
    reader.returns()
  })

  it('writes that stall on hosts which answer their probes stay counted, however long that lasts', () => {
    const scenario = busyPool()
    const { clock, watch } = scenario.world
    watch.onSilent = (host) => clock.after(1, () => (host.lastResponseAt = clock.now()))
    const writers: Borrower[] = []
    for (let turn = 0; turn < 100; turn += 1) {
      writers.push(scenario.borrower(`writer${turn}`, 'write').asks())
      for (const writer of writers) {
        if (writer.waits || writer.connection.resource.askedAt !== Infinity) continue
        writer.connection.resource.askedAt = clock.now()
      }
      scenario.borrower(`reader${turn}`, 'read').asks().returns()
      scenario.passes(20)
    }
    expect(holding(writers)).toBe(9)
  })

  it('reads that stall leave a quarter of the connections to writes', () => {
    const scenario = busyPool()
    expect(holding(stall(scenario, 'read', 20, 20))).toBe(9)
    const writer = scenario.borrower('writer', 'write').asks()
    scenario.passes(5)
    expect(writer.holds).toBeDefined()
  })

  it('even a burst that fills the pool before anything looks like a stall leaves one connection', () => {
    const scenario = busyPool()
    expect(holding(stall(scenario, 'write', 20, 0))).toBe(11)
  })

  it('one kind of work may have everything while no caller asks for the other', () => {
    const scenario = busyPool()
    scenario.passes(5001)
    const writers = stall(scenario, 'write', 12, 20)
    scenario.passes(100)
    expect(holding(writers)).toBe(12)
  })

  it('a small pool keeps nothing back until something stalls', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 4, maxConnecting: 4 })
    const readers = scenario.crowd(4, 'read')
    scenario.passes(20)
    for (const reader of readers) reader.returns()
    expect(holding(stall(scenario, 'write', 4, 0))).toBe(4)
  })

  it('when the stall is over those who waited are served in their order', () => {
    const scenario = busyPool()
    const writers = stall(scenario, 'write', 12, 20)
    expect(writers.map((writer) => writer.waits)).toEqual([...Array(9).fill(false), ...Array(3).fill(true)])
    scenario.skips()
    for (const writer of writers.slice(0, 9)) writer.returns()
    const served = scenario.told().filter((line) => line.includes('gets'))
    expect(served.map((line) => line.split(' ')[0])).toEqual(['stalled9', 'stalled10', 'stalled11'])
  })

  it('those who waited for their share get what was kept free once no caller asks for the other kind any more', () => {
    const scenario = busyPool()
    const writers = stall(scenario, 'write', 12, 20)
    expect(holding(writers)).toBe(9)
    scenario.passes(6000)
    expect(holding(writers)).toBe(12)
  })

  it('a borrower who did not say what for is counted once it is known', () => {
    const scenario = busyPool()
    const { engine } = scenario.world
    const writers = stall(scenario, 'write', 9, 20)
    const unsaid = scenario.borrower('unsaid').asks()
    expect(holding([...writers, unsaid])).toBe(10)
    expect(engine.noteAccess(unsaid.checkout, 'write', false)).toBe(false)
    expect(engine.noteAccess(unsaid.checkout, 'read', false)).toBe(true)
    expect(engine.noteAccess(unsaid.checkout, 'write', true)).toBe(true)
  })

  it('looks for no connection that the waiter may not have', () => {
    const scenario = openPoolOfFour()
    for (const name of ['cid', 'cio', 'cyd']) scenario.borrower(name, 'read').asks()
    scenario.borrower('dan', 'write').asks().returns()
    scenario.learns('a', readOnly)
    // The reads stall, and the last connection is kept for writes, of which the only host accepts none.
    scenario.passes(1000)
    const eve = scenario.borrower('eve').asks()
    scenario.passes(1000)
    expect(eve.waits).toBe(true)
    expect(scenario.handshakes).toBe(4)
    scenario.passes(6000)
    expect(eve.holds, 'no caller has asked for a write for long').toBeDefined()
  })

  it('serves a caller that was kept waiting as soon as checkouts end, also while their connections are being cleaned', () => {
    const scenario = openPoolOfFour()
    scenario.borrower('cid', 'read').asks().returns()
    const [dan, don] = ['dan', 'don', 'dag'].map((name) => scenario.borrower(name, 'write').asks())
    scenario.passes(1000)
    const eve = scenario.borrower('eve', 'write').asks()
    expect(eve.waits).toBe(true)
    scenario.server('a').freeze()
    dan?.leavesTraces().returns()
    don?.leavesTraces().returns()
    expect(eve.holds).toBeDefined()
  })

  it('keeps nothing back in a pool of two or three: a transaction may need a second connection', () => {
    const scenario = new Scenario({ host: 'a', connectionLimit: 2, maxConnecting: 2, validateAfterIdle: false })
    const openers = scenario.crowd(2)
    scenario.passes(10)
    for (const borrower of openers) borrower.returns()
    scenario.borrower('cid', 'read').asks().returns()
    scenario.borrower('dan', 'write').asks()
    scenario.passes(1000)
    expect(scenario.borrower('eve', 'write').asks().holds).toBeDefined()
  })
})

/** A pool of four with all its connections open. */
function openPoolOfFour(): Scenario {
  const scenario = new Scenario({ host: 'a', connectionLimit: 4, maxConnecting: 4, validateAfterIdle: false })
  const openers = scenario.crowd(4)
  scenario.passes(10)
  for (const borrower of openers) borrower.returns()
  return scenario
}
