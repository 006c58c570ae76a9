import { describe, expect, it } from 'vitest'

import { SessionWorld } from '../testing/session-world.js'
import { refusal } from '../testing/scripted-driver.js'

/** Both hosts have one connection; the lease has that of a. */
async function onBoth() {
  const world = new SessionWorld({ connectionLimit: 2, selector: 'round-robin' })
  const lease = await world.lease()
  const other = await world.lease()
  if (other.host === lease.host) throw new Error('The second connection is to the same host')
  return { world, lease, other }
}

describe('a lease whose connection is lost while it rests', () => {
  it.each(['query', 'execute', 'stream', 'ping', 'changeUser'] as const)('does on another one: %s', async (what) => {
    const world = new SessionWorld({ connectionLimit: 2, host: 'a' })
    const lease = await world.lease()
    world.connection('a1').lose()
    const asked = {
      query: () => lease.query('INSERT INTO t VALUES (1)'),
      execute: () => lease.execute('INSERT INTO t VALUES (1)'),
      stream: () => lease.stream('SELECT 1').toArray(),
      ping: () => lease.ping(),
      changeUser: () => lease.changeUser({ user: 'guest' }),
    }
    expect(await world.over(asked[what]())).toMatchObject({ failure: undefined, settled: true })
    expect(world.sent).toHaveLength(1)
    expect(world.sent[0]).not.toMatch(/^a1 /)
    lease.release()
    await world.rest()
    expect(world.pool.status()).toMatchObject({ inUse: 0 })
  })

  it('asks for what it has left in its session, and is told that it is gone', async () => {
    const world = new SessionWorld({ host: 'a' })
    const lease = await world.lease()
    await world.over(lease.query('SET @a = 1'))
    world.connection('a1').lose()
    for (const ask of [() => lease.query('SELECT @a'), () => lease.stream('SELECT @a').toArray(), () => lease.ping()]) {
      expect(await world.over(ask())).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
    }
    expect(world.sent).toEqual(['a1 SET @a = 1'])
  })
})

describe('a lease between two connections', () => {
  it('has none: no number, and its last host’s name', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    const waits = world.outcome(world.pool.getConnection())
    await world.rest()
    world.once('UPDATE', refusal(1213))
    const write = world.outcome(lease.query('UPDATE t SET a = 1'))
    await world.rest()
    expect(waits.settled).toBe(true)
    expect(write.settled).toBe(false)
    expect(lease).toMatchObject({ host: 'a:3306', threadId: undefined, inTransaction: false })
  })

  it('keeps what is asked for meanwhile for the one that comes', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    const waits = world.outcome(world.pool.getConnection())
    await world.rest()
    world.once('UPDATE', refusal(1213))
    const asked = [world.outcome(lease.query('UPDATE t SET a = 1'))]
    await world.rest()
    const second = waits.value as typeof lease
    await world.over(second.beginTransaction())
    for (const promise of [
      lease.stream('SELECT 2').toArray(),
      lease.ping(),
      lease.changeUser({ user: 'guest' }),
      lease.query('SELECT 3'),
    ])
      asked.push(world.outcome(promise))
    await world.rest()
    expect(asked.map(({ settled }) => settled)).toEqual(asked.map(() => false))
    expect(await world.over(second.query('SELECT mine'))).toMatchObject({ failure: undefined, settled: true })
    second.release()
    await world.rest()
    expect(asked.map(({ settled, failure }) => [settled, failure])).toEqual(asked.map(() => [true, undefined]))
    expect(world.sent).toEqual([
      'a1 UPDATE t SET a = 1',
      'a1 START TRANSACTION',
      'a1 SELECT mine',
      'a1 ROLLBACK',
      'a1 UPDATE t SET a = 1',
      'a1 SELECT 2',
      'a1 ping',
      'a1 change user guest',
      'a1 SELECT 3',
    ])
  })

  it.each(['is released', 'is destroyed', 'asks again'])(
    'gives back nothing that belongs to another borrower when its wait ends in vain and it %s',
    async (then) => {
      const world = new SessionWorld({ connectionLimit: 1, host: 'a', acquireTimeout: 50 })
      const lease = await world.lease()
      const waits = world.outcome(world.pool.getConnection())
      await world.rest()
      world.once('UPDATE', refusal(1213))
      const write = world.outcome(lease.query('UPDATE t SET a = 1'))
      await world.rest(10)
      const second = waits.value as typeof lease
      await world.over(second.beginTransaction())
      const third = world.outcome(world.pool.getConnection({ acquireTimeout: 10_000 }))
      await world.rest(100)
      expect(write).toMatchObject({ settled: true, failure: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT' })
      if (then === 'is released') lease.release()
      else if (then === 'is destroyed') lease.destroy()
      else world.outcome(lease.query('SELECT again'))
      await world.rest()
      expect(third.settled).toBe(false)
      expect(await world.over(second.query('SELECT mine'))).toMatchObject({ failure: undefined, settled: true })
      expect(await world.over(second.commit())).toMatchObject({ failure: undefined })
      expect(world.sent).toEqual(['a1 UPDATE t SET a = 1', 'a1 START TRANSACTION', 'a1 SELECT mine', 'a1 COMMIT'])
      second.release()
      await world.rest(200)
      expect(third.settled).toBe(true)
    },
  )

  it.each(['is released', 'is destroyed', 'asks again'])(
    'gives back nothing of another borrower’s when its kind of work has its share, its wait ends in vain and it %s',
    async (then) => {
      const world = new SessionWorld({ connectionLimit: 4, host: 'a', acquireTimeout: 1_000 })
      // All four connections have been checked out, and usually come back soon.
      const first = await Promise.all([1, 2, 3, 4].map(() => world.lease()))
      for (const lease of first) lease.release()
      await world.over(world.pool.query('SELECT 1'))
      const lease = await world.lease()
      const name = `a${lease.threadId}`
      for (let writer = 0; writer < 3; writer += 1) await world.lease({ access: 'write' })
      await world.rest(150)
      const write = world.outcome(lease.query('UPDATE t SET a = 1'))
      await world.rest(20)
      // Writes that stall leave a connection to reads: the lease has given its own back, and waits.
      expect(world.sent).not.toContain(`${name} UPDATE t SET a = 1`)
      const second = await world.lease({ access: 'read' })
      expect(`a${second.threadId}`).toBe(name)
      await world.over(second.query('START TRANSACTION'))
      await world.over(second.query('UPDATE mine SET a = 1'))
      await world.rest(1_000)
      expect(write).toMatchObject({ settled: true, failure: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT' })
      if (then === 'is released') lease.release()
      else if (then === 'is destroyed') lease.destroy()
      else world.outcome(lease.query('UPDATE t SET a = 2'))
      await world.rest()
      const third = world.outcome(world.pool.getConnection({ access: 'read', acquireTimeout: 10_000 }))
      await world.rest(500)
      expect(third.settled).toBe(false)
      expect(second.inTransaction).toBe(true)
      expect(await world.over(second.commit())).toMatchObject({ failure: undefined })
      const since = world.sent.slice(world.sent.indexOf(`${name} START TRANSACTION`))
      expect(since.filter((sql) => sql.startsWith(name))).toEqual([
        `${name} START TRANSACTION`,
        `${name} UPDATE mine SET a = 1`,
        `${name} COMMIT`,
      ])
      second.release()
      await world.rest(100)
      expect(third.settled).toBe(true)
    },
  )

  it('that is released meanwhile lets go of what comes', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    const waits = world.outcome(world.pool.getConnection())
    await world.rest()
    world.once('UPDATE', refusal(1213))
    const asked = [lease.query('UPDATE t SET a = 1'), lease.query('SELECT 2')].map((promise) => world.outcome(promise))
    await world.rest()
    lease.release()
    const second = waits.value as typeof lease
    second.release()
    await world.rest()
    expect(asked.map(({ failure }) => failure)).toEqual(Array(2).fill('ERR_HOSTPOOL_LEASE_RELEASED'))
    expect(world.sent).toEqual(['a1 UPDATE t SET a = 1'])
    expect(world.pool.status()).toMatchObject({ inUse: 0, idle: 1 })
  })

  it('is in the transaction whose beginning waits for the connection', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    const waits = world.outcome(world.pool.getConnection())
    await world.rest()
    world.once('UPDATE', refusal(1213))
    world.outcome(lease.query('UPDATE t SET a = 1'))
    await world.rest()
    const begun = world.outcome(lease.beginTransaction())
    expect(lease.inTransaction).toBe(true)
    ;(waits.value as typeof lease).release()
    await world.rest()
    expect(begun.settled).toBe(true)
    expect(lease.inTransaction).toBe(true)
  })

  it('is in the transaction whose beginning makes it move', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    world.connection('a1').lose()
    await world.rest()
    const taken = world.outcome(world.pool.getConnection())
    const begun = world.outcome(lease.beginTransaction())
    await world.rest()
    expect(begun.settled).toBe(false)
    expect(lease.inTransaction).toBe(true)
    ;(taken.value as typeof lease).release()
    await world.rest()
    expect(begun.settled).toBe(true)
  })
})

describe('a lease whose host is drained', () => {
  it('goes elsewhere with its next statement, and leaves nothing behind', async () => {
    const { world, lease, other } = await onBoth()
    other.release()
    await world.rest()
    world.pool.hosts.drain('a:3306')
    expect(await world.over(lease.query('INSERT INTO t VALUES (1)'))).toMatchObject({ failure: undefined })
    expect(world.sent).toEqual(['b1 INSERT INTO t VALUES (1)'])
    expect(lease.host).toBe('b:3306')
  })

  it.each([
    ['a transaction is open', 'START TRANSACTION'],
    ['a variable is set', 'SET @a = 1'],
    ['a variable is set inside a SELECT', 'SELECT @a := 1'],
    ['a lock is held', "SELECT GET_LOCK('mine', 0)"],
    ['a table is locked', 'LOCK TABLES t READ'],
    ['a backup lock is held', 'BACKUP LOCK t'],
    ['a generated key may be asked for', 'INSERT INTO t VALUES (1)'],
    ['found rows may be asked for', 'SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1'],
    ['its number is known', 'SELECT CONNECTION_ID()'],
  ])('stays while %s', async (_why, sql) => {
    const { world, lease, other } = await onBoth()
    other.release()
    world.once(sql, sql.startsWith('INSERT') ? { insertId: 7, affectedRows: 1 } : [])
    await world.over(lease.query(sql))
    world.pool.hosts.drain('a:3306')
    await world.over(lease.query('SELECT 1'))
    expect(world.sent).toEqual([`a1 ${sql}`, 'a1 SELECT 1'])
    lease.release()
    await world.rest()
    expect(world.pool.status().hosts[0]).toMatchObject({ idle: 0, inUse: 0, counters: { opened: 1, closed: 1 } })
  })
})
