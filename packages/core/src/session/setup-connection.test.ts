import { describe, expect, it } from 'vitest'

import { SessionWorld } from '../testing/session-world.js'
import { refusal } from '../testing/scripted-driver.js'
import type { Queryable } from '../sql/queryable.js'

describe('what onConnect asks for', () => {
  it('reaches the server one by one and in its order, before the first borrower', async () => {
    const world = new SessionWorld({
      onConnect: async (connection) => {
        await Promise.all([
          connection.query('SET @a = 1'),
          connection.execute('SET @b = 2'),
          connection.query({ sql: 'SELECT 3', decoding: { rowsAsArray: true } }),
        ])
      },
    })
    expect(await world.over(world.pool.query('SELECT 4'))).toMatchObject({ failure: undefined, settled: true })
    expect(world.sent).toEqual(['a1 SET @a = 1', 'a1 SET @b = 2', 'a1 SELECT 3', 'a1 SELECT 4'])
    expect(world.asked.find(({ sql }) => sql === 'SELECT 3')?.decoding).toEqual({ rowsAsArray: true })
  })

  it('is done before the first borrower’s statement also where the hook does not wait for it', async () => {
    const world = new SessionWorld({
      onConnect: (connection) => {
        void connection.query('SET @a = 1')
        void connection.query('SET @b = 2')
      },
    })
    const asked = world.outcome(world.pool.query('SELECT 3'))
    await world.rest()
    expect(asked).toMatchObject({ failure: undefined, settled: true })
    expect(world.sent).toEqual(['a1 SET @a = 1', 'a1 SET @b = 2', 'a1 SELECT 3'])
  })

  it('goes on behind a statement that fails, and the hook decides what that means', async () => {
    const world = new SessionWorld({
      onConnect: async (connection) => {
        await connection.query('SET @@missing = 1').catch(() => undefined)
        await connection.query('SET @b = 2')
      },
    })
    world.once('@@missing', refusal(1193))
    expect(await world.over(world.pool.query('SELECT 3'))).toMatchObject({ failure: undefined, settled: true })
    expect(world.sent).toEqual(['a1 SET @@missing = 1', 'a1 SET @b = 2', 'a1 SELECT 3'])
  })

  it('fails the connect when the hook fails', async () => {
    const world = new SessionWorld({
      host: 'a',
      acquireTimeout: 100,
      onConnect: async (connection) => void (await connection.query('SET @@missing = 1')),
    })
    world.once('@@missing', refusal(1193))
    const asked = world.outcome(world.pool.query('SELECT 3'))
    await world.rest(5)
    expect(world.connection('a1').closed).toBe(true)
    await world.rest(2_000)
    expect(asked.settled).toBe(true)
  })

  it('is over with the hook: a connection that was kept is refused, and the borrower’s is left alone', async () => {
    const kept: Queryable[] = []
    const world = new SessionWorld({
      onConnect: (connection) => {
        kept.push(connection)
      },
    })
    const lease = await world.lease()
    await world.over(lease.beginTransaction())
    const late = await world.over(kept[0]?.query('COMMIT') ?? Promise.resolve())
    expect(late).toMatchObject({ failure: 'ERR_HOSTPOOL_LEASE_RELEASED' })
    expect(world.sent).toEqual(['a1 START TRANSACTION'])
  })

  it('is done again after a reset', async () => {
    const world = new SessionWorld({
      connectionLimit: 1,
      host: 'a',
      onConnect: async (connection) => void (await connection.query('SET @a = 1')),
    })
    await world.over(world.pool.query('SET @b = 2'))
    await world.over(world.pool.query('SELECT 3'))
    expect(world.sent.filter((sql) => !sql.includes('NAMES'))).toEqual([
      'a1 SET @a = 1',
      'a1 SET @b = 2',
      'a1 reset',
      'a1 SET @a = 1',
      'a1 SELECT 3',
    ])
  })
})
