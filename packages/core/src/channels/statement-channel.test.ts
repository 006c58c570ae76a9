import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import { cluster } from '../testing/fake-cluster.js'
import { ended, listen } from '../testing/listen.js'
import { refusal } from '../testing/scripted-driver.js'
import { rowsOf, SessionWorld } from '../testing/session-world.js'

describe('the channel of statements', () => {
  it('tells the beginning and the end of a query with one message', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a', poolName: 'shop' })
    await world.over(world.pool.query('SELECT item FROM stock WHERE id = ?', [7]))
    expect(heard.map(({ event }) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
    expect(new Set(heard.map(({ message }) => message)).size).toBe(1)
    const [message] = ended(heard)
    expect({ ...message }).toEqual({
      poolName: 'shop',
      command: 'query',
      kind: 'read',
      host: 'a:3306',
      serverVersion: '10.11.0-told',
      attempts: 1,
      sent: [{ host: 'a:3306', at: expect.any(Number), cause: 'first' }],
      hedged: false,
      retriedElsewhere: false,
      waited: expect.any(Number),
      wire: expect.any(Number),
      rows: 1,
      affectedRows: undefined,
      errorType: undefined,
      outcome: 'done',
    })
    expect(message?.pool).toBe(world.pool)
  })

  it('tells the text and its first word to a subscriber that asks for them, and never the values', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a' })
    await world.over(world.pool.execute('  INSERT INTO card VALUES (?)', ['4111']))
    const [message] = ended(heard)
    expect(message?.verb).toBe('insert')
    expect(message?.sql).toBe('  INSERT INTO card VALUES (?)')
    const logged = JSON.stringify(message) + inspect(message, { depth: 9, showHidden: true })
    expect(logged).not.toContain('INSERT')
    expect(logged).not.toContain('4111')
  })

  it('keeps the error, whose message may cite values, from what is logged', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a' })
    world.once('INSERT', Object.assign(refusal(1062, "Duplicate entry '4111'"), { code: 'ER_DUP_ENTRY' }))
    const { error } = await world.over(world.pool.query('INSERT INTO card VALUES (?)', ['4111']))
    expect(heard.map(({ event }) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    const [message] = ended(heard)
    expect(message).toMatchObject({ outcome: 'failed', errorType: 'ER_DUP_ENTRY' })
    expect(message?.error).toBe(error)
    expect(JSON.stringify(message) + inspect(message, { depth: 9 })).not.toContain('4111')
  })

  it('tells milliseconds of waiting apart from milliseconds on the wire', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a', connectionLimit: 1 })
    const lease = await world.lease()
    const waiting = world.outcome(world.pool.query('SELECT 1'))
    await world.clock.flow(30)
    world.hold('SELECT 1')
    lease.release()
    await world.clock.flow(12)
    world.connection('a1').answer([{ value: 1 }])
    await world.clock.flow(0)
    expect(waiting.settled).toBe(true)
    expect(ended(heard)).toMatchObject([{ waited: 30, wire: 12 }])
  })

  it('counts the turn that a statement waits for on its own lease as waiting', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a' })
    const lease = await world.lease()
    world.hold('SELECT 1')
    void lease.query('SELECT 1')
    void lease.query('SELECT 2')
    await world.clock.flow(25)
    world.connection('a1').answer([])
    await world.rest()
    expect(ended(heard)).toMatchObject([
      { waited: 0, wire: 25 },
      { waited: 25, wire: 0 },
    ])
  })

  it.each([
    ['lost', 'SELECT item', 'is lost'],
    ['notReady', 'INSERT INTO t VALUES (1)', refusal(1047)],
    ['conflict', 'UPDATE t SET a = 1', refusal(1213)],
  ] as const)('tells that a statement was sent again, and why: %s', async (cause, sql, reply) => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld()
    world.once(sql, reply)
    await world.over(world.pool.query(sql))
    const elsewhere = cause !== 'conflict'
    const [message] = ended(heard)
    expect(message).toMatchObject({ attempts: 2, hedged: false, retriedElsewhere: elsewhere, outcome: 'done' })
    expect(message?.sent).toMatchObject([
      { host: 'a:3306', cause: 'first' },
      { host: elsewhere ? 'b:3306' : 'a:3306', cause },
    ])
  })

  it('tells a hedge with its host, and the time on the wire from the first connection on', async () => {
    const heard = listen('mysql-hostpool:statement')
    const { clock, server, leaseOn, held } = await cluster()
    for (const lease of held) if (lease !== leaseOn('b')) lease.release()
    await clock.flow(1000)
    server('b').freeze()
    const began = clock.now()
    const read = leaseOn('b').query('SELECT item')
    await clock.flow(100)
    await read
    const [message] = ended(heard)
    expect(message).toMatchObject({ attempts: 2, hedged: true, retriedElsewhere: false, outcome: 'done', waited: 0 })
    expect(message?.sent).toMatchObject([
      { host: 'b:3306', at: 0, cause: 'first' },
      { host: message?.host, cause: 'hedge' },
    ])
    expect(message?.wire).toBeGreaterThan(message?.sent[1]?.at ?? Infinity)
    expect(message?.wire).toBeLessThanOrEqual(clock.now() - began)
  })

  it('tells that the outcome is unknown', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld()
    world.once('INSERT', 'is lost')
    await world.over(world.pool.query('INSERT INTO t VALUES (1)'))
    expect(ended(heard)).toMatchObject([{ outcome: 'unknown', errorType: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' }])
  })

  it('tells of a statement that got no connection', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a', connectionLimit: 1, acquireTimeout: 40 })
    await world.lease()
    const query = world.outcome(world.pool.query('SELECT 1'))
    await world.clock.flow(40)
    expect(query.failure).toBe('ERR_HOSTPOOL_ACQUIRE_TIMEOUT')
    expect(ended(heard)).toMatchObject([
      {
        host: undefined,
        attempts: 0,
        waited: 40,
        wire: 0,
        outcome: 'failed',
        errorType: 'ERR_HOSTPOOL_ACQUIRE_TIMEOUT',
      },
    ])
  })

  it('tells of statements that are asked of a lease that was released', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a' })
    const lease = await world.lease()
    lease.release()
    await world.over(lease.query('SELECT 1'))
    expect(ended(heard)).toMatchObject([{ attempts: 0, outcome: 'failed', errorType: 'ERR_HOSTPOOL_LEASE_RELEASED' }])
  })

  it('begins nothing for a statement that is refused before it is taken in', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a' })
    const lease = await world.lease()
    const wrong = { sql: 'SELECT 1', decoding: { timezone: 'nowhere' } }
    await world.over(lease.query(wrong))
    await world.over(world.pool.query(wrong))
    expect(() => lease.stream(wrong)).toThrow('timezone')
    expect(heard).toEqual([])
  })

  it('counts the rows of a stream, and those that a write has affected', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a' })
    const lease = await world.lease()
    world.once('SELECT', [{ n: 1 }, { n: 2 }, { n: 3 }])
    const rows = rowsOf(lease.stream('SELECT n'))
    await world.rest()
    await rows
    world.once('UPDATE', { affectedRows: 4 })
    await world.over(lease.query('UPDATE t SET a = 1'))
    world.once('DELETE', { affectedRows: 5 })
    const none = rowsOf(lease.stream('DELETE FROM t'))
    await world.rest()
    await none
    expect(ended(heard)).toMatchObject([
      { command: 'stream', rows: 3, affectedRows: undefined },
      { command: 'query', rows: undefined, affectedRows: 4 },
      { command: 'stream', rows: undefined, affectedRows: 5 },
    ])
  })

  it('tells of the statements of a transaction, and not of pings', async () => {
    const heard = listen('mysql-hostpool:statement')
    const world = new SessionWorld({ host: 'a' })
    await world.over(
      world.pool.transaction(async (transaction) => {
        await transaction.query('INSERT INTO t VALUES (1)')
      }),
    )
    const lease = await world.lease()
    await world.over(lease.ping())
    expect(ended(heard).map(({ kind, verb }) => [kind, verb])).toEqual([
      ['begin', 'start'],
      ['write', 'insert'],
      ['commit', 'commit'],
    ])
  })
})
