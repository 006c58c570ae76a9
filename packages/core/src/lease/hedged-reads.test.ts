import { describe, expect, it } from 'vitest'

import { cluster, outcome } from '../testing/fake-cluster.js'
import { HedgeBudget } from './hedge-budget.js'
import type { Lease } from './lease.js'

/** A pool that has rested for a while, and what arrives at its servers from then on. */
async function rested(options: Parameters<typeof cluster>[0] = {}) {
  const world = await cluster(options)
  const { pool, clock, held, driver } = world
  const seen: string[] = []
  const { answer } = driver
  driver.answer = (sql, server) => {
    if (sql.startsWith('SELECT item') || sql.startsWith('INSERT')) seen.push(server.name)
    return answer(sql, server)
  }
  const acquire = async (name: string, count: number) => {
    const asked = Array.from({ length: 3 * count }, () => pool.getConnection())
    await clock.flow(50)
    const all = await Promise.all(asked)
    for (const other of all) if (!other.host.startsWith(name)) other.release()
    const wanted = all.filter(({ host }) => host.startsWith(name))
    expect(wanted).toHaveLength(count)
    return wanted
  }
  const lease = async (name: string) => {
    const [one] = await acquire(name, 1)
    if (one === undefined) throw new Error(`No connection is in use of ${name}`)
    return one
  }
  for (const one of held) one.release()
  await clock.flow(1_000)
  const host = (name: string) => pool.status().hosts.find((one) => one.name.startsWith(name))
  return { ...world, seen, acquire, lease, host }
}

describe('a read whose host answers nobody', () => {
  it('is served elsewhere within 50 ms, long before anything is known of that host', async () => {
    const { clock, server, lease, seen, changes, pool } = await rested()
    const reader = await lease('b')
    server('b').freeze()
    const read = outcome(reader.query('SELECT item'))
    await clock.flow(50)
    expect(read.value).toBe('answered')
    expect(seen).not.toContain('b')
    expect(changes).toEqual([])
    expect(pool.status().counters.retriedReads).toBe(1)
    expect(reader.host).not.toMatch(/^b/)
  })

  it('is followed there by the statements of its borrower that wait behind it', async () => {
    const { clock, server, lease, seen } = await rested()
    const reader = await lease('b')
    server('b').freeze()
    const asked = [outcome(reader.query('SELECT item')), outcome(reader.query('SELECT item'))]
    await clock.flow(100)
    expect(asked.map(({ value }) => value)).toEqual(['answered', 'answered'])
    expect(seen).not.toContain('b')
    expect(seen).toHaveLength(2)
  })

  it('costs no connection when the host was only slow: the late answer frees it', async () => {
    const { clock, server, lease, host, seen, pool } = await rested()
    const before = host('b')
    const reader = await lease('b')
    server('b').freeze()
    const read = outcome(reader.query('SELECT item'))
    await clock.flow(60)
    expect(read.value).toBe('answered')
    reader.release()
    expect(pool.status().inUse).toBe(1)
    server('b').thaw()
    await clock.flow(20)
    expect(seen).toHaveLength(2)
    expect(pool.status().inUse).toBe(0)
    expect(host('b')).toMatchObject({ state: 'up', idle: before?.idle, counters: { closed: 0 } })
  })

  it('takes the first answer when no other connection is free yet', async () => {
    const { clock, server, lease, pool, seen } = await rested({ connectionLimit: 3 })
    const reader = await lease('b')
    const others = [pool.getConnection(), pool.getConnection()]
    await clock.flow(10)
    server('b').freeze()
    const read = outcome(reader.query('SELECT item'))
    await clock.flow(100)
    expect(read.value).toBeUndefined()
    expect(pool.status().waiting).toBe(1)
    server('b').thaw()
    await clock.flow(20)
    expect(read.value).toBe('answered')
    server('b').freeze()
    const write = outcome(reader.query('INSERT INTO t VALUES (1)'))
    for (const other of await Promise.all(others)) other.release()
    await clock.flow(20)
    server('b').thaw()
    await clock.flow(20)
    expect(write.value).toBe('answered')
    expect(seen).toEqual(['b', 'b'])
    expect(pool.status()).toMatchObject({ waiting: 0, inUse: 1 })
    reader.release()
    expect(pool.status().inUse).toBe(0)
  })

  it('goes its way alone when the borrower has left', async () => {
    const { clock, server, lease, pool, seen } = await rested()
    const reader = await lease('b')
    server('b').freeze()
    outcome(reader.query('SELECT item'))
    await clock.flow(5)
    reader.release()
    await clock.flow(80)
    server('b').thaw()
    await clock.flow(50)
    expect(seen).toEqual(['b'])
    expect(pool.status().inUse).toBe(0)
  })

  it('is not sent any more when its borrower leaves before a connection is free', async () => {
    const { clock, server, lease, pool, seen } = await rested({ connectionLimit: 3 })
    const reader = await lease('b')
    const others = [pool.getConnection(), pool.getConnection()]
    await clock.flow(10)
    server('b').freeze()
    outcome(reader.query('SELECT item'))
    await clock.flow(100)
    reader.release()
    for (const other of await Promise.all(others)) other.release()
    await clock.flow(20)
    server('b').thaw()
    await clock.flow(50)
    expect(seen).toEqual(['b'])
    expect(pool.status()).toMatchObject({ inUse: 0, waiting: 0 })
  })

  it('waits for a connection of another host, though there is an idle one of its own', async () => {
    const { clock, server, acquire, pool, seen } = await rested({ connectionLimit: 6 })
    const [reader, idle] = await acquire('b', 2)
    const others = [1, 2, 3, 4].map(() => pool.getConnection())
    await clock.flow(20)
    idle?.release()
    server('b').freeze()
    const read = outcome(reader?.query('SELECT item') ?? Promise.reject(new Error('Nothing is checked out')))
    await clock.flow(100)
    expect(pool.status().counters.retriedReads).toBe(0)
    for (const other of await Promise.all(others)) other.release()
    await clock.flow(20)
    expect(read.value).toBe('answered')
    expect(seen).not.toContain('b')
  })

  it('leaves a connection behind that is none of its borrower’s business any more', async () => {
    const { clock, server, lease, seen, pool } = await rested()
    const reader = await lease('b')
    server('b').freeze()
    outcome(reader.query('SELECT item'))
    await clock.flow(60)
    for (const name of ['a', 'c']) {
      server(name).ways.answerTime = (what) => (what.includes(', item') ? 100 : 1)
    }
    const second = outcome(reader.query('SELECT item, item'))
    await clock.flow(150)
    expect(second.value).toBe('answered')
    expect(seen).toHaveLength(2)
    expect(pool.status().counters.retriedReads).toBe(1)
  })

  it('fails with the pool when that is ended', async () => {
    const { clock, server, lease, pool } = await rested({ endTimeout: 100 })
    const reader = await lease('b')
    server('b').freeze()
    const read = outcome(reader.query('SELECT item'))
    await clock.flow(60)
    expect(read.value).toBe('answered')
    const end = outcome(pool.end())
    await clock.flow(200)
    expect(end.value).toBe('answered')
    expect(clock.pending).toBe(0)
  })
})

describe('a statement is not asked twice', () => {
  it.each([
    ['it is a write', 'INSERT INTO t VALUES (1)', {}, []],
    ['it locks what it reads', 'SELECT item FROM t FOR UPDATE', {}, []],
    ['reads are not to be retried', 'SELECT item', { retryReads: false }, []],
    ['reads are not to be asked twice', 'SELECT item', { hedgeReads: false }, []],
    ['a transaction is open', 'SELECT item', {}, ['START TRANSACTION']],
    ['something was set in the session', 'SELECT item', {}, ['SET @a = 1']],
    ['something was set that no server reports', 'SELECT item', {}, ['SELECT @a := 1']],
    ['a transaction is to be of a kind', 'SELECT item', {}, ['SET TRANSACTION READ ONLY']],
    ['its borrower knows the connection by its number', 'SELECT item', {}, ['SELECT CONNECTION_ID()']],
    ['rows were counted for its borrower', 'SELECT item', {}, ['SELECT SQL_CALC_FOUND_ROWS name FROM t']],
    ['it asks what only that connection knows', 'SELECT item, FOUND_ROWS()', {}, []],
    ['it calls a function that may write', 'SELECT item(1)', {}, []],
  ])('when %s', async (_why, sql, options, before) => {
    const { clock, server, lease, seen } = await rested(options)
    const reader = await lease('b')
    for (const statement of before) outcome(reader.query(statement))
    await clock.flow(20)
    server('b').freeze()
    const asked = outcome(reader.query(sql))
    await clock.flow(100)
    expect(asked.value).toBeUndefined()
    server('b').thaw()
    await clock.flow(20)
    expect(asked.value).toBe('answered')
    expect(seen).toEqual(['b'])
  })

  it.each([
    ['its caller says that it writes', (reader: Lease) => reader.query({ sql: 'SELECT item', access: 'write' })],
    ['it is a stream, whose rows have been handed on', (reader: Lease) => reader.stream('SELECT item').toArray()],
    ['it is a ping, which is of that connection', (reader: Lease) => reader.ping()],
    ['it is a change of user', (reader: Lease) => reader.changeUser({ user: 'guest' })],
  ])('when %s', async (_why, ask) => {
    const { clock, server, lease, seen, pool } = await rested()
    const reader = await lease('b')
    server('b').freeze()
    const asked = outcome(ask(reader))
    await clock.flow(100)
    expect(asked.value).toBeUndefined()
    expect(seen).toEqual([])
    expect(pool.status().counters.retriedReads).toBe(0)
    server('b').thaw()
    await clock.flow(50)
    expect(asked.value).toBe('answered')
    expect(reader.host).toMatch(/^b/)
  })

  it('when the second host is unresponsive as well: it is not asked a third time', async () => {
    const { clock, server, lease, pool } = await rested()
    const reader = await lease('b')
    server('b').freeze()
    outcome(reader.query('SELECT item'))
    await clock.flow(28)
    server('a').freeze()
    server('c').freeze()
    await clock.flow(15)
    const second = reader.host.slice(0, 1)
    expect(second).not.toBe('b')
    server(second === 'a' ? 'c' : 'a').thaw()
    await clock.flow(100)
    expect(pool.status().counters.retriedReads).toBe(1)
  })

  it.each([
    ['its host answers others, however long it takes', {}],
    ['its host is not probed: one slow statement may be all that is wrong', { health: { probe: false } }],
  ] as const)('when %s', async (_why, options) => {
    const { clock, server, lease, seen } = await rested(options)
    const reader = await lease('b')
    server('b').ways.answerTime = (what) => (what.startsWith('SELECT item') ? 5_000 : 1)
    const read = outcome(reader.query('SELECT item'))
    await clock.flow(5_100)
    expect(read.value).toBe('answered')
    expect(seen).toEqual(['b'])
  })

  it('when no host answers', async () => {
    const { clock, server, lease, pool } = await rested()
    const reader = await lease('b')
    for (const name of ['a', 'b', 'c']) server(name).freeze()
    // Somebody has to ask the others for their silence to be noticed.
    const asked = [reader.query('SELECT item'), pool.query('SELECT item'), pool.query('SELECT item')].map(outcome)
    await clock.flow(200)
    expect(asked.map(({ value }) => value)).toEqual([undefined, undefined, undefined])
    expect(pool.status().counters.retriedReads).toBe(0)
  })
})

describe('the next statement of a borrower', () => {
  it.each(['SELECT item', 'INSERT INTO t VALUES (1)'])('leaves a host that answers nobody: %s', async (sql) => {
    const { clock, server, acquire, seen, pool } = await rested({ connectionLimit: 12 })
    const [reader, other] = await acquire('b', 2)
    server('b').freeze()
    outcome(other?.query('SELECT item') ?? Promise.reject(new Error('Nothing is checked out')))
    await clock.flow(60)
    const next = outcome(reader?.query(sql) ?? Promise.reject(new Error('Nothing is checked out')))
    await clock.flow(10)
    expect(next.value).toBe('answered')
    expect(seen).toHaveLength(2)
    expect(seen).not.toContain('b')
    expect(pool.status().counters.retriedReads).toBe(1)
  })
})

describe('the number of reads that are asked twice', () => {
  it('is a tenth of all checkouts, and as many at once as the pool has connections', () => {
    const budget = new HedgeBudget(3)
    const taken = (served: number) => {
      let count = 0
      for (; budget.left(served); count += 1) budget.take()
      return count
    }
    expect(taken(0)).toBe(3)
    expect(taken(9)).toBe(0)
    expect(taken(10)).toBe(1)
    expect(taken(1_000)).toBe(3)
  })

  it('stays within that when a host falls unresponsive again and again', async () => {
    const { clock, server, lease, pool } = await rested({ connectionLimit: 3 })
    for (let time = 0; time < 20; time += 1) {
      const reader = await lease('b')
      server('b').freeze()
      const read = outcome(reader.query('SELECT item'))
      await clock.flow(60)
      server('b').thaw()
      await clock.flow(60)
      expect(read.value).toBe('answered')
      reader.release()
      await clock.flow(100)
    }
    const { served, retriedReads } = pool.status().counters
    expect(retriedReads).toBeGreaterThan(3)
    expect(retriedReads).toBeLessThanOrEqual(3 + served / 10)
  })
})
