import type { PoolConnection } from 'mysql2'
import { describe, expect, test, vi } from 'vitest'

import type { Mysql2PoolOptions } from './facade-options.js'
import { mysql2Pool } from './mysql2-pool.js'
import { FakePool } from './testing/fake-pool.js'

/** A pool that checks out once, and then nothing until it is told to. */
class LeanPool extends FakePool {
  failure: Error | undefined

  override getConnection(...given: Parameters<FakePool['getConnection']>) {
    return this.failure === undefined ? super.getConnection(...given) : Promise.reject(this.failure)
  }
}

const refusal = new Error('nothing is free')

/** A facade that has checked out before, so that it defers errors; and the pool under it, which checks out nothing now. */
async function leanFacade(options: Mysql2PoolOptions = { deferErrors: true }) {
  const pool = new LeanPool()
  const facade = mysql2Pool(pool, options)
  const first = await facade.promise().getConnection()
  first.release()
  pool.failure = refusal
  return { pool, facade }
}

describe('a facade that defers errors', () => {
  test('says at once what is wrong as long as it has checked out nothing', async () => {
    const pool = new LeanPool()
    pool.failure = refusal
    const facade = mysql2Pool(pool, { deferErrors: true })
    await expect(facade.promise().getConnection()).rejects.toBe(refusal)
  })

  test('checks out what fails once and then asks the pool again', async () => {
    const { pool, facade } = await leanFacade()
    const connection = await facade.promise().getConnection()
    await expect(connection.query('SELECT 1')).rejects.toBe(refusal)
    await expect(connection.execute('SELECT 1')).rejects.toBe(refusal)
    pool.failure = undefined
    expect((await connection.query('SELECT 1'))[0]).toEqual([{ n: 1 }])
    connection.release()
    expect(pool.leases.map(({ state }) => state)).toEqual(['released', 'released'])
  })

  test('runs nothing outside a transaction that could not begin', async () => {
    const { pool, facade } = await leanFacade()
    const connection = await facade.promise().getConnection()
    const begin = connection.query('START TRANSACTION')
    await expect(begin).rejects.toBe(refusal)
    pool.failure = undefined
    const update = connection.query('UPDATE item SET price = 1')
    await expect(update).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_TRANSACTION_LOST', cause: refusal })
    await connection.query('ROLLBACK')
    await connection.query('UPDATE item SET price = 1')
  })

  test.each([
    ['a comment before it', '/* report */ START TRANSACTION'],
    ['a statement before it', 'SELECT 1; BEGIN'],
    ['a chain', 'COMMIT AND CHAIN'],
    ['a comment that servers run', 'START TRANSACTION /*!40100 WITH CONSISTENT SNAPSHOT */'],
    ['what is set for it', 'SET TRANSACTION READ ONLY'],
  ])('knows a transaction by its beginning, also with %s', async (_, sql) => {
    const { pool, facade } = await leanFacade()
    const connection = await facade.promise().getConnection()
    await expect(connection.query(sql)).rejects.toBe(refusal)
    pool.failure = undefined
    const update = connection.query('UPDATE item SET price = 1')
    await expect(update).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
  })

  test.each([
    ['ROLLBACK', 'query'],
    ['/* undone */ rollback work', 'query'],
    ['ROLLBACK AND NO CHAIN', 'query'],
    ['ROLLBACK', 'execute'],
  ] as const)('takes %s, sent by %s, for the end of a transaction that could not begin', async (sql, kind) => {
    const { pool, facade } = await leanFacade()
    const connection = await facade.promise().getConnection()
    await expect(connection.query('BEGIN')).rejects.toBe(refusal)
    await (kind === 'query' ? connection.query(sql) : connection.execute(sql))
    pool.failure = undefined
    await connection.query('UPDATE item SET price = 1')
  })

  test.each(['ROLLBACK AND CHAIN', 'ROLLBACK; UPDATE item SET price = 1', 'ROLLBACK TO SAVEPOINT a'])(
    'does not say of %s, which does more, that it is done',
    async (sql) => {
      const { facade } = await leanFacade()
      const connection = await facade.promise().getConnection()
      await expect(connection.query(sql)).rejects.toBe(refusal)
    },
  )

  test('tells what it checks out in the end which statements are in a transaction', async () => {
    const { pool, facade } = await leanFacade({ deferErrors: true, onStatement: (lease) => lease.manage(true) })
    const connection = await facade.promise().getConnection()
    await expect(connection.query('SELECT 1')).rejects.toBe(refusal)
    pool.failure = undefined
    await connection.query('SELECT 1')
    expect(pool.leases.at(-1)?.calls).toEqual([
      ['manage', true],
      ['query', 'SELECT 1', undefined],
    ])
  })

  test('may begin the transaction anew', async () => {
    const { pool, facade } = await leanFacade()
    const connection = await facade.promise().getConnection()
    await expect(connection.beginTransaction()).rejects.toBe(refusal)
    await expect(connection.beginTransaction()).rejects.toBe(refusal)
    pool.failure = undefined
    await connection.beginTransaction()
    expect(pool.leases.at(-1)?.inTransaction).toBe(true)
    await connection.commit()
  })

  test('has nothing to roll back, and does not wait for a connection to do so', async () => {
    const { pool, facade } = await leanFacade()
    const connection = await facade.promise().getConnection()
    await expect(connection.query('START TRANSACTION')).rejects.toBe(refusal)
    expect((await connection.query('ROLLBACK'))[0]).toMatchObject({ affectedRows: 0 })
    await connection.rollback()
    expect(pool.leases).toHaveLength(1)
  })

  test('streams as soon as there is a connection', async () => {
    const { pool, facade } = await leanFacade()
    const connection = await new Promise<PoolConnection>((resolve, reject) => {
      facade.getConnection((error, given) => (error === null ? resolve(given) : reject(error)))
    })
    await expect(connection.query('SELECT 2').stream().toArray()).rejects.toBe(refusal)
    pool.failure = undefined
    expect(await connection.query('SELECT 2').stream().toArray()).toEqual([{ n: 1 }, { n: 2 }])
    connection.release()
  })

  test('gives back what comes after its release', async () => {
    const { pool, facade } = await leanFacade()
    const connection = await facade.promise().getConnection()
    await expect(connection.query('SELECT 1')).rejects.toBe(refusal)
    pool.failure = undefined
    const answer = connection.query('SELECT 1')
    connection.release()
    await answer
    expect(pool.leases.at(-1)?.state).toBe('released')
  })
})

test('a facade that does not defer errors fails when it is asked', async () => {
  const { facade } = await leanFacade({ deferErrors: false })
  await expect(facade.promise().getConnection()).rejects.toBe(refusal)
})

test('what checked out connections are answered can be observed', async () => {
  const seen: unknown[] = []
  const facade = mysql2Pool(new FakePool(), { onResult: (sql, result) => seen.push([sql, result]) })
  const connection = await facade.promise().getConnection()
  await connection.query('SELECT 1')
  await connection.execute('SELECT 2')
  await expect(connection.query('FAIL')).rejects.toThrow('failed')
  expect(seen).toEqual([
    ['SELECT 1', [{ n: 1 }]],
    ['SELECT 2', [{ n: 1 }, { n: 2 }]],
  ])
})

test.each([
  [
    'threw',
    () => {
      throw new Error('no room for more')
    },
  ],
  ['rejected', () => Promise.reject(new Error('no room for more'))],
] as const)(
  'an observer that %s is reported, and the statement has succeeded all the same',
  async (what, onResult: () => unknown) => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const facade = mysql2Pool(new FakePool(), { onResult })
    const connection = await facade.promise().getConnection()
    await expect(connection.query('SELECT 1')).resolves.toMatchObject([[{ n: 1 }], {}])
    await new Promise((resolve) => setImmediate(resolve))
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(`The onResult function ${what}: .*no room for more`),
      'HostpoolWarning',
    )
    warn.mockRestore()
  },
)
