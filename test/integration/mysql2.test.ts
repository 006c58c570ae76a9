import { once } from 'node:events'

import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import type { Mysql2Pool } from '@mysql-hostpool/mysql2'
import mysql from 'mysql2'
import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import type { TestDatabase } from './setup/fresh-database.js'

let config: TestDatabase
let hostpool: Pool
let pool: Mysql2Pool

beforeAll(async () => {
  config = await freshDatabase('mysql2')
  hostpool = createPool(config)
  pool = mysql2Pool(hostpool)
  await pool
    .promise()
    .query('CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50), price DECIMAL(10,2))')
  const values = Array.from({ length: 1000 }, (_, index) => [`item ${index}`, index / 4])
  await pool.promise().query('INSERT INTO item (name, price) VALUES ?', [values])
})

afterAll(async () => {
  await pool?.promise().end()
  await hostpool?.end()
})

/** A connection by callback, as a promise. */
function borrow(from: Mysql2Pool = pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    from.getConnection((error, connection) => (error === null ? resolve(connection) : reject(error)))
  })
}

describe('what mysql2 itself answers', () => {
  let original: mysql.Pool

  beforeAll(async () => {
    const [first = ''] = config.host.split(',')
    const [, host = first, port] = /^\[?(.*?)\]?:(\d+)$/.exec(first) ?? []
    const { user, password, database, sessionVariables } = config
    original = mysql.createPool({ host, port: Number(port ?? 3306), user, password, database, connectionLimit: 1 })
    for (const [name, value] of Object.entries(sessionVariables))
      await original.promise().query(`SET SESSION ${name} = ?`, [value])
  })

  afterAll(() => original.promise().end())

  test.each<[string, string | object, unknown?]>([
    ['a text statement', 'SELECT id, name, price FROM item ORDER BY id LIMIT 3'],
    ['placeholders', 'SELECT ? AS a, ? AS b, ? AS c', [1, 'two', null]],
    ['a lone value', 'SELECT ? AS a', 5],
    ['an object as a value', 'SELECT name FROM item WHERE ?', { name: 'item 7' }],
    ['a list as a value', 'SELECT name FROM item WHERE name IN (?) ORDER BY id', [['item 1', 'item 2']]],
    ['an identifier', 'SELECT ?? FROM ?? LIMIT 1', ['name', 'item']],
    ['options with values', { sql: 'SELECT ? AS a', values: [1] }],
    ['options, values beside', { sql: 'SELECT ? AS a', values: [1] }, [2]],
    ['rowsAsArray', { sql: 'SELECT 1, 2, 1', rowsAsArray: true }],
    ['nestTables', { sql: 'SELECT * FROM item a JOIN item b ON a.id = b.id ORDER BY a.id LIMIT 1', nestTables: true }],
    ['nestTables with a separator', { sql: 'SELECT * FROM item a LIMIT 1', nestTables: '_' }],
    ['typeCast switched off', { sql: 'SELECT 1 AS a, NOW() IS NULL AS b', typeCast: false }],
    ['namedPlaceholders', { sql: 'SELECT :a AS a, :b AS b', namedPlaceholders: true }, { a: 1, b: 'x' }],
    ['dateStrings', { sql: "SELECT CAST('2026-02-28 01:02:03' AS DATETIME) AS moment", dateStrings: true }],
    ['dateStrings of one kind', { sql: "SELECT CAST('2026-02-28' AS DATE) AS day", dateStrings: ['DATE'] }],
    ['timezone', { sql: "SELECT CAST('2026-02-28 01:02:03' AS DATETIME) AS moment", timezone: '+07:00' }],
    ['supportBigNumbers', { sql: 'SELECT 9007199254740993 AS big, 1 AS small', supportBigNumbers: true }],
    [
      'bigNumberStrings',
      { sql: 'SELECT 9007199254740993 AS big, 1 AS small', supportBigNumbers: true, bigNumberStrings: true },
    ],
    ['no rows', 'SELECT * FROM item WHERE FALSE'],
    ['a statement without a result set', 'DO 1'],
  ])('for %s is what this pool answers', async (_name, sql, values) => {
    const theirs = await original.promise().query(sql as string, values as unknown[])
    const ours = await pool.promise().query(sql as string, values as unknown[])
    expect(ours[0]).toEqual(theirs[0])
    expect(ours[1]?.map(({ name }) => name)).toEqual(theirs[1]?.map(({ name }) => name))
  })

  test('for statements that decode differently, sent together, is what this pool answers', async () => {
    const sql = "SELECT CAST('2026-02-28 01:02:03' AS DATETIME) AS moment, 9007199254740993 AS big"
    const ask = async (from: mysql.Pool): Promise<unknown[]> => {
      const connection = await from.promise().getConnection()
      const options = [{ dateStrings: true }, {}, { supportBigNumbers: true }, { timezone: 'Z' }, {}]
      const answers = await Promise.all(options.map((option) => connection.query({ sql, ...option } as never)))
      connection.release()
      return answers.map(([rows]) => rows)
    }
    expect(await ask(pool)).toEqual(await ask(original))
  })

  test('for errors is what this pool answers', async () => {
    for (const sql of ['SELEC', 'SELECT nothing FROM item', 'SELECT * FROM nowhere']) {
      const theirs: unknown = await original
        .promise()
        .query(sql)
        .catch((error: unknown) => error)
      const ours: unknown = await pool
        .promise()
        .query(sql)
        .catch((error: unknown) => error)
      const { code, errno, sqlState, sqlMessage } = theirs as mysql.QueryError & { sqlMessage: string }
      expect(ours).toMatchObject({ code, errno, sqlState, sqlMessage })
    }
  })
})

describe('the callback side', () => {
  test('queries, executes and answers rows and fields', async () => {
    const names = await new Promise((resolve, reject) => {
      pool.execute<RowDataPacket[]>('SELECT name FROM item WHERE name = ?', ['item 0'], (error, rows, fields) =>
        error === null ? resolve([rows, fields.map(({ name }) => name)]) : reject(error),
      )
    })
    expect(names).toEqual([[{ name: 'item 0' }], ['name']])
  })

  test('answers what was wrong with the arguments of a prepared statement', async () => {
    const failed = new Promise((resolve) => {
      pool.execute('SELECT ?', [undefined as never], resolve)
    })
    expect(await failed).toBeInstanceOf(TypeError)
  })

  test('runs a transaction on one connection, and statements in the order they were given', async () => {
    const connection = await borrow()
    const done = await new Promise<unknown>((resolve, reject) => {
      connection.beginTransaction(() => {})
      connection.query("INSERT INTO item (name) VALUES ('in doubt')")
      connection.query<RowDataPacket[]>("SELECT name FROM item WHERE name = 'in doubt'", (error, rows) => {
        if (error !== null) return reject(error)
        connection.rollback(() => resolve(rows))
      })
    })
    connection.release()
    expect(done).toEqual([{ name: 'in doubt' }])
    const [left] = await pool.promise().query("SELECT name FROM item WHERE name = 'in doubt'")
    expect(left).toEqual([])
  })

  test('pings, and tells its thread and its host', async () => {
    const connection = await borrow()
    await new Promise((resolve) => connection.ping(resolve))
    const [rows] = await connection.promise().query<RowDataPacket[]>('SELECT CONNECTION_ID() AS id')
    expect(connection.threadId).toBe(rows[0]?.['id'])
    expect(config.host).toContain(String(connection.config.host))
    expect(connection.config).not.toHaveProperty('password')
    connection.release()
  })
})

describe('statements without a callback', () => {
  test('give rows as events', async () => {
    const query = pool.query('SELECT id FROM item ORDER BY id LIMIT 5')
    const rows: unknown[] = []
    const fields = vi.fn<(fields: unknown) => void>()
    query.on('fields', fields)
    query.on('result', (row) => rows.push(row))
    await once(query, 'end')
    expect(rows).toHaveLength(5)
    expect(fields).toHaveBeenCalledTimes(1)
  })

  test('stream with back-pressure', async () => {
    const connection = await borrow()
    const stream = connection.query('SELECT a.id FROM item a, item b').stream({ highWaterMark: 10 })
    await once(stream, 'readable')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(stream.readableLength).toBeLessThanOrEqual(20)
    let count = 0
    for await (const row of stream) count += Object.keys(row as object).length
    expect(count).toBe(1_000_000)
    connection.release()
  })

  test('say what was wrong, and leave the connection usable', async () => {
    const connection = await borrow()
    const [error]: unknown[] = await once(connection.query('SELECT * FROM nowhere'), 'error').catch((e: unknown) => [e])
    expect(error).toMatchObject({ code: 'ER_NO_SUCH_TABLE' })
    const [rows] = await connection.promise().query('SELECT 1 AS one')
    expect(rows).toEqual([{ one: 1 }])
    connection.release()
  })

  test('a stream that is given up does not spoil the pool', async () => {
    for await (const row of pool.query('SELECT a.id FROM item a, item b').stream()) {
      expect(row).toHaveProperty('id')
      break
    }
    const [rows] = await pool.promise().query('SELECT 1 AS one')
    expect(rows).toEqual([{ one: 1 }])
    await expect.poll(() => hostpool.status().inUse, { timeout: 15_000 }).toBe(0)
  })

  test('a release right behind a statement waits for it', async () => {
    const connection = await borrow()
    connection.query("UPDATE item SET price = 99 WHERE name = 'item 9'")
    connection.release()
    await expect
      .poll(async () => (await pool.promise().query("SELECT price FROM item WHERE name = 'item 9'"))[0])
      .toEqual([{ price: '99.00' }])
  })
})

describe('several results', () => {
  test('of several statements, and of a procedure, come as in mysql2', async () => {
    const several = mysql2Pool({ ...config, multipleStatements: true, connectionLimit: 1 })
    await several.promise().query('CREATE PROCEDURE two() BEGIN SELECT 1 AS a; SELECT 2 AS b; END')
    const [results, fields] = await several.promise().query('SELECT 1 AS a; SELECT 2 AS b; DO 1')
    expect(results).toMatchObject([[{ a: 1 }], [{ b: 2 }], { affectedRows: 0 }])
    expect(fields).toHaveLength(3)
    const [called] = await several.promise().query('CALL two()')
    expect(called).toMatchObject([[{ a: 1 }], [{ b: 2 }], { affectedRows: 0 }])
    const events: unknown[] = []
    const query = several.query('SELECT 1 AS a; SELECT 2 AS b')
    query.on('result', (row, index) => events.push([row, index]))
    await once(query, 'end')
    expect(events).toEqual([
      [{ a: 1 }, 0],
      [{ b: 2 }, 1],
    ])
    await several.promise().end()
  })
})

describe('a pool of its own', () => {
  test("has 'connection' listeners, whose statements run before anybody borrows", async () => {
    const own = mysql2Pool({ ...config, connectionLimit: 2 })
    own.on('connection', (connection) => {
      connection.query("SET @greeting = 'hello'", () => {
        connection.query("SET @name = 'you'")
      })
    })
    const [rows] = await own.promise().query('SELECT @greeting AS greeting, @name AS name')
    expect(rows).toEqual([{ greeting: 'hello', name: 'you' }])
    await own.promise().end()
    expect(own.hostpool.status().state).toBe('ended')
  })

  test("tells 'connection' listeners which connection of which host it is", async () => {
    const own = mysql2Pool({ ...config, connectionLimit: 1 })
    const told: unknown[] = []
    own.on('connection', ({ threadId, config: { host, port } }) => told.push([threadId, `${host}:${port}`]))
    const connection = await borrow(own)
    const { threadId, config: where } = connection
    expect(told).toEqual([[threadId, `${where.host}:${where.port}`]])
    expect(threadId).toBeGreaterThan(0)
    connection.release()
    await own.promise().end()
  })

  test('tells the results of several statements apart in its events and in its stream', async () => {
    const own = mysql2Pool({ ...config, multipleStatements: true, connectionLimit: 1 })
    const sql = 'SELECT 1 AS a UNION SELECT 2; DO 1; SELECT 3 AS b; SELECT 4 AS c WHERE FALSE; SELECT 5 AS d'
    for (const slow of [false, true]) {
      const query = own.query(sql)
      const [events, streamed]: [unknown[], unknown[]] = [[], []]
      query.on('result', (row: object, index: number) => events.push([index, 'affectedRows' in row ? 'done' : row]))
      const stream = query.stream({ highWaterMark: 1 })
      stream.on('result', (row: object, index: number) => streamed.push([index, 'affectedRows' in row ? 'done' : row]))
      for await (const _ of stream) if (slow) await new Promise((resolve) => setTimeout(resolve, 5))
      const expected = [
        [0, { a: 1 }],
        [0, { a: 2 }],
        [1, 'done'],
        [2, { b: 3 }],
        [4, { d: 5 }],
      ]
      expect(events).toEqual(expected)
      expect(streamed).toEqual(expected)
    }
    await own.promise().end()
  })

  test('can be made of a URL, with everything that a configuration can do', async () => {
    const { host, user, password, database } = config
    const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
    const own = mysql2Pool(`mysql://${account}@${host}/${database}?connectionLimit=1`)
    own.on('connection', (connection) => connection.query("SET @greeting = 'hello'"))
    const [rows] = await own.promise().query('SELECT DATABASE() AS name, @greeting AS greeting')
    expect(rows).toEqual([{ name: database, greeting: 'hello' }])
    await own.promise().end()
  })

  test("tells when a borrower has to wait, by 'enqueue'", async () => {
    const own = mysql2Pool({ ...config, connectionLimit: 1 })
    const waits = vi.fn<() => void>()
    own.on('enqueue', waits)
    await Promise.all([1, 2, 3].map(() => own.promise().query('SELECT SLEEP(0.01)')))
    expect(waits).toHaveBeenCalled()
    await own.promise().end()
  })
})

describe('decoding of its own on a shared pool', () => {
  test('goes on top of what the pool says', async () => {
    const dates = createPool({ ...config, dateStrings: true })
    const exact = mysql2Pool(dates, { decoding: { rowsAsArray: true } })
    const [rows] = await exact.promise().query("SELECT CAST('2026-02-28' AS DATE)")
    expect(rows).toEqual([['2026-02-28']])
    await exact.promise().end()
    await dates.end()
  })

  test('leaves the others theirs', async () => {
    const exact = mysql2Pool(hostpool, {
      decoding: { supportBigNumbers: true, bigNumberStrings: true, rowsAsArray: true },
    })
    const sql = 'SELECT 9007199254740993 AS big'
    const [[theirs], [others]] = await Promise.all([exact.promise().query(sql), pool.promise().query(sql)])
    expect(theirs).toEqual([['9007199254740993']])
    expect(others).toEqual([{ big: 9007199254740992 }])
    await exact.promise().end()
  })
})

test('the result of a write says what it did', async () => {
  const [result] = await pool
    .promise()
    .execute<ResultSetHeader>('UPDATE item SET price = price + 1 WHERE name = ?', ['item 2'])
  expect(result).toMatchObject({ affectedRows: 1, changedRows: 1 })
})

test('an ended shape refuses, the pool under it does not', async () => {
  const shape = mysql2Pool(hostpool)
  await shape.promise().end()
  await expect(shape.promise().query('SELECT 1')).rejects.toMatchObject({ code: 'ERR_HOSTPOOL_CLOSED' })
  const [rows] = await hostpool.query('SELECT 1 AS one')
  expect(rows).toEqual([{ one: 1 }])
})
