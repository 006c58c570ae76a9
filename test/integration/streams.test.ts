import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'

import { createPool, type Lease, type Pool } from '@mysql-hostpool/core'
import { mysql2Pool, type Mysql2Pool } from '@mysql-hostpool/mysql2'
import type { PoolConnection } from 'mysql2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { freshDatabase, type TestDatabase } from './setup/fresh-database.js'
import { PacketProxy } from './setup/packet-proxy.js'
import { series } from './setup/series.js'

const ROWS = 8_000
const MANY = "SELECT n, REPEAT('x', 1000) AS v FROM many"

let config: TestDatabase
let proxy: PacketProxy
let pool: Pool
let shape: Mysql2Pool
/** Of the process, which would have ended. */
let uncaught: unknown[]
let others: NodeJS.UncaughtExceptionListener[]
const note = (error: unknown): void => void uncaught.push(error)

beforeAll(async () => {
  config = await freshDatabase('streams')
  const admin = createPool(config)
  await admin.query('CREATE TABLE many (n INT PRIMARY KEY)')
  await admin.query(`INSERT INTO many ${series(ROWS)} SELECT n FROM series`)
  await admin.end()
  proxy = await PacketProxy.open(config.host.split(',')[0] ?? '')
})

afterAll(() => proxy?.close())

beforeEach(() => {
  uncaught = []
  others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', note)
  pool = createPool({ ...config, host: proxy.address, connectionLimit: 2, endTimeout: 300, validationTimeout: 300 })
  shape = mysql2Pool(pool)
})

afterEach(async () => {
  await pool.end()
  process.off('uncaughtException', note)
  for (const listener of others) process.on('uncaughtException', listener)
})

/** A stream that was opened and has got rows, and its lease. */
async function opened(): Promise<{ stream: NodeJS.ReadableStream; lease: Lease }> {
  const lease = await pool.getConnection()
  const stream = lease.stream(MANY)
  await delay(50)
  return { stream, lease }
}

function borrow(): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    shape.getConnection((error, connection) => (error === null ? resolve(connection) : reject(error)))
  })
}

describe('a stream that nothing reads', () => {
  it.each([
    ['released in a finally', async () => (await opened()).lease.release()],
    ['destroyed with its lease', async () => (await opened()).lease.destroy()],
    [
      'that has lost its connection',
      async () => {
        const { lease } = await opened()
        proxy.cut()
        await delay(50)
        lease.release()
      },
    ],
    [
      'whose pool is ended',
      async () => {
        await opened()
        await pool.end()
      },
    ],
    [
      'in mysql2’s shape, released',
      async () => {
        const connection = await borrow()
        connection.query(MANY).stream()
        await delay(50)
        connection.release()
      },
    ],
    [
      'in mysql2’s shape, that has lost its connection',
      async () => {
        const connection = await borrow()
        connection.query(MANY).stream()
        await delay(50)
        proxy.cut()
        await delay(50)
        connection.release()
      },
    ],
  ])('does not end the process: %s', async (_, act) => {
    await act()
    await delay(50)
    expect(uncaught).toEqual([])
  })

  it('tells its error to what reads it later', async () => {
    const { stream, lease } = await opened()
    proxy.cut()
    await delay(50)
    const read = (async () => {
      for await (const row of stream) expect(row).toBeDefined()
    })()
    await expect(read).rejects.toMatchObject({ code: expect.stringMatching(/LOST|ECONNRESET/) as string })
    lease.release()
    expect(uncaught).toEqual([])
  })
})

describe('a stream whose connection is lost in the middle', () => {
  type Open = () => Promise<NodeJS.ReadableStream>
  const ways: [string, Open][] = [
    ['of a lease', async () => (await pool.getConnection()).stream(MANY)],
    ['in mysql2’s shape', () => Promise.resolve(shape.query(MANY).stream())],
  ]

  it.each(ways)('fails for await, however slowly it is read: %s', async (_, open) => {
    const stream = await open()
    let count = 0
    const read = (async () => {
      for await (const row of stream) {
        expect(row).toBeDefined()
        count += 1
        if (count === 200) proxy.cut()
        if (count % 50 === 0) await turn()
      }
    })()
    await expect(read).rejects.toBeInstanceOf(Error)
    expect(count).toBeLessThan(ROWS)
  })

  it.each(ways)('fails a pipeline: %s', async (_, open) => {
    let count = 0
    const slow = new Writable({
      objectMode: true,
      write(_row, _encoding, next) {
        count += 1
        if (count === 200) proxy.cut()
        if (count % 50 === 0) setImmediate(next)
        else next()
      },
    })
    await expect(pipeline(await open(), slow)).rejects.toBeInstanceOf(Error)
    expect(count).toBeLessThan(ROWS)
  })
})

it('a stream of several results has the rows of all', async () => {
  await pool.query("CREATE PROCEDURE three() BEGIN SELECT 1 AS a; SELECT 2 AS b, 'x' AS c; DO 0; SELECT 3 AS d; END")
  await pool.withConnection(async (lease) => {
    const columns: (string[] | undefined)[] = []
    const stream = lease.stream('CALL three()')
    stream.on('fields', (fields?: { name: string }[]) => columns.push(fields?.map(({ name }) => name)))
    const rows: unknown[] = []
    for await (const row of stream) rows.push(row)
    // The last result is that of the CALL itself, which has no rows.
    expect(columns).toEqual([['a'], ['b', 'c'], ['d'], undefined])
    expect(rows.slice(0, 3)).toEqual([{ a: 1 }, { b: 2, c: 'x' }, { d: 3 }])
  })
})
