import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type ShareInput, fairShares, wholeShares } from './fair-shares.js'

const host: ShareInput = { usable: true, weight: 1, zone: undefined, priority: 0, connectionLimit: 100 }

describe('the shares of hosts', () => {
  it.each<{
    what: string
    hosts: readonly Partial<ShareInput>[]
    zone?: string
    ordered?: boolean
    expected: readonly number[]
  }>([
    { what: 'are equal for equal hosts', hosts: [{}, {}, {}], expected: [4, 4, 4] },
    { what: 'follow the weights', hosts: [{ weight: 1 }, { weight: 3 }], expected: [3, 9] },
    { what: 'leave out who cannot be used', hosts: [{}, { usable: false }, {}], expected: [6, 0, 6] },
    { what: 'leave out weight 0', hosts: [{ weight: 0 }, {}], expected: [0, 12] },
    { what: 'are equal when all weights are 0', hosts: [{ weight: 0 }, { weight: 0 }], expected: [6, 6] },
    { what: 'stay in the zone', hosts: [{ zone: 'x' }, { zone: 'y' }], zone: 'x', expected: [12, 0] },
    {
      what: 'leave a zone without usable hosts',
      hosts: [{ zone: 'x', usable: false }, { zone: 'y' }],
      zone: 'x',
      expected: [0, 12],
    },
    { what: 'go on where a limit is reached', hosts: [{ connectionLimit: 2 }, {}, {}], expected: [2, 5, 5] },
    {
      what: 'go on where two limits are reached',
      hosts: [{ connectionLimit: 2 }, { connectionLimit: 4 }, {}],
      expected: [2, 4, 6],
    },
    {
      what: 'are less than all when every limit is reached',
      hosts: [{ connectionLimit: 2 }, { connectionLimit: 3 }],
      expected: [2, 3],
    },
    {
      what: 'are all for the first in order',
      hosts: [{ priority: 2 }, { priority: 1 }],
      ordered: true,
      expected: [0, 12],
    },
    {
      what: 'are for the second when the first is out',
      hosts: [{ priority: 2 }, { priority: 1, usable: false }],
      ordered: true,
      expected: [12, 0],
    },
    {
      what: 'are for all that are first in order alike',
      hosts: [{ priority: 1 }, { priority: 0 }, { priority: 0 }],
      ordered: true,
      expected: [0, 6, 6],
    },
    {
      what: 'leave out weight 0 before they look at the zone, and the order after both',
      hosts: [
        { zone: 'x', weight: 0, priority: 0 },
        { zone: 'y', priority: 2 },
        { zone: 'y', priority: 1 },
      ],
      zone: 'x',
      ordered: true,
      expected: [0, 0, 12],
    },
    { what: 'are nothing when nobody can be used', hosts: [{ usable: false }], expected: [0] },
  ])('$what', ({ hosts, zone, ordered = false, expected }) => {
    const inputs = hosts.map((given) => Object.assign({}, host, given))
    expect(fairShares(12, inputs, zone, ordered)).toEqual(expected)
  })
})

describe('whole shares', () => {
  const exact = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 6 })
  const offset = fc.double({ min: 0, max: 0.999, noNaN: true })

  it('are each next to the exact one, and no more and no fewer together', () => {
    fc.assert(
      fc.property(exact, offset, (given, start) => {
        const whole = wholeShares(given, start)
        for (const [index, share] of whole.entries()) {
          expect(Number.isInteger(share)).toBe(true)
          expect(Math.abs(share - (given[index] ?? 0))).toBeLessThan(1 + 1e-6)
        }
        const sum = given.reduce((total, share) => total + share, 0)
        expect(Math.abs(whole.reduce((total, share) => total + share, 0) - sum)).toBeLessThan(1 + 1e-6)
      }),
    )
  })

  it('keep whole numbers as they are, also those that a sum of fractions only comes close to', () => {
    expect(wholeShares([3, 4, 5], 0.3)).toEqual([3, 4, 5])
    expect(wholeShares([0.1 + 0.2 + 2.7, 1.1 * 3 - 0.3, 4], 0)).toEqual([3, 3, 4])
  })

  it('come out even over all offsets', () => {
    const third = 10 / 3
    const sums = [0, 0, 0]
    for (let step = 0; step < 300; step += 1) {
      for (const [index, share] of wholeShares([third, third, third], step / 300).entries()) {
        sums[index] = (sums[index] ?? 0) + share
      }
    }
    expect(sums).toEqual([1000, 1000, 1000])
  })
})
