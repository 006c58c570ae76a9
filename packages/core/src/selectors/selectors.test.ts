import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type SelectorName, selectorNames } from './registry.js'
import type { HostSnapshot, Random, SelectionSnapshot, Selector } from './selector.js'
import { createSelector } from './create-selector.js'

function host(name: string, rest: Partial<HostSnapshot> = {}): HostSnapshot {
  return {
    name,
    zone: undefined,
    weight: 1,
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

/** The same numbers for the same seed. */
function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function counts(selector: Selector, snapshot: SelectionSnapshot, picks: number, random: Random): Map<string, number> {
  const seen = new Map<string, number>()
  for (let pick = 0; pick < picks; pick++) {
    const name = selector(snapshot, random)?.name ?? 'nothing'
    seen.set(name, (seen.get(name) ?? 0) + 1)
  }
  return seen
}

const zones = fc.constantFrom(undefined, 'a', 'b')
const hosts = fc
  .array(
    fc.record({
      zone: zones,
      weight: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 100, noNaN: true })),
      priority: fc.integer({ min: -2, max: 2 }),
      state: fc.constantFrom('up' as const, 'suspect' as const),
      inUse: fc.nat(20),
      idle: fc.nat(20),
      connecting: fc.nat(3),
      latency: fc.option(fc.double({ min: 0, max: 1000, noNaN: true }), { nil: undefined }),
      failedBefore: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) => list.map((rest, index) => host(`db${index}:3306`, rest)))
const snapshots: fc.Arbitrary<SelectionSnapshot> = fc.record({ hosts, zone: zones })
/** At the edges of what a random number can be as well. */
const randoms = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), {
  minLength: 8,
  maxLength: 8,
})

function replay(numbers: readonly number[]): Random {
  let next = 0
  return () => numbers[next++ % numbers.length] ?? 0
}

describe.each(selectorNames)('the selector %s', (name) => {
  it('always answers one of the hosts it was shown', () => {
    fc.assert(
      fc.property(snapshots, randoms, (snapshot, numbers) => {
        const selector = createSelector(name)
        const random = replay(numbers)
        for (let pick = 0; pick < 10; pick++) expect(snapshot.hosts).toContain(selector(snapshot, random))
      }),
    )
  })

  it('answers the same for the same snapshot and the same random numbers', () => {
    fc.assert(
      fc.property(snapshots, randoms, (snapshot, numbers) => {
        const runs = [1, 2].map(() => {
          const [selector, random] = [createSelector(name), replay(numbers)]
          return Array.from({ length: 10 }, () => selector(snapshot, random)?.name)
        })
        expect(runs[0]).toEqual(runs[1])
      }),
    )
  })

  it('takes a host that failed before only when all did, then one of weight 0, then one of another zone', () => {
    fc.assert(
      fc.property(snapshots, randoms, (snapshot, numbers) => {
        const picked = createSelector(name)(snapshot, replay(numbers))
        let left = snapshot.hosts
        for (const wish of [
          (host: HostSnapshot) => !host.failedBefore,
          (host: HostSnapshot) => host.weight > 0,
          (host: HostSnapshot) => snapshot.zone === undefined || host.zone === snapshot.zone,
        ]) {
          if (!left.some(wish)) continue
          left = left.filter(wish)
        }
        expect(left).toContain(picked)
      }),
    )
  })

  it('does not change what it was shown', () => {
    const shown = Object.freeze([Object.freeze(host('a')), Object.freeze(host('b'))])
    const snapshot = Object.freeze({ hosts: shown, zone: undefined })
    expect(shown).toContain(createSelector(name)(snapshot, seeded(1)))
  })
})

describe('shares', () => {
  it.each(['random', 'least-busy', 'ordered'] as const)('%s gives equal hosts connections by their weights', (name) => {
    const weights = [5, 3, 1, 0.5, 0]
    const snapshot = { hosts: weights.map((weight, index) => host(`db${index}`, { weight })), zone: undefined }
    const total = weights.reduce((sum, weight) => sum + weight)
    const picks = 4000
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const seen = counts(createSelector(name), snapshot, picks, seeded(seed))
        for (const [index, weight] of weights.entries()) {
          const share = weight / total
          // Six standard deviations: never by chance, and still less than two hosts' shares lie apart.
          const tolerance = 6 * Math.sqrt(picks * share * (1 - share))
          expect(Math.abs((seen.get(`db${index}`) ?? 0) - picks * share)).toBeLessThanOrEqual(tolerance)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('seed row 4: random gives equal hosts equal shares of new connections', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const snapshot = { hosts: ['a', 'b', 'c'].map((name) => host(name)), zone: undefined }
        const seen = counts(createSelector('random'), snapshot, 3000, seeded(seed))
        for (const name of ['a', 'b', 'c']) {
          expect(seen.get(name)).toBeGreaterThan(840)
          expect(seen.get(name)).toBeLessThan(1160)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('hosts of weight 0 share alike when no other is left', () => {
    const snapshot = { hosts: [host('a', { weight: 0 }), host('b', { weight: 0 })], zone: undefined }
    for (const name of selectorNames) {
      const seen = counts(createSelector(name), snapshot, 1000, seeded(7))
      expect(seen.get('a')).toBeGreaterThan(400)
      expect(seen.get('b')).toBeGreaterThan(400)
    }
  })

  it('a host in slow start gets the part of its share that its weight says', () => {
    const snapshot = { hosts: [host('a'), host('b', { weight: 0.1 })], zone: undefined }
    const seen = counts(createSelector('round-robin'), snapshot, 1100, seeded(3))
    expect(seen.get('b')).toBeGreaterThanOrEqual(99)
    expect(seen.get('b')).toBeLessThanOrEqual(101)
  })
})

describe('while some hosts cannot take one more connection', () => {
  const list = [
    host('first', { priority: 1, zone: 'x', latency: 1 }),
    host('second', { priority: 2, zone: 'x', latency: 50 }),
    host('far', { priority: 0, latency: 1 }),
    host('spare', { priority: 0, weight: 0, zone: 'x', latency: 1 }),
  ]
  const only =
    (...free: string[]) =>
    ({ name }: HostSnapshot) =>
      free.includes(name)

  it.each<[SelectorName, (string | undefined)[]]>([
    ['random', ['second', undefined]],
    ['round-robin', ['second', undefined]],
    ['least-busy', ['second', undefined]],
    ['ordered', [undefined, undefined]],
    ['latency', [undefined, undefined]],
  ])('%s chooses among those that come first, and waits rather than take another', (name, picks) => {
    const snapshot = { hosts: list, zone: 'x' }
    // Not one of the choices of `latency` that look beyond the fastest.
    const random: Random = () => 0.5
    const free = [only('second', 'far', 'spare'), only('far', 'spare')]
    expect(free.map((isFree) => createSelector(name)(snapshot, random, isFree)?.name)).toEqual(picks)
  })
})

describe('ordered', () => {
  const list = [host('a', { priority: 2 }), host('b', { priority: 1 }), host('c', { priority: 1 })]

  it.each([
    { shown: [0, 1, 2], zone: undefined, picks: ['b', 'c'] },
    { shown: [0, 2], zone: undefined, picks: ['c'] },
    { shown: [0], zone: undefined, picks: ['a'] },
  ])('of hosts $shown it takes $picks', ({ shown, zone, picks }) => {
    const snapshot = { hosts: list.filter((_, index) => shown.includes(index)), zone }
    const seen = counts(createSelector('ordered'), snapshot, 200, seeded(5))
    expect([...seen.keys()].toSorted()).toEqual(picks)
  })

  it('prefers the near zone to a better rank', () => {
    const snapshot = {
      hosts: [host('far', { priority: 0, zone: 'x' }), host('near', { priority: 9, zone: 'y' })],
      zone: 'y',
    }
    expect(createSelector('ordered')(snapshot, seeded(1))?.name).toBe('near')
  })
})

describe('least-busy', () => {
  it.each([
    { case: 'fewest in use', hosts: [host('a', { inUse: 3 }), host('b', { inUse: 2 })], pick: 'b' },
    { case: 'handshakes count', hosts: [host('a', { inUse: 1, connecting: 2 }), host('b', { inUse: 2 })], pick: 'b' },
    { case: 'idle does not count', hosts: [host('a', { idle: 9 }), host('b', { inUse: 1 })], pick: 'a' },
    { case: 'by weight', hosts: [host('a', { inUse: 3, weight: 4 }), host('b', { inUse: 1 })], pick: 'a' },
  ])('$case', ({ hosts, pick }) => {
    expect(createSelector('least-busy')({ hosts, zone: undefined }, seeded(2))?.name).toBe(pick)
  })
})

describe('latency', () => {
  it('takes the less busy of two hosts that are about as fast', () => {
    const hosts = [host('a', { latency: 1, inUse: 5 }), host('b', { latency: 1.5, inUse: 1 })]
    expect(counts(createSelector('latency'), { hosts, zone: undefined }, 200, seeded(1))).toEqual(new Map([['b', 200]]))
  })

  it('leaves a slow host alone but for one choice in 32, so that its recovery is seen', () => {
    const hosts = [host('slow', { latency: 80 }), host('a', { latency: 1 }), host('b', { latency: 1.2 })]
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const slow =
          counts(createSelector('latency'), { hosts, zone: undefined }, 20_000, seeded(seed)).get('slow') ?? 0
        // 20000 / 32 choices, of which a third or so.
        expect(slow).toBeGreaterThan(80)
        expect(slow).toBeLessThan(400)
      }),
      { numRuns: 10 },
    )
  })

  it('asks a host that was not measured yet', () => {
    const hosts = [host('a', { latency: 1, inUse: 1 }), host('new')]
    expect(createSelector('latency')({ hosts, zone: undefined }, seeded(1))?.name).toBe('new')
  })

  it('does not always take the least busy of many, so that pools do not run to one host in step', () => {
    const hosts = Array.from({ length: 6 }, (_, index) => host(`db${index}`, { inUse: index }))
    const seen = counts(createSelector('latency'), { hosts, zone: undefined }, 6000, seeded(11))
    // The least busy is one of two drawn from six in a third of the choices.
    expect(seen.get('db0')).toBeLessThan(2500)
    expect(seen.get('db5')).toBeUndefined()
  })
})

describe('a selector function of the user', () => {
  const snapshot = { hosts: [host('a'), host('b')], zone: undefined }

  it('decides', () => {
    const selector = createSelector(({ hosts }) => hosts.at(-1))
    expect(counts(selector, snapshot, 10, seeded(1))).toEqual(new Map([['b', 10]]))
  })

  it('is shown only the hosts that come first', () => {
    const shown: string[][] = []
    const selector = createSelector(({ hosts }) => {
      shown.push(hosts.map(({ name }) => name))
      return hosts[0]
    })
    const hosts = [
      host('failed', { zone: 'x', failedBefore: true }),
      host('spare', { zone: 'x', weight: 0 }),
      host('far'),
      host('near', { zone: 'x' }),
    ]
    selector({ hosts, zone: 'x' }, seeded(1))
    selector({ hosts: hosts.slice(0, 3), zone: 'x' }, seeded(1))
    selector({ hosts: hosts.slice(0, 2), zone: 'x' }, seeded(1))
    selector({ hosts: hosts.slice(0, 1), zone: 'x' }, seeded(1))
    expect(shown).toEqual([['near'], ['far'], ['spare'], ['failed']])
  })

  it('may leave the choice to random, which is no problem', () => {
    const problems: string[] = []
    const selector = createSelector(
      () => undefined,
      (message) => problems.push(message),
    )
    expect([...counts(selector, snapshot, 100, seeded(1)).keys()].toSorted()).toEqual(['a', 'b'])
    expect(problems).toEqual([])
  })

  const wrong: readonly (readonly [string, () => unknown])[] = [
    [
      'throws',
      () => {
        throw new RangeError('no such rack')
      },
    ],
    ['answers a host of its own making', () => host('a')],
    ['answers null', () => null],
    ['is async', () => Promise.reject(new Error('late'))],
  ]
  it.each(wrong)('that %s is reported, and a host is chosen at random', async (_, own) => {
    const problems: string[] = []
    // what plain JavaScript may hand over
    const selector = createSelector(own as Selector, (message) => problems.push(message))
    expect([...counts(selector, snapshot, 100, seeded(1)).keys()].toSorted()).toEqual(['a', 'b'])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^the selector function .*; the host is chosen at random instead$/)
    // A rejection that nobody handles would fail the run here.
    await new Promise((resolve) => setImmediate(resolve))
  })

  it.each<[string, Selector]>([
    ['sorts', ({ hosts }) => (hosts as HostSnapshot[]).sort((one, other) => (one.name < other.name ? 1 : -1))[0]],
    // oxlint-disable-next-line unicorn/no-array-reverse -- to change the list itself is the point
    ['reverses', ({ hosts }) => (hosts as HostSnapshot[]).reverse()[0]],
    ['shortens', ({ hosts }) => (hosts as HostSnapshot[]).splice(1, 1)[0]],
    ['empties', ({ hosts }) => (hosts as HostSnapshot[]).splice(0).at(-1)],
  ])('may do what it likes with its list: one that %s it gets the host that it answers', (_, own) => {
    const problems: string[] = []
    const selector = createSelector(own, (message) => problems.push(message))
    expect(counts(selector, snapshot, 5, seeded(1))).toEqual(new Map([['b', 5]]))
    expect(snapshot.hosts.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(problems).toEqual([])
  })

  it('changes nothing by what it writes into what it is shown', () => {
    const selector = createSelector(({ hosts }) => {
      for (const one of hosts) Object.assign(one, { weight: 0, name: 'c' })
      return undefined
    })
    expect([...counts(selector, snapshot, 100, seeded(1)).keys()].toSorted()).toEqual(['a', 'b'])
    expect(snapshot.hosts.map(({ weight }) => weight)).toEqual([1, 1])
  })

  it('that answers a host to which no connection can be opened now waits for it', () => {
    const selector = createSelector(({ hosts }) => hosts[0])
    const { hosts } = snapshot
    expect(selector(snapshot, seeded(1), (one) => one === hosts[1])).toBeUndefined()
    expect(selector(snapshot, seeded(1), (one) => one === hosts[0])).toBe(hosts[0])
  })

  it('is reported again when it fails after it had worked', () => {
    const problems: string[] = []
    let works = false
    const selector = createSelector(
      ({ hosts }) => {
        if (!works) throw new Error('not now')
        return hosts[0]
      },
      (message) => problems.push(message),
    )
    for (works of [false, false, true, false, false]) selector(snapshot, seeded(1))
    expect(problems).toHaveLength(2)
  })
})
