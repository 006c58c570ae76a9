import { once } from 'node:events'

import { describe, expect, test, vi } from 'vitest'

import type { Connection } from './connection.js'
import { Pool } from './pool.js'
import { FakePool } from './testing/fake-pool.js'

function shared(): { fake: FakePool; pool: Pool } {
  const fake = new FakePool()
  return { fake, pool: new Pool(fake, false, {}) }
}

/** What a callback was given, as a promise. */
function called(start: (callback: (...given: unknown[]) => void) => void): Promise<unknown[]> {
  return new Promise((resolve) => {
    start((...given) => resolve(given))
  })
}

/** Calls a method that is there at run time only. */
function invoke(target: object, method: string, ...given: readonly unknown[]): unknown {
  const called: unknown = Reflect.get(target, method)
  return typeof called === 'function' ? Reflect.apply(called, target, given) : undefined
}

const FAILED: unknown = expect.objectContaining({ message: 'failed' })
const closed = { code: 'ERR_HOSTPOOL_CLOSED' }
const unsupported = { code: 'ERR_HOSTPOOL_UNSUPPORTED' }

describe('arguments', () => {
  test('a callback may stand in the place of the values', async () => {
    const { pool, fake } = shared()
    const [error, rows] = await called((callback) => pool.query('SELECT 1', callback))
    expect(error).toBeNull()
    expect(rows).toEqual([{ n: 1 }])
    expect(fake.direct.calls).toEqual([['query', 'SELECT 1', undefined]])
  })

  test('a lone value counts as a list of one, an object is passed as it is', async () => {
    const { pool, fake } = shared()
    const day = new Date(0)
    await pool.promise().query('?', 5)
    await pool.promise().query('?', day)
    await pool.promise().query('?', { a: 1 })
    await pool.promise().query('?', null)
    expect(fake.direct.calls.map(([, , values]) => values)).toEqual([[5], [day], { a: 1 }, undefined])
  })

  test('values beside an options object win over those in it', async () => {
    const { pool, fake } = shared()
    await pool.promise().execute({ sql: 'A', values: [1], timeout: 5 }, [2])
    expect(fake.direct.calls[0]?.[1]).toMatchObject({ sql: 'A', values: [2], timeout: 5 })
  })

  test('what is no statement is refused at once, and by promise as a rejection', async () => {
    const { pool } = shared()
    expect(() => pool.query(undefined)).toThrow(TypeError)
    expect(() => pool.query(undefined, () => {})).toThrow('a string')
    await expect(pool.promise().query(undefined)).rejects.toThrow(TypeError)
  })

  test('an option that cannot be given per statement is named, to the callback', async () => {
    const { pool } = shared()
    const [error] = await called((callback) => pool.query({ sql: 'A', dateStrings: true }, callback))
    expect(error).toMatchObject(unsupported)
    expect(String(error)).toContain('dateStrings')
  })

  test('a callback among promises is refused', () => {
    const { pool } = shared()
    expect(() => pool.promise().query('A', () => {})).toThrow('no callback')
  })
})

describe('statements with callbacks', () => {
  test('a failure reaches the callback and is not emitted', async () => {
    const { pool } = shared()
    let query: { listenerCount(event: string): number } | undefined
    const given = await called((callback) => {
      query = pool.query('FAIL', [], callback)
    })
    expect(given).toEqual([FAILED])
    expect(query?.listenerCount('error')).toBe(0)
  })

  test('what a callback throws is an uncaught exception, never an unhandled rejection', async () => {
    const { pool } = shared()
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const rejected = vi.fn<() => void>()
    process.on('unhandledRejection', rejected)
    try {
      const thrown = new Promise((resolve) => process.once('uncaughtException', resolve))
      pool.query('SELECT 1', () => {
        throw new Error('mine')
      })
      expect(await thrown).toMatchObject({ message: 'mine' })
      await new Promise(setImmediate)
      expect(rejected).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', rejected)
      for (const listener of others) process.on('uncaughtException', listener)
    }
  })
})

describe('statements without callbacks', () => {
  test('rows arrive as events, their columns first', async () => {
    const { pool, fake } = shared()
    const events: unknown[] = []
    const query = pool.query('SELECT 2')
    query.on('fields', (fields: { name: string }[]) => events.push(fields.map(({ name }) => name)))
    query.on('result', (row, index) => events.push([row, index]))
    await once(query, 'end')
    expect(events).toEqual([['n'], [{ n: 1 }, 0], [{ n: 2 }, 0]])
    expect(fake.leases.map(({ state }) => state)).toEqual(['released'])
  })

  test('a stream is read no faster than its reader', async () => {
    const { pool } = shared()
    const connection = await pool.lend()
    const query = connection.query('SELECT 1000')
    let received = 0
    query.on('result', () => (received += 1))
    const stream = query.stream({ highWaterMark: 5 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(received).toBeLessThan(20)
    const rows = await stream.toArray()
    expect(rows).toHaveLength(1000)
    expect(rows.at(-1)).toEqual({ n: 1000 })
  })

  test('pause() of the connection stops the events until resume()', async () => {
    const { pool } = shared()
    const connection = await pool.lend()
    let received = 0
    const query = connection.query('SELECT 100')
    query.on('result', () => {
      received += 1
      if (received === 3) connection.pause()
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(received).toBe(3)
    connection.resume()
    await once(query, 'end')
    expect(received).toBe(100)
  })

  test('a failure goes to the stream, and the query still ends', async () => {
    const { pool, fake } = shared()
    const query = pool.query('FAIL')
    const ended = new Promise<void>((resolve) => query.once('end', resolve))
    await expect(query.stream().toArray()).rejects.toThrow('failed')
    await ended
    expect(fake.leases[0]?.state).toBe('released')
  })

  test('a failure that nobody listens to reaches the connection, then the pool, then a warning', async () => {
    const { pool } = shared()
    const connection = await pool.lend()
    const onPool = once(pool, 'error')
    connection.query('FAIL')
    expect(await onPool).toEqual([FAILED])
    const onConnection = once(connection, 'error')
    connection.rollback()
    expect(await onConnection).toEqual([FAILED])
    const warned = once(process, 'warning')
    pool.query('FAIL')
    expect(await warned).toEqual([FAILED])
  })

  test('a stream given up before its connection came costs no connection', async () => {
    const { pool, fake } = shared()
    const query = pool.query('SELECT 5')
    query.stream().destroy()
    await new Promise(setImmediate)
    expect(fake.leases[0]?.calls).toEqual([])
    expect(fake.leases[0]?.state).toBe('released')
  })

  test('a query that is awaited says what was meant', async () => {
    const { pool } = shared()
    const query: unknown = pool.query('SELECT 1')
    await expect((async () => await query)()).rejects.toMatchObject(unsupported)
  })

  test('a prepared statement has events and a stream as well', async () => {
    const { pool, fake } = shared()
    const rows = await pool.execute('SELECT 3').stream().toArray()
    expect(rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(fake.direct.calls).toEqual([['execute', 'SELECT 3', undefined]])
  })
})

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
    const connection = await pool.lend()
    const [error] = await called((callback) => connection.end(callback))
    expect(error).toBeNull()
    expect(fake.leases[0]?.state).toBe('released')
  })

  test('it listens to errors for whoever adds a listener, and is no promise', async () => {
    const { pool } = shared()
    const connection = await pool.lend()
    expect(connection.listeners('error')).toEqual([])
    expect('then' in connection).toBe(false)
    expect('then' in pool).toBe(false)
    expect('then' in pool.promise()).toBe(false)
    expect('then' in connection.promise()).toBe(false)
  })

  test('config tells where it is connected, and no secret', async () => {
    const pool = new Pool(new FakePool(), false, { decoding: { timezone: 'Z' } })
    const connection = await pool.lend()
    expect(connection.config).toMatchObject({ host: 'db1', port: 3306, timezone: 'Z' })
    expect(connection.promise().config).toEqual(connection.config)
  })

  test('what no pooled connection can do says so in the manner it was asked', async () => {
    const { pool } = shared()
    const connection = await pool.lend()
    const [error] = await called((callback) => invoke(connection, 'changeUser', { user: 'other' }, callback))
    expect(error).toMatchObject(unsupported)
    expect(() => invoke(connection, 'unprepare', 'SELECT 1')).toThrow('connection.unprepare() is not supported')
    await expect(invoke(connection.promise(), 'reset')).rejects.toMatchObject(unsupported)
    await expect(invoke(pool.promise(), 'beginTransaction')).rejects.toMatchObject(unsupported)
  })
})

describe('decoding and access', () => {
  test('belong to every lease and every statement of this shape', async () => {
    const fake = new FakePool({ timezone: 'Z', bigNumberStrings: false })
    const decoding = { bigNumberStrings: true }
    const pool = new Pool(fake, false, { decoding, access: 'read' })
    await pool.lend()
    await pool.promise().query('SELECT 1')
    expect(fake.leaseOptions[0]).toMatchObject({ decoding: { timezone: 'Z', ...decoding }, access: 'read' })
    expect(fake.direct.calls[0]?.[1]).toMatchObject({
      sql: 'SELECT 1',
      decoding: { timezone: 'Z', ...decoding },
      access: 'read',
    })
  })

  test('escaping follows the shape', () => {
    const plain = new Pool(new FakePool(), false, {})
    const strings = new Pool(new FakePool(), false, { decoding: { stringifyObjects: true, timezone: 'Z' } })
    expect(plain.format('SET ?', [{ a: 1 }])).toBe('SET `a` = 1')
    expect(strings.format('SET ?', [{ a: 1 }])).toBe("SET '[object Object]'")
    expect(strings.escape(new Date(0))).toBe("'1970-01-01 00:00:00.000'")
    expect(plain.escapeId('a.b')).toBe('`a`.`b`')
  })
})

describe('the end', () => {
  test('of a shape on a shared pool leaves the pool open and takes back what was lent', async () => {
    const { pool, fake } = shared()
    await pool.lend()
    const [error] = await called((callback) => pool.end(callback))
    expect(error).toBeNull()
    expect(fake.ended).toBe(0)
    expect(fake.leases[0]?.state).toBe('released')
  })

  test('of a shape of its own ends the pool, once', async () => {
    const fake = new FakePool()
    const pool = new Pool(fake, true, {})
    await Promise.all([pool.promise().end(), called((callback) => pool.end(callback))])
    expect(fake.ended).toBe(1)
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

  test('destroys at its deadline what was not given back', async () => {
    vi.useFakeTimers()
    try {
      const { pool, fake } = shared()
      const connection = await pool.lend()
      await connection.promise().beginTransaction()
      const end = pool.promise().end()
      await vi.advanceTimersByTimeAsync(10_000)
      await end
      expect(fake.leases[0]?.state).toBe('destroyed')
    } finally {
      vi.useRealTimers()
    }
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
    const late = pool.lend()
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
