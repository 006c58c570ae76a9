import { describe, expect, it } from 'vitest'

import { SessionWorld } from '../testing/session-world.js'

describe('a lease that is given back with work under way', () => {
  it.each([
    ['USE other', 'a1 reset'],
    ["SET @secret = 'of the first'", 'a1 reset'],
    ['START TRANSACTION', 'a1 ROLLBACK'],
    ["SELECT GET_LOCK('mine', 0)", 'a1 reset'],
  ])('lets it be done, and undoes what it did before the next borrower: %s', async (sql, undone) => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    const mine = [world.outcome(lease.query('SELECT 1')), world.outcome(lease.execute(sql))]
    lease.release()
    const next = world.outcome(world.pool.query('SELECT next'))
    await world.rest()
    for (const end of [...mine, next]) expect(end).toMatchObject({ settled: true, error: undefined })
    const place = world.sent.indexOf('a1 SELECT next')
    expect(world.sent.slice(0, 2)).toEqual(['a1 SELECT 1', `a1 ${sql}`])
    expect(world.sent.slice(2, place)).toContain(undone)
    expect(world.pool.status()).toMatchObject({ inUse: 0 })
  })

  it('is the other user’s until its connection is closed', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    world.outcome(lease.changeUser({ user: 'guest' }))
    lease.release()
    await world.over(world.pool.query('SELECT next'))
    expect(world.sent).toEqual(['a1 change user guest', 'a2 SELECT next'])
    expect(world.connection('a1').closed).toBe(true)
  })

  it('waits for a stream to be over, whatever is asked for behind it', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    world.hold('SELECT rows')
    const rows = world.outcome(lease.stream('SELECT rows').toArray())
    world.outcome(lease.query('SET @a = 1'))
    lease.release()
    const next = world.outcome(world.pool.query('SELECT next'))
    await world.rest()
    expect(world.sent).toEqual(['a1 SELECT rows'])
    world.connection('a1').answer([{ n: 1 }])
    await world.rest()
    expect(rows.value).toEqual([{ n: 1 }])
    expect(next.settled).toBe(true)
    expect(world.sent.slice(0, 3)).toEqual(['a1 SELECT rows', 'a1 SET @a = 1', 'a1 reset'])
  })

  it('sends nothing more when its connection is lost meanwhile', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    world.once('SELECT 1', 'is lost')
    const asked = ['SELECT 1', 'SELECT 2', 'INSERT INTO t VALUES (3)'].map((sql) => world.outcome(lease.query(sql)))
    lease.release()
    await world.over(world.pool.query('SELECT next'))
    expect(asked.every(({ error }) => error instanceof Error)).toBe(true)
    expect(world.sent).toEqual(['a1 SELECT 1', expect.stringMatching(/^a[^1] SELECT next$/)])
  })

  it('is not waited for longer than the pool waits for any clean-up', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a', validationTimeout: 500 })
    const lease = await world.lease()
    world.hold('SELECT SLEEP')
    const slow = world.outcome(lease.query('SELECT SLEEP(100)'))
    lease.release()
    const next = world.outcome(world.pool.query('SELECT next'))
    await world.rest(1_000)
    expect(slow.settled).toBe(true)
    expect(next).toMatchObject({ settled: true, failure: undefined })
    expect(world.sent).toEqual(['a1 SELECT SLEEP(100)', expect.stringMatching(/^a[^1] SELECT next$/)])
  })
})

describe('a connection that is to be closed when it is given back', () => {
  it.each([
    ['it is to be replaced', (world: SessionWorld) => world.pool.refresh()],
    ['the pool is ended', (world: SessionWorld) => world.outcome(world.pool.end())],
    ['its host is drained', (world: SessionWorld) => world.pool.hosts.drain('a:3306')],
    ['its host is removed', (world: SessionWorld) => world.outcome(Promise.resolve(world.pool.hosts.remove('a:3306')))],
  ])('does first what was asked for: because %s', async (_why, retire) => {
    const world = new SessionWorld({ connectionLimit: 1 })
    const lease = await world.lease()
    world.hold('SELECT 1')
    const asked = [
      lease.query('SELECT 1'),
      lease.query('INSERT INTO t VALUES (2)'),
      lease.stream('SELECT 3').toArray(),
    ].map((promise) => world.outcome(promise))
    lease.release()
    retire(world)
    await world.rest()
    expect(world.connection('a1').closed).toBe(false)
    world.connection('a1').answer([])
    await world.rest()
    for (const end of asked) expect(end).toMatchObject({ settled: true, error: undefined })
    expect(world.sent).toEqual(['a1 SELECT 1', 'a1 INSERT INTO t VALUES (2)', 'a1 SELECT 3'])
    expect(world.connection('a1').closed).toBe(true)
  })
})

describe('a lease that has been given back', () => {
  it('does nothing any more, and says so', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    lease.release()
    const asked = [
      lease.query('SELECT 1'),
      lease.execute('SELECT 1'),
      lease.stream('SELECT 1').toArray(),
      lease.ping(),
      lease.changeUser({ user: 'guest' }),
      lease.beginTransaction(),
      lease.commit(),
      lease.rollback(),
    ].map((promise) => world.outcome(promise))
    await world.rest()
    expect(asked.map(({ failure }) => failure)).toEqual(asked.map(() => 'ERR_HOSTPOOL_LEASE_RELEASED'))
    expect(world.sent).toEqual([])
  })

  it('does not take its connection from the next borrower, by a second release or a late destroy', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const first = await world.lease()
    first.release()
    const second = await world.lease()
    first.release()
    first.destroy()
    const third = world.outcome(world.pool.getConnection())
    await world.rest()
    expect(third.settled).toBe(false)
    expect(await world.over(second.query('SELECT 1'))).toMatchObject({ failure: undefined, settled: true })
    second.release()
    await world.rest()
    expect(third.settled).toBe(true)
  })
})

describe('a lease that is destroyed', () => {
  it('fails what was under way and what waited, at once', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    world.hold('SELECT 1')
    const asked = [
      lease.query('SELECT 1'),
      lease.query('INSERT INTO t VALUES (2)'),
      lease.stream('SELECT 3').toArray(),
      lease.ping(),
    ].map((promise) => world.outcome(promise))
    await world.rest()
    lease.destroy()
    await world.rest()
    expect(asked.every(({ error }) => error instanceof Error)).toBe(true)
    expect(world.sent).toEqual(['a1 SELECT 1'])
    expect(world.connection('a1').closed).toBe(true)
    expect(await world.over(world.pool.query('SELECT next'))).toMatchObject({ failure: undefined, settled: true })
  })
})

describe('a session of a server that no probe has asked what it is', () => {
  it('is replaced and not reset on a Galera node, which does not reset all there is', async () => {
    const world = new SessionWorld()
    world.once('wsrep_provider', [['wsrep_provider', 'libgalera_smm.so']])
    await world.over(world.pool.query('SET @a = 1'))
    await world.over(world.pool.query('SET @b = 2'))
    await world.over(world.pool.query('SELECT 3'))
    expect(world.sent).toEqual(['a1 SET @a = 1', 'a2 SET @b = 2', 'a3 SELECT 3'])
    expect(world.asked.filter(({ sql }) => sql.includes('wsrep_provider'))).toHaveLength(1)
  })

  it('is replaced when the server does not say', async () => {
    const world = new SessionWorld()
    world.once('wsrep_provider', Object.assign(new Error('denied'), { errno: 1227, sqlState: '42000' }))
    await world.over(world.pool.query('SET @a = 1'))
    await world.over(world.pool.query('SELECT 2'))
    expect(world.sent).toEqual(['a1 SET @a = 1', 'a2 SELECT 2'])
  })

  it('is reset on any other server, which is asked once', async () => {
    const world = new SessionWorld()
    await world.over(world.pool.query('SET @a = 1'))
    await world.over(world.pool.query('SET @b = 2'))
    await world.over(world.pool.query('SELECT 3'))
    expect(world.sent).toEqual(['a1 SET @a = 1', 'a1 reset', 'a1 SET @b = 2', 'a1 reset', 'a1 SELECT 3'])
    expect(world.asked.filter(({ sql }) => sql.includes('wsrep_provider'))).toHaveLength(1)
  })
})

it('a change of user that fails when its session is set up leaves nothing to run as that user', async () => {
  const world = new SessionWorld()
  const lease = await world.lease()
  world.once('NAMES', Object.assign(new Error('conflict'), { errno: 1213, sqlState: '40001' }))
  expect(await world.over(lease.changeUser({ user: 'guest' }))).toMatchObject({ failure: 1213 })
  expect(await world.over(lease.query('SELECT 1'))).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
  expect(world.sent.filter((sql) => sql.includes('SELECT'))).toEqual([])
  lease.release()
  expect(await world.over(world.pool.query('SELECT 2'))).toMatchObject({ failure: undefined })
  expect(world.sent.filter((sql) => sql.includes('SELECT'))).toEqual(['a2 SELECT 2'])
})
