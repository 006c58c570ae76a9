import { describe, expect, it } from 'vitest'

import { SessionWorld } from '../testing/session-world.js'
import { refusal } from '../testing/scripted-driver.js'
import type { Lease } from './lease.js'

/** A lease in a transaction that has written something. */
async function begun(options?: ConstructorParameters<typeof SessionWorld>[0]) {
  const world = new SessionWorld(options)
  const lease = await world.lease()
  await world.over(lease.beginTransaction())
  await world.over(lease.query('INSERT INTO t VALUES (1)'))
  world.sent.length = 0
  return { world, lease }
}

/** How a transaction goes: with a deadlock, or with its connection, idle or while a statement runs. */
const WAYS: readonly [how: string, lose: (world: SessionWorld, lease: Lease) => Promise<unknown>][] = [
  [
    'a deadlock has undone',
    async (world, lease) => {
      world.once('UPDATE', refusal(1213))
      return world.over(lease.query('UPDATE t SET a = 2'))
    },
  ],
  [
    'a deadlock has undone inside a stream',
    async (world, lease) => {
      world.once('SELECT', refusal(1213))
      return world.over(lease.stream('SELECT a FROM t FOR UPDATE').toArray())
    },
  ],
  [
    'a lock wait timeout has undone, as the server is set up to',
    async (world, lease) => {
      // What a server with innodb_rollback_on_timeout does: its flags tell, not its error.
      world.connection('a1').status &= ~1
      world.once('UPDATE', refusal(1205))
      return world.over(lease.query('UPDATE t SET a = 2'))
    },
  ],
  [
    'was lost with its idle connection',
    async (world) => {
      world.connection('a1').lose()
      return world.rest()
    },
  ],
  [
    'was lost with its connection while a statement ran',
    async (world, lease) => {
      world.once('UPDATE', 'is lost')
      return world.over(lease.query('UPDATE t SET a = 2'))
    },
  ],
  [
    'was lost with its connection while a stream ran',
    async (world, lease) => {
      world.once('SELECT', 'is lost')
      return world.over(lease.stream('SELECT a FROM t').toArray())
    },
  ],
  [
    'was ended by a node that is not ready any more',
    async (world, lease) => {
      world.once('SELECT', refusal(1047))
      return world.over(lease.query('SELECT a FROM t'))
    },
  ],
]

describe.each(WAYS)('a transaction that %s', (_how, lose) => {
  it('takes nothing more but ROLLBACK, and is over then', async () => {
    const { world, lease } = await begun()
    await lose(world, lease)
    world.sent.length = 0
    expect(lease.inTransaction).toBe(true)
    const refused = [
      lease.query('INSERT INTO t VALUES (2)'),
      lease.execute('SELECT 3'),
      lease.stream('SELECT 4').toArray(),
      lease.query('COMMIT'),
      lease.query('ROLLBACK AND CHAIN'),
      lease.query('SAVEPOINT s'),
      lease.query('ROLLBACK TO SAVEPOINT s'),
      lease.beginTransaction(),
      lease.changeUser({ user: 'guest' }),
    ].map((promise) => world.outcome(promise))
    await world.rest()
    for (const { failure } of refused) {
      expect(failure).toMatch(/^ERR_HOSTPOOL_(?:TRANSACTION_LOST|HOST_LOST)$/)
    }
    expect(world.sent.filter((sql) => !sql.includes('DO 0'))).toEqual([])
    expect(lease.inTransaction).toBe(true)
    expect(await world.over(lease.rollback())).toMatchObject({ failure: undefined, settled: true })
    expect(lease.inTransaction).toBe(false)
    expect(await world.over(lease.query('INSERT INTO t VALUES (5)'))).toMatchObject({ failure: undefined })
    expect(await world.over(lease.beginTransaction())).toMatchObject({ failure: undefined })
    lease.release()
    await world.rest()
    expect(world.pool.status()).toMatchObject({ inUse: 0 })
  })

  it('leaves the next borrower nothing when it is given back without ROLLBACK', async () => {
    const { world, lease } = await begun({ connectionLimit: 1 })
    await lose(world, lease)
    lease.release()
    const next = await world.lease()
    expect(next.inTransaction).toBe(false)
    expect(await world.over(next.query('SELECT 1'))).toMatchObject({ failure: undefined, settled: true })
  })

  it('is given back by the pool’s transaction(), which says that it was undone', async () => {
    const world = new SessionWorld()
    const caught: unknown[] = []
    const work = world.pool.transaction(async (tx) => {
      await tx.query('INSERT INTO t VALUES (1)')
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a transaction is a lease with less to see
      await lose(world, tx as Lease)
      world.sent.length = 0
      caught.push(await world.over(tx.query('INSERT INTO t VALUES (2)')))
    })
    const end = world.outcome(work)
    for (let turn = 0; turn < 10; turn += 1) await world.rest()
    expect(end.failure).toMatch(/^ERR_HOSTPOOL_(?:TRANSACTION_LOST|HOST_LOST)$/)
    expect(world.sent.filter((sql) => /INSERT|COMMIT/.test(sql))).toEqual([])
    expect(world.pool.status()).toMatchObject({ inUse: 0 })
  })
})

describe('the end of a transaction whose connection goes with it', () => {
  it('is an unknown outcome for COMMIT, and the next statement runs elsewhere', async () => {
    const { world, lease } = await begun()
    world.once('COMMIT', 'is lost')
    expect(await world.over(lease.commit())).toMatchObject({ failure: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(lease.inTransaction).toBe(false)
    expect(await world.over(lease.query('SELECT 1'))).toMatchObject({ failure: undefined, settled: true })
  })

  it.each(['COMMIT AND CHAIN', 'COMMIT RELEASE'])('is an unknown outcome for %s', async (sql) => {
    const { world, lease } = await begun()
    world.once('COMMIT', 'is lost')
    expect(await world.over(lease.query(sql))).toMatchObject({ failure: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
  })

  it('is what ROLLBACK was for', async () => {
    const { world, lease } = await begun()
    world.once('ROLLBACK', 'is lost')
    expect(await world.over(lease.rollback())).toMatchObject({ failure: undefined, settled: true })
    expect(lease.inTransaction).toBe(false)
    expect(await world.over(lease.query('SELECT 1'))).toMatchObject({ failure: undefined, settled: true })
  })

  it('is no beginning of the next one that ROLLBACK AND CHAIN was to bring', async () => {
    const { world, lease } = await begun()
    world.once('ROLLBACK', 'is lost')
    expect(await world.over(lease.query('ROLLBACK AND CHAIN'))).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
    expect(await world.over(lease.query('INSERT INTO t VALUES (2)'))).toMatchObject({
      failure: 'ERR_HOSTPOOL_TRANSACTION_LOST',
    })
    expect(await world.over(lease.rollback())).toMatchObject({ failure: undefined, settled: true })
    expect(await world.over(lease.query('SELECT 1'))).toMatchObject({ failure: undefined, settled: true })
  })

  it.each([
    ['1180, which Galera says also of what it has committed', 1180, 'ERR_HOSTPOOL_OUTCOME_UNKNOWN'],
    ['3100, after which a write set may have left', 3100, 'ERR_HOSTPOOL_OUTCOME_UNKNOWN'],
    ['a lock wait timeout', 1205, 'ERR_HOSTPOOL_OUTCOME_UNKNOWN'],
    ['a refusal that proves that nothing was done', 1047, 'ERR_HOSTPOOL_HOST_LOST'],
    ['a conflict, which is undone as a whole', 1213, 1213],
  ])('says what a COMMIT has come to that is answered by %s', async (_what, errno, failure) => {
    const { world, lease } = await begun()
    world.once('COMMIT', refusal(errno))
    expect(await world.over(lease.commit())).toMatchObject({ failure })
    // Where the outcome is unknown, or the node is, nothing more is sent to that session.
    expect(world.connection('a1').alive).toBe(failure === 1213)
  })
})

describe('a lock wait timeout', () => {
  it('leaves the transaction as it was where the server does', async () => {
    const { world, lease } = await begun()
    world.once('UPDATE', refusal(1205))
    expect(await world.over(lease.query('UPDATE t SET a = 2'))).toMatchObject({ failure: 1205 })
    expect(await world.over(lease.query('INSERT INTO t VALUES (2)'))).toMatchObject({ failure: undefined })
    expect(await world.over(lease.commit())).toMatchObject({ failure: undefined })
  })

  it('is found out before anything that was asked for behind it is sent', async () => {
    const { world, lease } = await begun()
    world.connection('a1').status &= ~1
    world.once('UPDATE', refusal(1205))
    const asked = [lease.query('UPDATE t SET a = 2'), lease.query('INSERT INTO t VALUES (2)'), lease.query('COMMIT')]
    const ends = asked.map((promise) => world.outcome(promise))
    await world.rest()
    expect(ends.map(({ failure }) => failure)).toEqual([
      1205,
      'ERR_HOSTPOOL_TRANSACTION_LOST',
      'ERR_HOSTPOOL_TRANSACTION_LOST',
    ])
    expect(world.sent).toEqual(['a1 UPDATE t SET a = 2', 'a1 DO 0'])
  })

  it('is taken for undone where the server refuses to be asked', async () => {
    const { world, lease } = await begun()
    world.once('UPDATE', refusal(1205))
    world.once('DO 0', refusal(1213))
    expect(await world.over(lease.query('UPDATE t SET a = 2'))).toMatchObject({ failure: 1205 })
    expect(await world.over(lease.query('INSERT INTO t VALUES (2)'))).toMatchObject({
      failure: 'ERR_HOSTPOOL_TRANSACTION_LOST',
    })
    expect(world.sent).toEqual(['a1 UPDATE t SET a = 2', 'a1 DO 0'])
  })

  it('is still to be rolled back when its ROLLBACK was refused', async () => {
    const { world, lease } = await begun()
    world.connection('a1').status &= ~1
    world.once('UPDATE', refusal(1205))
    await world.over(lease.query('UPDATE t SET a = 2'))
    world.once('ROLLBACK', refusal(1317))
    expect(await world.over(lease.rollback())).toMatchObject({ failure: 1317 })
    expect(await world.over(lease.commit())).toMatchObject({ failure: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
    expect(await world.over(lease.rollback())).toMatchObject({ failure: undefined, settled: true })
    expect(await world.over(lease.query('SELECT 1'))).toMatchObject({ failure: undefined, settled: true })
  })

  it('says nothing of a transaction where none is open', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    world.once('UPDATE', refusal(1205))
    expect(await world.over(lease.query('UPDATE t SET a = 2'))).toMatchObject({ failure: 1205 })
    expect(world.sent).toEqual(['a1 UPDATE t SET a = 2'])
  })
})

describe('a chained transaction', () => {
  it.each(['COMMIT AND CHAIN', 'ROLLBACK AND CHAIN', 'rollback work and chain no release'])(
    'goes on where the server says so: %s',
    async (sql) => {
      const { world, lease } = await begun()
      expect(await world.over(lease.query(sql))).toMatchObject({ failure: undefined, settled: true })
      expect(lease.inTransaction).toBe(true)
      world.once('UPDATE', 'is lost')
      expect(await world.over(lease.query('UPDATE t SET a = 1'))).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
    },
  )
})
