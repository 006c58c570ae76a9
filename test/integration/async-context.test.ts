import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { once } from 'node:events'

import { createPool, type Pool } from '@mysql-hostpool/core'
import { mysql2Pool, type Mysql2Pool } from '@mysql-hostpool/mysql2'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { directConnection, freshDatabase, type TestDatabase } from './setup/fresh-database.js'

const REQUESTS = 12
/** More than the connections that there are, so that some wait and others find one that is older than they are. */
const ROWS = 'SELECT 1 AS n UNION SELECT 2'

let config: TestDatabase
let pool: Pool
let shape: Mysql2Pool

beforeAll(async () => {
  config = await freshDatabase('async_context')
  pool = createPool({ ...config, connectionLimit: 2 })
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
    'the typeCast of a query': async (note) => {
      await pool.query({ sql: ROWS, typeCast: (_field, next) => (note(), next()) })
    },
    'the typeCast of a lease': async (note) => {
      const lease = await pool.getConnection({ decoding: { typeCast: (_field, next) => (note(), next()) } })
      await Promise.all([lease.query(ROWS), lease.execute(ROWS)])
      lease.release()
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

/** Contexts in which mysql2 was given the statements that have this in their text, as a tracer of mysql2 sees it. */
function contextsOfStatements(part: string): unknown[] {
  const contexts: unknown[] = []
  for (const name of ['query', 'execute']) {
    const channel = tracingChannel<unknown, { query: string }>(`mysql2:${name}`)
    const listeners = {
      start: ({ query }: { query: string }) => {
        if (query.includes(part)) contexts.push(storage.getStore())
      },
      end: () => {},
      asyncStart: () => {},
      asyncEnd: () => {},
      error: () => {},
    }
    channel.subscribe(listeners)
    onTestFinished(() => channel.unsubscribe(listeners))
  }
  return contexts
}

describe('a statement is sent in the context of the request that asked for it', () => {
  const ids = Array.from({ length: REQUESTS }, (_, id) => id)

  const ways: Record<string, (id: number) => Promise<unknown>> = {
    'when all wait for a connection': (id) => pool.query(`SELECT 'waits', ${id}, SLEEP(0.005)`),
    'when all wait to prepare it': (id) => pool.execute(`SELECT 'waits', ${id}, SLEEP(0.005)`),
    'when a transaction waits': (id) => pool.transaction((lease) => lease.query(`SELECT 'waits', ${id}`)),
  }

  it.each(Object.entries(ways))('%s', async (_, send) => {
    const contexts = contextsOfStatements("'waits'")
    await Promise.all(ids.map((id) => storage.run(id, () => send(id))))
    expect(contexts).toHaveLength(ids.length)
    expect(new Set(contexts)).toEqual(new Set(ids))
  })

  it('when they wait for each other on one lease', async () => {
    const contexts = contextsOfStatements("'queued'")
    await pool.withConnection((lease) =>
      Promise.all(ids.map((id) => storage.run(id, () => lease.query(`SELECT 'queued', ${id}`)))),
    )
    expect(contexts).toEqual(ids)
  })

  it('when it is sent again because its connection was lost', async () => {
    await pool.query('CREATE TABLE locked (id INT PRIMARY KEY)')
    const contexts = contextsOfStatements("'again'")
    const few = ids.slice(0, 3)
    for (const id of few) {
      await storage.run(id, async () => {
        const lease = await pool.getConnection()
        const killer = await directConnection(lease.host)
        await killer.query(`LOCK TABLES \`${config.database}\`.locked WRITE`)
        const answer = lease.query(`SELECT 'again', ${id} FROM locked`)
        await new Promise((resolve) => setTimeout(resolve, 30))
        await killer.query('KILL ?', [lease.threadId])
        await killer.query('UNLOCK TABLES')
        await answer
        lease.release()
        await killer.end()
      })
    }
    expect(contexts).toEqual(few.flatMap((id) => [id, id]))
  })
})

describe('what the pool does for itself runs in the context of no request', () => {
  it('connects, probes, set-up and clean-up of sessions, the password function, listeners', async () => {
    const seen = new Map<string, Set<unknown>>()
    const note = (what: string): void => {
      seen.set(what, (seen.get(what) ?? new Set()).add(storage.getStore()))
    }
    const { password, ...access } = config
    const own = createPool({
      ...access,
      connectionLimit: 2,
      maxLifetime: 300,
      health: { interval: 100 },
      password: () => {
        note('password')
        return password
      },
      onConnect: async (connection) => {
        note('onConnect')
        await connection.query("SET @set = 'up'")
      },
    })
    onTestFinished(() => own.end())
    const events = ['connectionOpened', 'connectionClosed', 'acquire', 'release', 'enqueue'] as const
    for (const event of events) own.on(event, () => note(event))
    const probes = contextsOfStatements('wsrep')
    const setUps = contextsOfStatements("'up'")
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        Array.from({ length: REQUESTS }, (_, id) =>
          storage.run(id, () => own.withConnection((lease) => lease.query('SET @mine = 1'))),
        ),
      )
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    expect(new Set(probes)).toEqual(new Set([undefined]))
    expect(new Set(setUps)).toEqual(new Set([undefined]))
    expect([...seen.keys()].toSorted()).toEqual(['onConnect', 'password', ...events].toSorted())
    expect([...seen].filter(([, contexts]) => contexts.size > 1 || !contexts.has(undefined))).toEqual([])
  })
})
