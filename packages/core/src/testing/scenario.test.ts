import { describe, expect, it } from 'vitest'

import { Scenario } from './scenario.js'
import { matches } from './tale.js'
import './to-tell.js'

describe('a story', () => {
  it('tells what everybody saw, in order', () => {
    const scenario = new Scenario({ host: 'a' })
    const ann = scenario.borrower('ann').asks()
    scenario.passes(10)
    expect(scenario).toTell('a: handshake', 'ann waits', 'a: #1 open', 'ann gets a#1')
    ann.returns()
    expect(scenario).toTell('ann returns a#1')
    expect(scenario).toTell()
  })

  it('fails when something else happened', () => {
    const scenario = new Scenario({ host: 'a' })
    scenario.borrower('ann').asks()
    expect(() => expect(scenario).toTell('a: handshake')).toThrow('The story went otherwise')
  })
})

describe('the lines of a story', () => {
  it.each([
    { seen: [], expected: [], same: true },
    { seen: ['one'], expected: [], same: false },
    { seen: [], expected: ['one'], same: false },
    { seen: ['one', 'two'], expected: ['one', 'two'], same: true },
    { seen: ['two', 'one'], expected: ['one', 'two'], same: false },
    { seen: ['ann gets a#1'], expected: ['ann gets *'], same: true },
    { seen: ['ann gets a#1'], expected: ['* gets *#1'], same: true },
    { seen: ['ann gets a#1'], expected: ['ann gets'], same: false },
    { seen: ['ann gets (a)'], expected: ['ann gets .a.'], same: false },
    { seen: ['one', 'two', 'three'], expected: ['…', 'three'], same: true },
    { seen: ['one', 'two', 'three'], expected: ['one', '…'], same: true },
    { seen: ['one', 'two', 'three'], expected: ['one', '…', 'two', 'three'], same: true },
    { seen: ['one', 'two', 'three'], expected: ['…', 'two'], same: false },
    { seen: [], expected: ['…'], same: true },
  ])('$seen against $expected: $same', ({ seen, expected, same }) => {
    expect(matches(seen, expected)).toBe(same)
  })
})
