import { describe, expect, it } from 'vitest'

import { Story } from './story.js'
import { matches } from './tale.js'
import './to-tell.js'

describe('a story', () => {
  it('tells what everybody saw, in order', () => {
    const story = new Story({ host: 'a' })
    const ann = story.borrower('ann').asks()
    story.passes(10)
    expect(story).toTell('a: handshake', 'ann waits', 'a: #1 open', 'ann gets a#1')
    ann.returns()
    expect(story).toTell('ann returns a#1')
    expect(story).toTell()
  })

  it('fails when something else happened', () => {
    const story = new Story({ host: 'a' })
    story.borrower('ann').asks()
    expect(() => expect(story).toTell('a: handshake')).toThrow('The story went otherwise')
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
