import { getEventListeners } from 'node:events'

import { describe, expect, it } from 'vitest'

import { rowsOf, SessionWorld } from '../testing/session-world.js'
import { refusal } from '../testing/scripted-driver.js'

const aborted = { settled: true, failure: 'ERR_HOSTPOOL_ABORTED' }
const unknown = { settled: true, failure: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' }

/** A statement that is under way on a1, and can be aborted. */
async function underWay(sql: string, options: ConstructorParameters<typeof SessionWorld>[0] = {}) {
  const world = new SessionWorld(options)
  const controller = new AbortController()
  const lease = await world.lease()
  world.hold(sql)
  const outcome = world.outcome(lease.query({ sql, signal: controller.signal }))
  await world.rest()
  const { sent } = world
  sent.length = 0
  return { world, lease, outcome, sent, abort: () => controller.abort(new Error('enough')), signal: controller.signal }
}

/** The server's list says that the connection of this number comes from this port. */
function listed(world: SessionWorld, port: number): void {
  world.once('PROCESSLIST', [[`10.0.0.1:${port}`]] as never)
}

describe('a statement that is aborted before it is sent', () => {
  it('is not sent where its signal was aborted before the call', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    const signal = AbortSignal.abort()
    const asked = [
      lease.query({ sql: 'SELECT 1', signal }),
      lease.execute({ sql: 'SELECT 1', signal }),
      rowsOf(lease.stream({ sql: 'SELECT 1', signal })),
      world.pool.query({ sql: 'SELECT 1', signal }),
    ].map((promise) => world.outcome(promise))
    await world.rest()
    expect(asked).toMatchObject([aborted, aborted, aborted, aborted])
    expect(world.sent).toEqual([])
  })

  it('does not wait for a connection any more', async () => {
    const world = new SessionWorld({ connectionLimit: 1 })
    const controller = new AbortController()
    const lease = await world.lease()
    const outcome = world.outcome(world.pool.query({ sql: 'INSERT', signal: controller.signal }))
    await world.rest()
    controller.abort()
    await world.rest()
    expect(outcome).toMatchObject(aborted)
    lease.release()
    await world.rest()
    expect(world.sent).toEqual([])
  })

  it('does not wait for its turn any more, and the others do', async () => {
    const { world, lease, outcome, sent } = await underWay('SELECT 1')
    const controller = new AbortController()
    const [second, third] = [
      world.outcome(lease.query({ sql: 'SELECT 2', signal: controller.signal })),
      world.outcome(lease.query('SELECT 3')),
    ]
    controller.abort()
    await world.rest()
    expect([outcome.settled, second, third.settled]).toMatchObject([false, aborted, false])
    world.connection('a1').answer([])
    await world.rest()
    expect(sent).toEqual(['a1 SELECT 3'])
  })

  it('takes the transaction that it was to begin with it', async () => {
    const { world, lease } = await underWay('SELECT 1')
    const controller = new AbortController()
    const begun = world.outcome(lease.query({ sql: 'START TRANSACTION', signal: controller.signal }))
    const insert = world.outcome(lease.query('INSERT INTO t VALUES (1)'))
    controller.abort()
    world.connection('a1').answer([])
    await world.rest()
    expect([begun, insert]).toMatchObject([aborted, { failure: 'ERR_HOSTPOOL_TRANSACTION_LOST' }])
  })
})

describe('a statement that is aborted while its server is at it', () => {
  it.each([
    ['SELECT 1', refusal(1317)],
    ['INSERT INTO t VALUES (1)', refusal(1317)],
    ['SELECT 1', []],
  ] as const)('%s: the server is told on a connection of its own, and the session goes on', async (sql, answer) => {
    const { world, lease, outcome, sent, abort } = await underWay(sql)
    listed(world, 40_001)
    abort()
    await world.rest()
    expect(sent.map((one) => one.replace(/ SELECT HOST.*/, ' is asked'))).toEqual(['a2 is asked', 'a2 KILL QUERY 1'])
    expect(outcome.settled).toBe(false)
    world.connection('a1').answer(answer)
    await world.rest()
    expect(outcome).toMatchObject({ ...aborted, error: { cause: { message: 'enough' } } })
    expect(world.connection('a2').closed).toBe(true)
    await world.over(lease.query('SELECT 2'))
    expect(sent.at(-1)).toBe('a1 SELECT 2')
  })

  it('is done where its server had done it before it was told', async () => {
    const { world, outcome, abort } = await underWay('INSERT INTO t VALUES (1)')
    listed(world, 40_001)
    abort()
    world.connection('a1').answer({ affectedRows: 1 })
    await world.rest()
    expect(outcome).toMatchObject({ settled: true, failure: undefined, value: [{ affectedRows: 1 }, undefined] })
    expect(world.sent.filter((one) => one.includes('KILL'))).toEqual([])
  })

  it('keeps its connection from everybody else until no KILL can come any more', async () => {
    const { world, lease, outcome, sent, abort } = await underWay('UPDATE t SET a = 1', { connectionLimit: 1 })
    listed(world, 40_001)
    world.hold('KILL')
    abort()
    await world.rest()
    const next = world.outcome(world.pool.query('INSERT INTO t VALUES (2)'))
    world.connection('a1').answer({ affectedRows: 1 })
    lease.release()
    await world.rest()
    expect([outcome.settled, next.settled]).toEqual([false, false])
    expect(sent.at(-1)).toBe('a2 KILL QUERY 1')
    world.once('DO 0', refusal(1317))
    world.connection('a2').answer({})
    await world.rest()
    expect(sent.slice(sent.indexOf('a2 KILL QUERY 1') + 1)).toEqual(['a1 DO 0', 'a1 INSERT INTO t VALUES (2)'])
    expect([outcome.failure, next.failure]).toEqual([undefined, undefined])
  })

  it('is never looked for by its number alone: a connection from another socket is another server’s', async () => {
    const { world, outcome, sent, abort } = await underWay('SELECT 1')
    listed(world, 50_001)
    abort()
    await world.rest()
    expect(outcome).toMatchObject(aborted)
    expect(sent.filter((one) => /KILL|SELECT 1$/.test(one))).toEqual([])
    expect(world.connection('a1').closed).toBe(true)
  })

  it.each([
    ['INSERT INTO t VALUES (1)', unknown],
    ['SELECT 1', aborted],
  ])('%s: its connection is closed where the server cannot be told', async (sql, expected) => {
    const { world, outcome, abort, lease } = await underWay(sql)
    world.once('PROCESSLIST', refusal(1227))
    abort()
    await world.rest()
    expect(outcome).toMatchObject(expected)
    await world.over(lease.query('SELECT 2'))
    expect(world.sent.at(-1)).toMatch(/^[ab]\d SELECT 2$/)
    expect(world.sent.at(-1)).not.toMatch(/^a1/)
  })

  it.each([
    ['INSERT INTO t VALUES (1)', unknown],
    ['SELECT 1', aborted],
  ])('%s: its connection is closed where the server was told and does not stop it', async (sql, expected) => {
    const { world, outcome, abort } = await underWay(sql)
    listed(world, 40_001)
    abort()
    await world.rest()
    expect(outcome.settled).toBe(false)
    await world.rest(1_100)
    expect(outcome).toMatchObject(expected)
    expect(world.connection('a1').closed).toBe(true)
  })

  it('has its connection closed when the KILL is not answered, for it may come at any time', async () => {
    const { world, lease, outcome, sent, abort } = await underWay('INSERT INTO t VALUES (1)')
    listed(world, 40_001)
    world.hold('KILL')
    abort()
    await world.rest()
    world.connection('a1').answer({ affectedRows: 1 })
    await world.rest(1_100)
    expect(outcome).toMatchObject({ settled: true, failure: undefined })
    expect([world.connection('a1').closed, world.connection('a2').closed]).toEqual([true, true])
    lease.release()
    await world.over(world.pool.query('SELECT 2'))
    expect(sent.at(-1)).not.toMatch(/^a1/)
  })

  it('leaves its transaction as the server says that it is', async () => {
    const world = new SessionWorld()
    const controller = new AbortController()
    const lease = await world.lease()
    await world.over(lease.beginTransaction())
    world.hold('UPDATE')
    const update = world.outcome(lease.query({ sql: 'UPDATE t SET a = 1', signal: controller.signal }))
    await world.rest()
    listed(world, 40_001)
    controller.abort()
    await world.rest()
    world.connection('a1').answer(refusal(1317))
    await world.rest()
    expect(update).toMatchObject(aborted)
    expect(lease.inTransaction).toBe(true)
    expect(await world.over(lease.commit())).toMatchObject({ settled: true, failure: undefined })
    expect(world.sent.at(-1)).toBe('a1 COMMIT')
  })

  it('loses the transaction with its connection', async () => {
    const world = new SessionWorld()
    const controller = new AbortController()
    const lease = await world.lease()
    await world.over(lease.beginTransaction())
    world.hold('UPDATE')
    const update = world.outcome(lease.query({ sql: 'UPDATE t SET a = 1', signal: controller.signal }))
    await world.rest()
    controller.abort()
    await world.rest()
    expect(update).toMatchObject(aborted)
    expect(await world.over(lease.query('INSERT'))).toMatchObject({ failure: 'ERR_HOSTPOOL_TRANSACTION_LOST' })
  })

  it('is told by its stream at once, whose unread rows hold nothing up', async () => {
    const world = new SessionWorld()
    const controller = new AbortController()
    const lease = await world.lease()
    world.hold('SELECT 1')
    const stream = lease.stream({ sql: 'SELECT 1', signal: controller.signal })
    const read = world.outcome(rowsOf(stream))
    await world.rest()
    listed(world, 40_001)
    controller.abort()
    await world.rest()
    expect(read).toMatchObject(aborted)
    for (let row = 0; row < 100; row += 1) world.connection('a1').row({ row })
    expect(world.connection('a1').paused).toBe(false)
    world.connection('a1').answer(refusal(1317))
    expect(await world.over(lease.query('SELECT 2'))).toMatchObject({ failure: undefined })
  })
})

describe('a signal', () => {
  it('has one listener for all its statements, and none when they are over', async () => {
    const { world, lease, signal } = await underWay('SELECT 1')
    const more = Array.from({ length: 20 }, () => world.outcome(lease.query({ sql: 'SELECT 2', signal })))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    world.connection('a1').answer([])
    await world.rest()
    expect(more.every(({ settled }) => settled)).toBe(true)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('that is aborted after the end of a statement does nothing', async () => {
    const { world, outcome, abort, sent } = await underWay('SELECT 1')
    world.connection('a1').answer([])
    await world.rest()
    abort()
    await world.rest()
    expect(outcome).toMatchObject({ settled: true, failure: undefined })
    expect(sent).toEqual([])
  })

  it('is refused where it is none', async () => {
    const world = new SessionWorld()
    const given = { sql: 'SELECT 1', signal: true as never }
    expect(await world.over(world.pool.query(given))).toMatchObject({ failure: 'ERR_HOSTPOOL_UNSUPPORTED' })
  })
})

describe('KILL with a number', () => {
  it.each([
    'KILL 5',
    'kill query 5',
    '/* x */ KILL CONNECTION ?',
    'KILL HARD QUERY ID 5',
    'SELECT 1; KILL 5',
    'KILL @n',
  ])('%s is refused with what to do in its place', async (sql) => {
    const world = new SessionWorld()
    const lease = await world.lease()
    for (const ask of [() => world.pool.query(sql), () => world.pool.execute(sql), () => lease.query(sql)]) {
      const { failure, error } = await world.over(ask())
      expect(failure).toBe('ERR_HOSTPOOL_UNSUPPORTED')
      expect(String(error)).toMatch(/signal/)
    }
    expect(() => lease.stream(sql)).toThrow(/signal/)
    expect(world.sent).toEqual([])
  })

  it.each(['KILL USER shop', 'KILL QUERY CONNECTION_ID()', "SELECT 'KILL 5'", 'SELECT kill FROM t'])(
    '%s is not meant',
    async (sql) => {
      const world = new SessionWorld()
      await world.over(world.pool.query(sql))
      expect(world.sent[0]).toBe(`a1 ${sql}`)
    },
  )
})

describe('a lease that is destroyed with a statement under way', () => {
  it('can have its server told to stop that statement still, once', async () => {
    const { world, lease, outcome, sent } = await underWay('INSERT 1')
    lease.destroy()
    await world.rest()
    expect(outcome).toMatchObject({ settled: true })
    listed(world, 40_001)
    lease.cancel()
    lease.cancel()
    await world.rest()
    expect(sent.filter((sql) => sql.includes('KILL QUERY'))).toHaveLength(1)
  })

  it('has nothing stopped where nothing was under way', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    lease.destroy()
    lease.cancel()
    await world.rest()
    expect(world.sent.filter((sql) => /kill|processlist/i.test(sql))).toEqual([])
  })
})
