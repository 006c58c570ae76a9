import type { LookupAddress } from 'node:dns'

import { describe, expect, it } from 'vitest'

import { VirtualClock } from '../../testing/virtual-clock.js'
import { SharedLookup } from './shared-lookup.js'

const ADDRESSES: LookupAddress[] = [
  { address: '10.0.0.1', family: 4 },
  { address: 'fd00::1', family: 6 },
]

/** Look-ups that are answered when the test says so. */
function world() {
  const clock = new VirtualClock()
  const underWay: { readonly name: string; readonly answer: (error?: Error) => void }[] = []
  const begun: string[] = []
  const lookup = new SharedLookup(
    (name, _, found) => {
      begun.push(name)
      const one = {
        name,
        answer: (error?: Error) => {
          underWay.splice(underWay.indexOf(one), 1)
          found(error ?? null, error === undefined ? ADDRESSES : [])
        },
      }
      underWay.push(one)
    },
    () => clock.now(),
  )
  const answer = (name: string, error?: Error): void => underWay.find((one) => one.name === name)?.answer(error)
  const told: string[] = []
  const ask = (name: string): void =>
    lookup.all(name, {}, (error, found) => told.push(error === null ? `${name} ${found.length}` : error.message))
  return { clock, lookup, underWay, begun, answer, ask, told }
}

describe('look-ups of names', () => {
  it('are one at a time per name, for all who ask meanwhile', () => {
    const { ask, answer, begun, told } = world()
    for (let time = 0; time < 50; time += 1) ask('db1')
    ask('db2')
    expect(begun).toEqual(['db1', 'db2'])
    answer('db1')
    expect(told).toEqual(Array.from({ length: 50 }, () => 'db1 2'))
    ask('db1')
    expect(begun).toEqual(['db1', 'db2', 'db1'])
  })

  it('tell an error to all who asked, and ask anew afterwards', () => {
    const { ask, answer, begun, told } = world()
    ask('db1')
    ask('db1')
    answer('db1', new Error('EAI_AGAIN'))
    expect(told).toEqual(['EAI_AGAIN', 'EAI_AGAIN'])
    ask('db1')
    expect(begun).toHaveLength(2)
  })

  it('of names that were slow take turns, so that they do not hold up the other names of the process', () => {
    const { ask, answer, underWay, clock } = world()
    for (const name of ['slow1', 'slow2', 'slow3']) ask(name)
    clock.advance(10_000)
    for (const name of ['slow1', 'slow2', 'slow3']) answer(name, new Error('EAI_AGAIN'))
    for (const name of ['slow1', 'slow2', 'slow3', 'db1']) ask(name)
    expect(underWay.map(({ name }) => name)).toEqual(['slow1', 'db1'])
    clock.advance(10)
    answer('slow1')
    expect(underWay.map(({ name }) => name)).toEqual(['db1', 'slow2'])
    answer('slow2', new Error('EAI_AGAIN'))
    answer('slow3')
    for (const name of ['slow1', 'slow2', 'slow3']) ask(name)
    expect(
      underWay.map(({ name }) => name),
      'they are quick again',
    ).toEqual(['db1', 'slow1', 'slow2', 'slow3'])
  })

  it('that are never answered are not waited for by those who come a minute later', () => {
    const { ask, answer, begun, told, clock } = world()
    ask('db1')
    clock.advance(59_999)
    ask('db1')
    expect(begun).toHaveLength(1)
    clock.advance(2)
    ask('db1')
    expect(begun).toHaveLength(2)
    answer('db1')
    answer('db1')
    expect(told).toHaveLength(3)
  })

  it('give a socket what it asks for: all addresses, or the first', () => {
    const { lookup, answer } = world()
    const told: unknown[] = []
    lookup.forSocket('db1', { all: true }, (...given) => told.push(given))
    lookup.forSocket('db1', {}, (...given) => told.push(given))
    answer('db1')
    expect(told).toEqual([
      [null, ADDRESSES],
      [null, '10.0.0.1', 4],
    ])
  })
})
