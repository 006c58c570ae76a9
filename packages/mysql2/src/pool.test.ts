import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Connection } from './connection.js'
import { Pool } from './pool.js'
import { FakeLease, FakePool } from './testing/fake-pool.js'
import { called, acquire, shared } from './testing/facade.js'

/** Calls a method that is there at run time only. */
function invoke(target: object, method: string, ...given: readonly unknown[]): unknown {
  const called: unknown = Reflect.get(target, method)
  return typeof called === 'function' ? Reflect.apply(called, target, given) : undefined
}

const closed = { code: 'ERR_HOSTPOOL_CLOSED' }
const unsupported = { code: 'ERR_HOSTPOOL_UNSUPPORTED' }

describe('connections', () => {
  test('acquire and release are told, with the connection', async () => {
    const { pool } = shared()
    const events: unknown[] = []
    pool.on('acquire', (connection: Connection) => events.push(['acquire', connection.threadId]))
    pool.on('release', (connection: Connection) => events.push(['release', connection.threadId]))
    await pool.promise().query('SELECT 1')
    expect(events).toEqual([
      ['acquire', 7],
      ['release', 7],
    ])
  })

  test('releasing twice is releasing once', async () => {
    const { pool } = shared()
    const released = vi.fn<() => void>()
    pool.on('release', released)
    const connection = await pool.promise().getConnection()
    connection.release()
    connection.release()
    pool.releaseConnection(connection)
    expect(released).toHaveBeenCalledTimes(1)
  })

  test('end() of a connection gives it back, as drizzle and others expect', async () => {
    const { pool, fake } = shared()
    const connection = await acquire(pool)
    const [error] = await called((callback) => connection.end(callback))
    expect(error).toBeNull()
    expect(fake.leases[0]?.state).toBe('released')
  })

  test('it listens to errors for whoever adds a listener, and is no promise', async () => {
    const { pool } = shared()
    const connection = await acquire(pool)
    expect(connection.listeners('error')).toEqual([])
    expect('then' in connection).toBe(false)
    expect('then' in pool).toBe(false)
    expect('then' in pool.promise()).toBe(false)
    expect('then' in connection.promise()).toBe(false)
  })

  test('config tells where it is connected and how, and no secret', async () => {
    const fake = new FakePool({ user: 'app', password: 'hunter2', dateStrings: true, queueLimit: 9 })
    const pool = new Pool(fake, false, { decoding: { timezone: 'Z' } })
    const connection = await acquire(pool)
    expect(connection.config).toMatchObject({ host: 'db1', port: 3306, user: 'app', timezone: 'Z', dateStrings: true })
    expect(connection.promise().config).toEqual(connection.config)
    expect(pool.config).toMatchObject({ connectionLimit: 4, queueLimit: 9, connectionConfig: { user: 'app' } })
    expect(JSON.stringify(pool.config)).not.toContain('hunter2')
  })

  test('assigning to config is an error, wherever in it, and never shows what was assigned', async () => {
    const { pool } = shared()
    const connection = await acquire(pool)
    const assignments: readonly (() => unknown)[] = [
      () => Object.assign(pool, { config: {} }),
      () => Object.assign(pool.config, { connectionLimit: 5 }),
      () => Object.assign(pool.config.connectionConfig, { password: 'hunter2' }),
      () => Object.defineProperty(pool.config, 'queueLimit', { value: 1 }),
      () => Reflect.deleteProperty(pool.config, 'queueLimit'),
      () => Object.assign(connection, { config: {} }),
      () => Object.assign(connection.config, { queryFormat: () => 'hunter2' }),
      () => Object.assign(connection.promise(), { config: {} }),
      () => Object.assign(connection.promise().config, { namedPlaceholders: true }),
    ]
    for (const assign of assignments) {
      expect(assign).toThrow(expect.objectContaining(unsupported))
      expect(assign).not.toThrow('hunter2')
    }
    expect(() => Object.assign(pool.config.connectionConfig, { password: 'x' })).toThrow(/password.*a function/)
    expect({ ...connection.config }.host).toBe('db1')
  })

  test('changeUser hands on who to become, and refuses what it would have to ignore', async () => {
    const { pool } = shared()
    const connection = await acquire(pool)
    await called((callback) => connection.changeUser({ user: 'other', password: 'p' }, callback))
    await connection.promise().changeUser({ database: 'shop' })
    const { lease } = connection
    if (!(lease instanceof FakeLease)) throw new Error('a fake lease was expected')
    expect(lease.calls.filter(([name]) => name === 'changeUser').map(([, to]) => to)).toEqual([
      { user: 'other', password: 'p', database: undefined },
      { user: undefined, password: undefined, database: 'shop' },
    ])
    await expect(invoke(connection.promise(), 'changeUser', { charset: 'latin1' })).rejects.toMatchObject(unsupported)
  })

  test('what no pooled connection can do says so in the manner it was asked', async () => {
    const { pool } = shared()
    const connection = await acquire(pool)
    const [error] = await called((callback) => invoke(connection, 'prepare', 'SELECT 1', callback))
    expect(error).toMatchObject(unsupported)
    expect(() => invoke(connection, 'unprepare', 'SELECT 1')).toThrow('connection.unprepare() is not supported')
    await expect(invoke(connection.promise(), 'reset')).rejects.toMatchObject(unsupported)
  })
})

test('a connection that is destroyed tells its end, once, and nobody of a release', async () => {
  const { pool } = shared()
  const connection = await acquire(pool)
  const [ended, released] = [vi.fn<() => void>(), vi.fn<() => void>()]
  connection.on('end', ended)
  pool.on('release', released)
  connection.destroy()
  connection.destroy()
  expect(ended).toHaveBeenCalledTimes(1)
  expect(released).not.toHaveBeenCalled()
})

describe('decoding and access', () => {
  test('belong to every lease and every statement of this facade', async () => {
    const fake = new FakePool()
    const decoding = { bigNumberStrings: true }
    const pool = new Pool(fake, false, { decoding, access: 'read' })
    await acquire(pool)
    await pool.promise().query('SELECT 1')
    await pool.promise().query({ sql: 'SELECT 2' })
    expect(fake.leaseOptions[0]).toMatchObject({ decoding, access: 'read' })
    const statements = fake.direct.calls.map(([, statement]) => statement)
    expect(statements).toMatchObject([
      { sql: 'SELECT 1', access: 'read' },
      { sql: 'SELECT 2', access: 'read' },
    ])
    // The pool completes a decoding once and knows it by identity.
    for (const statement of statements)
      expect(statement).toHaveProperty(
        'decoding',
        expect.toSatisfy((given) => given === decoding),
      )
  })

  test('escaping follows the facade, and under it the pool', () => {
    const fromPool = new Pool(new FakePool({ timezone: 'Z', stringifyObjects: true }), false, {
      decoding: { stringifyObjects: false },
    })
    expect(fromPool.format('SET ?, at = ?', [{ a: 1 }, new Date(0)])).toBe(
      "SET `a` = 1, at = '1970-01-01 00:00:00.000'",
    )
  })

  test('escaping of one facade is not that of another', () => {
    const plain = new Pool(new FakePool(), false, {})
    const strings = new Pool(new FakePool(), false, { decoding: { stringifyObjects: true, timezone: 'Z' } })
    expect(plain.format('SET ?', [{ a: 1 }])).toBe('SET `a` = 1')
    expect(strings.format('SET ?', [{ a: 1 }])).toBe("SET '[object Object]'")
    expect(strings.escape(new Date(0))).toBe("'1970-01-01 00:00:00.000'")
    expect(plain.escapeId('a.b')).toBe('`a`.`b`')
  })
})

describe('the end', () => {
  test('of a facade on a shared pool leaves the pool open and takes back what was checked out', async () => {
    const { pool, fake } = shared()
    await acquire(pool)
    const [error] = await called((callback) => pool.end(callback))
    expect(error).toBeNull()
    expect(fake.ended).toBe(0)
    expect(fake.leases[0]?.state).toBe('released')
  })

  test('of a facade of its own ends the pool, once', async () => {
    const fake = new FakePool()
    const pool = new Pool(fake, true, {})
    const told = vi.fn<() => void>()
    pool.on('end', told)
    await Promise.all([pool.promise().end(), called((callback) => pool.end(callback))])
    expect(fake.ended).toBe(1)
    expect(told).toHaveBeenCalledTimes(1)
  })

  test('waits for a statement under way', async () => {
    const { pool, fake } = shared()
    const connection = await pool.promise().getConnection()
    const answer = connection.query('HANG')
    let ended = false
    const end = pool
      .promise()
      .end()
      .then(() => (ended = true))
    await new Promise(setImmediate)
    expect(ended).toBe(false)
    fake.free()
    await expect(answer).resolves.toHaveLength(2)
    connection.release()
    await end
    expect(fake.leases[0]?.state).toBe('released')
  })

  describe('on virtual time', () => {
    beforeEach(() => void vi.useFakeTimers())
    afterEach(() => void vi.useRealTimers())

    test('destroys at its deadline what is still at work', async () => {
      const { pool, fake } = shared()
      const connection = await acquire(pool)
      const answer = connection.promise().query('HANG')
      const end = pool.promise().end()
      await vi.advanceTimersByTimeAsync(9_990)
      expect(fake.leases[0]?.state).toBe('inUse')
      await vi.advanceTimersByTimeAsync(10)
      await end
      expect(fake.leases[0]?.state).toBe('destroyed')
      fake.free()
      await answer
    })

    test('gives a transaction back that rests, and is not held up by it', async () => {
      const { pool, fake } = shared()
      const connection = await acquire(pool)
      await connection.promise().beginTransaction()
      const end = pool.promise().end()
      await vi.advanceTimersByTimeAsync(500)
      await end
      expect(fake.leases[0]?.state).toBe('released')
    })

    test('lets a transaction that goes on finish', async () => {
      const { pool, fake } = shared()
      const connection = (await acquire(pool)).promise()
      await connection.beginTransaction()
      const end = pool.promise().end()
      for (let step = 0; step < 10; step += 1) {
        await vi.advanceTimersByTimeAsync(300)
        await connection.query('SELECT 1')
      }
      expect(fake.leases[0]?.state).toBe('inUse')
      await connection.commit()
      connection.release()
      await end
    })

    test.each([true, false])('waits for statements on the pool itself (a pool of its own: %s)', async (owned) => {
      const fake = new FakePool()
      const pool = new Pool(fake, owned, {})
      const told: string[] = []
      void pool
        .promise()
        .execute('HANG')
        .then(() => told.push('promise'))
      pool.query('HANG', () => told.push('callback'))
      pool.execute('HANG').on('end', () => told.push('events'))
      const end = pool
        .promise()
        .end()
        .then(() => told.push('the end'))
      await vi.advanceTimersByTimeAsync(1_000)
      expect(told).toEqual([])
      fake.free()
      await end
      expect(told.toSorted()).toEqual(['callback', 'events', 'promise', 'the end'])
      expect(fake.ended).toBe(owned ? 1 : 0)
    })

    test('a statement whose connection was still to come when the end began runs', async () => {
      const { pool, fake } = shared()
      pool.on('acquire', () => {})
      const [answer, rows] = [pool.promise().query('SELECT 1'), pool.query('SELECT 2').stream().toArray()]
      const end = pool.promise().end()
      await vi.advanceTimersByTimeAsync(100)
      await expect(answer).resolves.toHaveLength(2)
      await expect(rows).resolves.toHaveLength(2)
      await end
      expect(fake.leases.map(({ state }) => state)).toEqual(['released', 'released'])
    })
  })

  test('is final: statements and connections are refused', async () => {
    const { pool } = shared()
    pool.end()
    await expect(pool.promise().query('SELECT 1')).rejects.toMatchObject(closed)
    const [error] = await called((callback) => pool.getConnection(callback))
    expect(error).toMatchObject(closed)
  })

  test('a connection that comes too late goes back at once', async () => {
    const { pool, fake } = shared()
    const late = acquire(pool)
    await pool.promise().end()
    await expect(late).rejects.toMatchObject(closed)
    expect(fake.leases[0]?.state).toBe('released')
  })

  test('leaves no listener on the shared pool', async () => {
    const { pool, fake } = shared()
    const told = vi.fn<() => void>()
    pool.promise().on('enqueue', told)
    fake.emit('enqueue', { waiting: 1 })
    expect(told).toHaveBeenCalledTimes(1)
    await pool.promise().end()
    expect(fake.eventNames()).toEqual([])
  })
})

test("a 'connection' listener on a shared pool is refused with the remedy", () => {
  const { pool } = shared()
  expect(() => pool.on('connection', () => {})).toThrow('onConnect')
})
