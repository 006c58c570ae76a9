import { describe, expect, it } from 'vitest'

import { rowsOf, SessionWorld } from '../testing/session-world.js'
import { refusal } from '../testing/scripted-driver.js'

describe('what a borrower asks for at once', () => {
  it('reaches the server one by one and in its order, whatever it is', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    const stream = lease.stream('SELECT 2')
    const asked = [
      lease.query('SELECT 1'),
      rowsOf(lease.stream('SELECT 3')),
      lease.execute('UPDATE t SET a = 4'),
      lease.ping(),
      lease.changeUser({ user: 'guest' }),
      lease.query('SELECT 5'),
      rowsOf(stream),
    ].map((promise) => world.outcome(promise))
    await world.rest()
    expect(asked.map(({ error }) => error)).toEqual(asked.map(() => undefined))
    expect(world.sent).toEqual([
      'a1 SELECT 2',
      'a1 SELECT 1',
      'a1 SELECT 3',
      'a1 UPDATE t SET a = 4',
      'a1 ping',
      'a1 change user guest',
      'a1 SELECT 5',
    ])
  })

  it('is each decoded in its own way, streams too', async () => {
    const world = new SessionWorld()
    const lease = await world.lease({ decoding: { dateStrings: true } })
    const own = { rowsAsArray: true, decimalNumbers: true }
    const asked = [
      lease.query('SELECT 1'),
      rowsOf(lease.stream({ sql: 'SELECT 2', decoding: own })),
      lease.execute('SELECT 3'),
      lease.query({ sql: 'SELECT 4', decoding: own }),
      rowsOf(lease.stream('SELECT 5')),
    ]
    await world.rest()
    await Promise.all(asked)
    const ways = world.asked.filter(({ sql }) => sql.startsWith('SELECT')).map(({ decoding }) => decoding.rowsAsArray)
    expect(ways).toEqual([undefined, true, undefined, true, undefined])
    expect(world.asked.at(-1)?.decoding).toMatchObject({ dateStrings: true })
  })

  it('comes before what is asked for when one of them is answered', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    const chained = lease.query('SELECT 1').then(() => lease.query('SELECT 3'))
    const asked = world.outcome(Promise.all([chained, lease.query('SELECT 2')]))
    await world.rest()
    expect(asked.settled).toBe(true)
    expect(world.sent).toEqual(['a1 SELECT 1', 'a1 SELECT 2', 'a1 SELECT 3'])
  })

  it('goes on behind a statement that the server refuses', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    world.once('INSERT', refusal(1062))
    const asked = ['INSERT INTO t VALUES (1)', 'SELECT 2'].map((sql) => world.outcome(lease.query(sql)))
    await world.rest()
    expect(asked).toMatchObject([{ failure: 1062 }, { settled: true, failure: undefined }])
  })

  it('is a transaction from the beginning that was asked for on, before the server has answered', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    world.hold('SELECT 1')
    world.hold('START')
    const asked = world.outcome(Promise.all([lease.query('SELECT 1'), lease.beginTransaction()]))
    await world.rest()
    expect(lease.inTransaction).toBe(true)
    world.connection('a1').answer([])
    await world.rest()
    expect(lease.inTransaction).toBe(true)
    world.connection('a1').answer({})
    await world.rest()
    expect(asked.settled).toBe(true)
    expect(lease.inTransaction).toBe(true)
    await world.over(lease.commit())
    expect(lease.inTransaction).toBe(false)
  })

  it('is a stream that holds up what is behind it, and not the other way round', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    world.hold('SELECT rows')
    const stream = lease.stream('SELECT rows')
    const later = lease.stream('SELECT more')
    const query = world.outcome(lease.query('SELECT 1'))
    await world.rest()
    const { connection } = world.asked.at(-1) ?? {}
    for (let n = 0; n < 40; n += 1) connection?.row({ n })
    expect(connection?.paused).toBe(true)
    later.destroy()
    await world.rest()
    expect(connection?.paused).toBe(true)
    stream.resume()
    await world.rest()
    expect(connection?.paused).toBe(false)
    connection?.answer([])
    await world.rest()
    expect(query.settled).toBe(true)
    expect(world.sent).toEqual(['a1 SELECT rows', 'a1 SELECT more', 'a1 SELECT 1'])
  })
})

describe('the beginning of a transaction', () => {
  it('is one thing: nothing comes between its isolation level and its START', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    const begun = lease.beginTransaction({ isolationLevel: 'SERIALIZABLE', readOnly: true })
    await world.over(Promise.all([begun, lease.query('SELECT 1')]))
    expect(world.sent).toEqual([
      'a1 SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
      'a1 START TRANSACTION READ ONLY',
      'a1 SELECT 1',
    ])
  })

  it('is not sent without the isolation level that was refused', async () => {
    const world = new SessionWorld()
    const lease = await world.lease()
    world.once('ISOLATION', refusal(1227))
    expect(await world.over(lease.beginTransaction({ isolationLevel: 'SERIALIZABLE' }))).toMatchObject({
      failure: 1227,
    })
    expect(world.sent).toEqual(['a1 SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'])
    expect(lease.inTransaction).toBe(false)
    expect(await world.over(lease.query('SELECT 1'))).toMatchObject({ failure: undefined, settled: true })
  })

  it('that is refused leaves its isolation level to no other borrower', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    world.once('START', refusal(1317))
    await world.over(lease.beginTransaction({ isolationLevel: 'SERIALIZABLE' }))
    lease.release()
    await world.over(world.pool.query('SELECT next'))
    expect(world.sent.slice(2)).toContain('a1 reset')
    expect(world.sent.at(-1)).toBe('a1 SELECT next')
  })

  it.each(['ends', 'throws'])(
    'is not held up for ever by a stream that nothing reads when a callback %s',
    async (how) => {
      const world = new SessionWorld()
      world.hold('SELECT rows')
      const done = world.outcome(
        world.pool.transaction(async (transaction) => {
          transaction.stream('SELECT rows')
          await Promise.resolve()
          if (how === 'throws') throw new Error('changed my mind')
        }),
      )
      await world.rest()
      const { connection } = world.asked.at(-1) ?? {}
      for (let n = 0; n < 40; n += 1) connection?.row({ n })
      expect(connection?.paused ?? false).toBe(false)
      connection?.answer([])
      await world.rest()
      expect(done.settled).toBe(true)
      expect(world.sent.at(-1)).toBe(how === 'ends' ? 'a1 COMMIT' : 'a1 ROLLBACK')
    },
  )
})
