import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'

import { createPool, type Pool } from '@mysql-hostpool/core'
import { mysql2Pool, type Mysql2Pool } from '@mysql-hostpool/mysql2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'

const REQUESTS = 12
/** More than the connections that there are, so that some wait and others find one that is older than they are. */
const ROWS = 'SELECT 1 AS n UNION SELECT 2'

let pool: Pool
let shape: Mysql2Pool

beforeAll(async () => {
  pool = createPool({ ...(await freshDatabase('async_context')), connectionLimit: 2 })
  shape = mysql2Pool(pool)
})

afterAll(() => pool?.end())

const storage = new AsyncLocalStorage<number>()

type Note = () => void

/** Does the work in each of many contexts at once, and tells which contexts its listeners ran in and should have run in. */
async function contextsOf(work: (note: Note) => Promise<unknown>): Promise<{ found: unknown[]; expected: number[] }> {
  const found: unknown[] = []
  const expected: number[] = []
  const request = (id: number): Promise<unknown> =>
    storage.run(id, () =>
      work(() => {
        found.push(storage.getStore())
        expected.push(id)
      }),
    )
  await Promise.all(Array.from({ length: REQUESTS }, (_, id) => request(id)))
  expect(found.length).toBeGreaterThanOrEqual(REQUESTS)
  return { found, expected }
}

describe('what a request calls back runs in the context of that request', () => {
  const cases: Record<string, (note: Note) => Promise<unknown>> = {
    'the callback of query': (note) =>
      new Promise<void>((done) => shape.query('DO SLEEP(0.005)', () => (note(), done()))),
    'the callback of execute': (note) =>
      new Promise<void>((done) => shape.execute('SELECT 1 + ?', ['1'], () => (note(), done()))),
    'the callbacks of getConnection and of its query': (note) =>
      new Promise<void>((done) => {
        shape.getConnection((_, connection) => {
          note()
          connection.query('SELECT 1', () => {
            note()
            connection.release()
            done()
          })
        })
      }),
    'the events of a query': async (note) => {
      const query = shape.query(ROWS)
      for (const event of ['fields', 'result', 'end']) query.on(event, note)
      await once(query, 'end')
    },
    'the event of an error': async (note) => {
      const query = shape.query('SELECT nothing')
      await new Promise<void>((done) => query.on('error', () => (note(), done())))
    },
    'the events of a stream': async (note) => {
      const stream = shape.query(ROWS).stream()
      for (const event of ['data', 'end', 'close']) stream.on(event, note)
      await once(stream, 'close')
    },
    'the events of a stream of a lease': (note) =>
      pool.withConnection(async (lease) => {
        const stream = lease.stream(ROWS)
        for (const event of ['fields', 'data', 'end', 'close']) stream.on(event, note)
        await once(stream, 'close')
      }),
    'what awaits a query': async (note) => {
      await pool.query('SELECT 1')
      note()
    },
    'the work of a transaction': (note) =>
      pool.transaction(async (transaction) => {
        note()
        await transaction.query('SELECT 1')
        note()
      }),
  }

  it.each(Object.entries(cases))('%s', async (_, work) => {
    const { found, expected } = await contextsOf(work)
    expect(found).toEqual(expected)
  })
})
