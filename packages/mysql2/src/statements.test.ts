import { once } from 'node:events'

import { describe, expect, test, vi } from 'vitest'

import { called, acquire, shared } from './testing/facade.js'

const FAILED: unknown = expect.objectContaining({ message: 'failed' })
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
    const [error] = await called((callback) => pool.query({ sql: 'A', jsonStrings: true }, callback))
    expect(error).toMatchObject(unsupported)
    expect(String(error)).toContain('jsonStrings')
  })

  test('a callback among promises is refused', async () => {
    const { pool } = shared()
    const connection = (await acquire(pool)).promise()
    const call = (owner: object, method: string, ...given: readonly unknown[]): unknown =>
      Reflect.apply(Reflect.get(owner, method) as () => unknown, owner, given)
    for (const owner of [pool.promise(), connection]) {
      expect(() => call(owner, 'query', 'A', () => {})).toThrow('no callback')
      expect(() => call(owner, 'execute', 'A', [], () => {})).toThrow('no callback')
    }
    expect(() => call(connection, 'commit', () => {})).toThrow('no callback')
    expect(() => call(pool.promise(), 'end', () => {})).toThrow('no callback')
    await expect(call(pool.promise(), 'getConnection', () => {})).rejects.toThrow('no callback')
  })

  test('an option that there is not is refused; what a tagged template holds beside its text is its own affair', async () => {
    const { pool } = shared()
    await expect(pool.promise().query({ sql: 'A', timout: 5 })).rejects.toThrow(/timout: unknown option.*timeout/)
    class Tagged {
      readonly sql = 'SELECT 1'
      readonly strings = ['SELECT 1']
    }
    await expect(pool.promise().query(new Tagged())).resolves.toHaveLength(2)
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
    const connection = await acquire(pool)
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
    const connection = await acquire(pool)
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
    const connection = await acquire(pool)
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
