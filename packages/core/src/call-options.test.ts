import { describe, expect, it } from 'vitest'

import type { Lease } from './lease/lease.js'
import type { Pool } from './pool.js'
import { cluster } from './testing/fake-cluster.js'

/** A pool with a connection at hand on each host, or with nothing at hand at all. */
async function world(atHand: boolean) {
  const { pool, held, clock } = await cluster({ connectionLimit: 3 })
  if (atHand) for (const lease of held) lease.release()
  await clock.flow(10)
  const { inUse, waiting } = pool.status()
  return { pool, before: { inUse, waiting } }
}

/** Calls as JavaScript can make them, whatever the types say. */
type Call = (pool: Pool) => unknown

const borrow =
  (options: unknown): Call =>
  (pool) =>
    pool.getConnection(options as Parameters<Pool['getConnection']>[0])
const transact =
  (options: unknown): Call =>
  (pool) =>
    pool.transaction(async () => undefined, options as Parameters<Pool['transaction']>[1])
const ask =
  (options: object): Call =>
  (pool) =>
    pool.query({ sql: 'SELECT item', ...options })

function call(owner: object, method: string, ...given: readonly unknown[]): unknown {
  return Reflect.apply(Reflect.get(owner, method) as () => unknown, owner, given)
}

const faulty: readonly (readonly [string, Call, RegExp])[] = [
  ['getConnection(null)', borrow(null), /getConnection.*\n.*got null; expected an object/],
  ['getConnection of a string', borrow('read'), /got "read"; expected an object/],
  ['a misspelt option', borrow({ aquireTimeout: 5 }), /aquireTimeout: unknown option; did you mean acquireTimeout\?/],
  ['an access there is not', borrow({ access: 'reed' }), /access: got "reed"; expected 'read' or 'write'/],
  ['an acquireTimeout of NaN', borrow({ acquireTimeout: Number.NaN }), /acquireTimeout: got NaN; expected whole mill/],
  ['a negative acquireTimeout', borrow({ acquireTimeout: -1 }), /acquireTimeout: got -1; expected whole milliseconds/],
  ['an acquireTimeout in text', borrow({ acquireTimeout: '500' }), /acquireTimeout: got "500".*Number\(…\)/],
  ['a signal that is none', borrow({ signal: true }), /signal: got true; expected an AbortSignal/],
  ['a decoding of null', borrow({ decoding: null }), /decoding: got null; expected an object/],
  [
    'a zone there is not',
    borrow({ decoding: { timezone: 'Mars' } }),
    /decoding\.timezone: got "Mars"; expected 'local'/,
  ],
  ['two faults, both told', borrow({ access: 1, signal: 1 }), /2 problems:\n.*access: got 1.*\n.*signal: got 1/],
  ['a statement of null', (pool) => pool.query(null as never), /A statement is a string .*, not null/],
  ['a statement of nothing', (pool) => pool.execute(undefined as never), /A statement is a string .*, not undefined/],
  [
    'withConnection of a number',
    (pool) => pool.withConnection(42 as never),
    /takes a function first and got 42; call it/,
  ],
  [
    'withConnection(null)',
    (pool) => pool.withConnection(null as never),
    /takes a function first and got null; call it/,
  ],
  [
    'withConnection with null for its options',
    (pool) => pool.withConnection(() => undefined, null as never),
    /getConnection.*\n.*got null; expected an object/,
  ],
  [
    'a transaction of nothing',
    (pool) => pool.transaction(undefined as never),
    /transaction\(\) takes a function first and got nothing; call it like pool\.transaction\(async /,
  ],
  [
    'a transaction whose options come first',
    (pool) => pool.transaction({ readOnly: true } as never, (() => undefined) as never),
    /takes a function first and got an object/,
  ],
  ['a transaction of null', transact(null), /transaction.*\n.*got null; expected an object/],
  ['a misspelt level', transact({ isolation: 'SERIALIZABLE' }), /isolation: unknown option/],
  ['a level there is not', transact({ isolationLevel: 'CHAOS' }), /isolationLevel: got "CHAOS"; expected 'READ UNCOMM/],
  ['a readOnly in text', transact({ readOnly: 'no' }), /readOnly: got "no"; expected true or false/],
  ['a retry that is no number of times', transact({ retry: -1 }), /retry: got -1; expected/],
  ['a borrower of a transaction', transact({ acquireTimeout: -1 }), /acquireTimeout: got -1; expected whole/],
  [
    'a misspelt option of a statement',
    ask({ timout: 5 }),
    /statement's timout: unknown option; did you mean timeout\?/,
  ],
  [
    'a callback in the place of the values',
    (pool) => pool.query('SELECT 1', (() => 0) as never),
    /A callback was given/,
  ],
  ['a callback behind the values', (pool) => call(pool, 'execute', 'SELECT 1', [1], () => 0), /A callback was given/],
  ['a callback of getConnection', borrow(() => 0), /A callback was given with getConnection/],
  ['a callback of end', (pool) => call(pool, 'end', () => 0), /A callback was given with end/],
  ['an access of a statement', ask({ access: 'reed' }), /access: got "reed"; expected 'read' or 'write'/],
  ['a decoding of a statement', ask({ decoding: null }), /decoding: got null; expected an object/],
  ['a zone of a statement', ask({ decoding: { timezone: 'Mars' } }), /timezone: got "Mars"; expected 'local'/],
]

for (const atHand of [true, false]) {
  describe(`a call with faulty options, with ${atHand ? 'connections at hand' : 'every connection checked out'}`, () => {
    it.each(faulty)('%s: is rejected at once, by name, and takes nothing', async (_, call, message) => {
      const { pool, before } = await world(atHand)
      const called = call(pool)
      expect(called).toBeInstanceOf(Promise)
      await expect(called).rejects.toMatchObject({
        code: 'ERR_HOSTPOOL_UNSUPPORTED',
        message: expect.stringMatching(message),
      })
      const { inUse, waiting } = pool.status()
      expect({ inUse, waiting }).toEqual(before)
    })
  })
}

describe('a lease asked for what there is not', () => {
  it('rejects a statement with a faulty decoding, and goes on', async () => {
    const { held } = await cluster()
    const [lease] = held
    const options = { sql: 'SELECT item', decoding: { timezone: 'Mars' } }
    await expect(lease?.query(options)).rejects.toThrow(/timezone: got "Mars"/)
    expect(() => lease?.stream(options)).toThrow(/timezone: got "Mars"/)
    await expect(lease?.beginTransaction({ isolation: 'SERIALIZABLE' } as object)).rejects.toThrow(/isolation: unknown/)
    expect(lease?.inTransaction).toBe(false)
  })
})

describe('a lease given a callback', () => {
  it.each(['query', 'execute'])('rejects %s', async (method) => {
    const { held } = await cluster()
    const [lease] = held
    if (lease === undefined) throw new Error('no lease')
    await expect(call(lease, method, 'SELECT item', () => 0)).rejects.toThrow(/A callback was given/)
    await expect(call(lease, method, 'SELECT item', [], () => 0)).rejects.toThrow(/A callback was given/)
  })

  it.each(['beginTransaction', 'commit', 'rollback', 'ping'])('rejects %s', async (method) => {
    const { held } = await cluster()
    const [lease] = held
    if (lease === undefined) throw new Error('no lease')
    await expect(call(lease, method, () => 0)).rejects.toThrow(/A callback was given/)
    expect(lease.inTransaction).toBe(false)
  })

  it('takes an object of a class for a statement, whatever else it holds', async () => {
    class Tagged {
      readonly sql = 'SELECT item'
      readonly strings = ['SELECT item']
    }
    const { pool, held, clock } = await cluster()
    for (const lease of held) lease.release()
    const answer = pool.query(new Tagged())
    await clock.flow(10)
    await expect(answer).resolves.toHaveLength(2)
  })
})

describe('options of a call that are sound', () => {
  it.each([undefined, {}, { access: undefined }, { access: 'read' }, { acquireTimeout: 0 }] as const)(
    '%j checks out',
    async (options) => {
      const { pool, held, clock } = await cluster()
      for (const lease of held) lease.release()
      const lease = pool.getConnection(options)
      await clock.flow(10)
      expect((await lease).host).toMatch(/^[abc]:/)
    },
  )
})

describe('one object for many calls', () => {
  it('is looked at each time while it can change', async () => {
    const { pool, held } = await cluster()
    for (const lease of held) lease.release()
    const options: { access: string } = { access: 'read' }
    const borrowing = borrow(options)
    const lease = (await borrowing(pool)) as Lease
    lease.release()
    options.access = 'reed'
    await expect(borrowing(pool)).rejects.toThrow(/access: got "reed"/)
  })

  it('that is frozen and faulty is refused each time, and one that is sound checks out each time', async () => {
    const { pool, held } = await cluster()
    for (const lease of held) lease.release()
    for (const options of [Object.freeze({ access: 'reed' }), Object.freeze({ access: 'read', isolationLevel: 'X' })]) {
      for (let time = 0; time < 2; time += 1)
        await expect(borrow(options)(pool)).rejects.toThrow(/access|unknown option/)
    }
    const sound = Object.freeze({ access: 'read', acquireTimeout: 5 })
    for (let time = 0; time < 2; time += 1) ((await borrow(sound)(pool)) as Lease).release()
  })

  it('that is good for a transaction is not thereby good for getConnection', async () => {
    const { pool, held, clock } = await cluster()
    for (const lease of held) lease.release()
    const options = Object.freeze({ readOnly: true })
    const transacted = transact(options)(pool)
    await clock.flow(100)
    await transacted
    await expect(borrow(options)(pool)).rejects.toThrow(/readOnly: unknown option/)
  })
})

describe('a listener', () => {
  it.each(['on', 'once', 'off'] as const)('is refused by %s() for an event that there is not', async (call) => {
    const { pool } = await cluster()
    for (const event of ['hostdown', 'toString', '__proto__', undefined, null, 5, Symbol('leak')]) {
      expect(() => pool[call](event as never, () => undefined)).toThrow(
        expect.objectContaining({
          code: 'ERR_HOSTPOOL_UNSUPPORTED',
          message: expect.stringMatching(/a pool has no event .*; its events are connectionOpened, .*hostDown, .*end$/),
        }),
      )
    }
  })

  it.each(['on', 'once', 'off'] as const)('is refused by %s() when it is no function', async (call) => {
    const { pool } = await cluster()
    for (const listener of [5, null, undefined, {}]) {
      expect(() => pool[call]('leak', listener as never)).toThrow(/\('leak'\): the listener has to be a function, not /)
    }
  })
})
