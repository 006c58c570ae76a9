import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Checkout } from '../../pool/checkout.js'
import { ConnectionState } from '../../pool/pooled-connection.js'
import type { Access, Serves } from '../../sql/access.js'
import type { FakeConnection } from '../fake-connector.js'
import { generateLife } from './generate.js'
import { mostServed } from './matching.js'
import type { Life, Violation } from './operation.js'
import { describeFinding, search, tellLife } from './search.js'
import { shrink } from './shrink.js'
import { Trial } from './trial.js'
import { endsWithin } from './watchdog.js'

type HeldCheckout = Checkout<FakeConnection>

/** More than this with `npm run simulate`. */
const OPERATIONS = 200_000
const SEED = 1

/** Why connections are closed, connects fail and callers are sent away: all of it has to occur. */
const SIGHTS = [
  'broken',
  'destroyed',
  'idle timeout',
  'max lifetime',
  'host down',
  'draining',
  'validation failed',
  'clean-up failed',
  'session changed',
  'rebalanced',
  'refreshed',
  'room needed',
  'pool ended',
  'acquire timeout',
  'leak',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ER_CON_COUNT_ERROR',
  'ER_ACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
]

describe('random lives of a pool', () => {
  it(`break no rule in ${OPERATIONS} operations from seed ${SEED}`, { timeout: 240_000 }, () => {
    const { finding, operations } = search(SEED, OPERATIONS)
    expect(finding && describeFinding(finding)).toBeUndefined()
    expect(operations).toBeGreaterThanOrEqual(OPERATIONS)
  })

  it('are the same for the same seed', () => {
    expect(generateLife(17)).toEqual(generateLife(17))
    expect(tellLife(generateLife(17))).toEqual(tellLife(generateLife(17)))
    expect(generateLife(17)).not.toEqual(generateLife(18))
  })

  it('can be printed and read again', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const life = generateLife(seed)
      expect(JSON.parse(JSON.stringify(life))).toEqual(life)
    }
  })

  it('get to all that they are about', { timeout: 60_000 }, () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 150; seed += 1) {
      const life = generateLife(seed)
      const trial = new Trial(life)
      const { emitter, connector } = trial.world
      emitter.on('connectionClosed', ({ reason }) => seen.add(reason))
      emitter.on('connectFailed', ({ error }) => seen.add('code' in error ? String(error.code) : error.message))
      emitter.on('acquireTimeout', () => seen.add('acquire timeout'))
      emitter.on('leak', () => seen.add('leak'))
      trial.run()
      expect(connector.connections.size).toBe(0)
    }
    for (const sight of SIGHTS) expect(seen).toContain(sight)
  })

  it('ask with checkouts that have ended, whatever has become of the connection', { timeout: 60_000 }, () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 300; seed += 1) {
      for (const line of tellLife(generateLife(seed))) {
        const [, asked, state] = /^stale: (\w+) of .* which is (\w+)/.exec(line) ?? []
        if (asked !== undefined) seen.add(`${asked} while ${state}`)
      }
    }
    const everyCase = ['release', 'discard', 'use'].flatMap((asked) =>
      Object.values(ConnectionState).map((state) => `${asked} while ${state}`),
    )
    expect([...seen].toSorted()).toEqual(everyCase.toSorted())
  })
})

describe('a pool that goes by the connection and not by the checkout', () => {
  it.each(['release', 'destroy', 'noteAccess'] as const)(
    'is found out when a checkout that has ended asks to %s',
    (asked) => {
      let operations = 0
      let found: Violation | undefined
      for (let seed = 0; found === undefined && operations < 20_000; seed += 1) {
        const life = generateLife(seed)
        operations += life.operations.length
        const trial = new Trial(life)
        const { engine } = trial.world
        const obey = engine[asked].bind(engine) as (checkout: HeldCheckout, ...rest: unknown[]) => boolean
        Object.assign(engine, {
          [asked]: (checkout: HeldCheckout, ...rest: unknown[]) =>
            obey(checkout.connection.checkout ?? checkout, ...rest),
        })
        found = trial.run()
      }
      expect(['a checkout that has ended changes nothing', 'the books are right']).toContain(found?.rule)
    },
  )
})

describe('what is caught in a loop', () => {
  it('is broken off', () => {
    let turns = 0
    const loop = (): void => {
      for (;;) turns += 1
    }
    expect(endsWithin(50, loop)).toBe(false)
    expect(turns).toBeGreaterThan(0)
  })

  it('is told from what ends, and from what fails', () => {
    expect(endsWithin(60_000, () => undefined)).toBe(true)
    const fails = (): void => {
      throw new RangeError('too much')
    }
    expect(() => endsWithin(60_000, fails)).toThrow(RangeError)
  })
})

describe('a life that breaks a rule', () => {
  const life: Life = generateLife(7)

  it('is shortened to the steps and options that matter', () => {
    const breaksWhenDroppedAfterRefresh = ({ operations, options }: Life): Violation | undefined => {
      const refreshed = operations.findIndex((operation) => operation.do === 'refresh')
      const dropped = operations.findLastIndex((operation) => operation.do === 'drop')
      if (refreshed < 0 || dropped < refreshed || options.connectionLimit === 1) return undefined
      return { rule: 'none is dropped after a refresh', detail: '' }
    }
    const long: Life = {
      ...life,
      operations: [...life.operations, { do: 'refresh' }, ...life.operations, { do: 'drop', server: 1 }],
      options: { ...life.options, connectionLimit: 5, meddlers: true },
    }
    const short = shrink(long, 'none is dropped after a refresh', breaksWhenDroppedAfterRefresh)
    expect(short.operations).toEqual([{ do: 'refresh' }, { do: 'drop', server: expect.any(Number) as number }])
    expect(short.options).toMatchObject({ connectionLimit: 2, meddlers: false, hosts: [{}] })
  })

  it('stays one that breaks the same rule', () => {
    const breaksOneOrTheOther = ({ operations }: Life): Violation | undefined => {
      if (operations.length > 3) return { rule: 'long', detail: '' }
      return { rule: 'short', detail: '' }
    }
    expect(shrink(life, 'long', breaksOneOrTheOther).operations).toHaveLength(4)
  })
})

describe('the most that can be served', () => {
  const accesses = fc.constantFrom<Access | undefined>(undefined, 'read', 'write')
  const servings = fc.constantFrom<Serves>(
    { read: true, write: true },
    { read: true, write: false },
    { read: false, write: true },
    { read: false, write: false },
  )

  it.each([
    { waiters: [], connections: [], served: 0 },
    { waiters: ['write'], connections: [{ read: true, write: false }], served: 0 },
    {
      waiters: [undefined, 'write'],
      connections: [
        { read: false, write: true },
        { read: true, write: false },
      ],
      served: 2,
    },
    { waiters: ['read', 'read'], connections: [{ read: true, write: true }], served: 1 },
  ] as const)('$waiters by $connections: $served', ({ waiters, connections, served }) => {
    expect(mostServed(waiters, connections)).toBe(served)
  })

  it('is what trying every order finds', () => {
    fc.assert(
      fc.property(
        fc.array(accesses, { maxLength: 4 }),
        fc.array(servings, { maxLength: 4 }),
        (waiters, connections) => {
          expect(mostServed(waiters, connections)).toBe(bestOf(waiters, connections))
        },
      ),
    )
  })
})

function bestOf(waiters: readonly (Access | undefined)[], connections: readonly Serves[]): number {
  const [waiter, ...others] = waiters
  if (waiters.length === 0) return 0
  const without = bestOf(others, connections)
  const served = connections.map((serves, index) => {
    const suits = waiter === undefined ? serves.read || serves.write : serves[waiter]
    return suits ? 1 + bestOf(others, connections.toSpliced(index, 1)) : 0
  })
  return Math.max(without, ...served)
}
