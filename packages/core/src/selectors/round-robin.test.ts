import { describe, expect, it } from 'vitest'

import type { HostSnapshot, SelectionSnapshot } from './selector.js'
import { createRoundRobin, stepRoundRobin } from './round-robin.js'
import type { Credits } from './round-robin.js'

function host(name: string, weight: number, rest: Partial<HostSnapshot> = {}): HostSnapshot {
  return {
    name,
    weight,
    zone: undefined,
    priority: 0,
    state: 'up',
    inUse: 0,
    idle: 0,
    connecting: 0,
    latency: undefined,
    failedBefore: false,
    ...rest,
  }
}

/** The order of picks over a list of snapshots, every host starting at the beginning of its turn. */
function order(snapshots: readonly SelectionSnapshot[]): string {
  let credits: Credits = new Map()
  return snapshots
    .map((snapshot) => {
      const step = stepRoundRobin(credits, snapshot, zero)
      credits = step.credits
      return step.host?.name
    })
    .join(' ')
}

function repeated(times: number, ...hosts: HostSnapshot[]): SelectionSnapshot[] {
  return Array.from({ length: times }, () => ({ hosts, zone: undefined }))
}

function zero(): number {
  return 0
}

describe('smooth weighted round robin', () => {
  const [a, b, c] = [host('a', 1), host('b', 1), host('c', 1)]

  it.each([
    { what: 'one host', snapshots: repeated(3, a), expected: 'a a a' },
    { what: 'equal hosts take turns', snapshots: repeated(7, a, b, c), expected: 'a b c a b c a' },
    {
      what: 'a heavy host is spread over the turn',
      snapshots: repeated(8, host('a', 5), b, c),
      expected: 'a a b a c a a a',
    },
    { what: 'weights 3 and 2', snapshots: repeated(5, host('a', 3), host('b', 2)), expected: 'a b a b a' },
    { what: 'weight 0 is left out', snapshots: repeated(4, a, host('b', 0), c), expected: 'a c a c' },
    {
      // a has had its turn of three when b goes away, so c comes twice before all three take turns again.
      what: 'a host that goes away is left out, and comes back in its place',
      snapshots: [...repeated(1, a, b, c), ...repeated(2, a, c), ...repeated(3, a, b, c)],
      expected: 'a c c b a c',
    },
    {
      what: 'a host that failed this operation is passed over once',
      snapshots: [...repeated(1, { ...a, failedBefore: true }, b, c), ...repeated(3, a, b, c)],
      expected: 'b c a b',
    },
  ])('$what: $expected', ({ snapshots, expected }) => {
    expect(order(snapshots)).toBe(expected)
  })

  it('is a pure step: the memory it is given stays as it was', () => {
    const credits: Credits = new Map([['a', 0]])
    const [snapshot] = repeated(1, a, b)
    if (snapshot === undefined) throw new Error('no snapshot')
    const first = stepRoundRobin(credits, snapshot, zero)
    expect(stepRoundRobin(credits, snapshot, zero)).toEqual(first)
    expect(credits).toEqual(new Map([['a', 0]]))
  })

  it('seed row 22: processes that start together do not all begin with the same host', () => {
    const numbers = Array.from({ length: 30 }, (_, index) => ((index * 7919) % 97) / 97)
    const [snapshot] = repeated(1, a, b, c)
    if (snapshot === undefined) throw new Error('no snapshot')
    const firsts = Array.from({ length: 10 }, (_, process) => {
      let next = process * 3
      return createRoundRobin()(snapshot, () => numbers[next++] ?? 0)?.name
    })
    expect(new Set(firsts).size).toBe(3)
  })

  it('two selectors do not share their memory', () => {
    const [snapshot] = repeated(1, a, b)
    if (snapshot === undefined) throw new Error('no snapshot')
    const [one, other] = [createRoundRobin(), createRoundRobin()]
    expect([one, other, one, other].map((selector) => selector(snapshot, zero)?.name)).toEqual(['a', 'a', 'b', 'b'])
  })
})
