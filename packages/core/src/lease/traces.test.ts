import { describe, expect, it } from 'vitest'

import { SessionWorld } from '../testing/session-world.js'
import { refusal } from '../testing/scripted-driver.js'

/** A statement that leaves a trace, how it is answered, and one that asks for it. */
const PAIRS: readonly [leaves: string, reply: object[] | { insertId?: number } | Error, asks: string][] = [
  ['INSERT INTO t VALUES (1)', { insertId: 7 }, 'SELECT LAST_INSERT_ID() AS id'],
  ['INSERT INTO t VALUES (1)', { insertId: 7 }, 'SELECT @@identity'],
  ['INSERT INTO t VALUES (1)', { insertId: 7 }, 'SELECT @@SESSION.last_insert_id'],
  ['INSERT INTO t VALUES (1)', { insertId: 7 }, 'INSERT INTO child VALUES (LAST_INSERT_ID())'],
  ['INSERT INTO t VALUES (1)', { insertId: 7 }, 'UPDATE t SET a = 1 WHERE id = last_insert_id()'],
  ['INSERT INTO t VALUES (1) RETURNING id', [{ id: 7 }], 'SELECT LAST_INSERT_ID()'],
  ['CALL inserts()', [], 'SELECT LAST_INSERT_ID()'],
  ['UPDATE t SET a = LAST_INSERT_ID(a + 1)', { insertId: 8 }, 'SELECT LAST_INSERT_ID()'],
  ['UPDATE t SET a = 1', {}, 'SELECT ROW_COUNT()'],
  ['UPDATE t SET a = 1', {}, 'SELECT @@last_gtid'],
  ['SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1', [{ a: 1 }], 'SELECT FOUND_ROWS()'],
  ['SELECT a FROM t', [{ a: 1 }], 'SELECT FOUND_ROWS()'],
  ["SELECT CAST('a' AS SIGNED)", [{ a: 0 }], 'SHOW WARNINGS'],
  ["SELECT CAST('a' AS SIGNED)", [{ a: 0 }], 'SHOW COUNT(*) WARNINGS'],
  ["SELECT CAST('a' AS SIGNED)", [{ a: 0 }], 'SELECT @@warning_count'],
  ["SELECT CAST('a' AS SIGNED)", [{ a: 0 }], 'GET DIAGNOSTICS @n = NUMBER'],
  ['SELECT a FROM missing', refusal(1146), 'SHOW ERRORS'],
]

describe.each(PAIRS)('after %s', (leaves, reply, asks) => {
  it.each(['query', 'execute'] as const)(
    `a lease that is not moved is told what it asks for by %s: ${asks}`,
    async (how) => {
      const world = new SessionWorld()
      const lease = await world.lease()
      world.once(leaves, reply)
      await world.over(lease[how](leaves))
      expect(await world.over(lease[how](asks))).toMatchObject({ failure: undefined, settled: true })
      expect(world.sent).toEqual([`a1 ${leaves}`, `a1 ${asks}`])
    },
  )

  it(`a lease whose host is drained asks the same connection, and no other: ${asks}`, async () => {
    const world = new SessionWorld({ connectionLimit: 2, selector: 'round-robin' })
    const lease = await world.lease()
    ;(await world.lease()).release()
    world.once(leaves, reply)
    await world.over(lease.query(leaves))
    world.pool.hosts.drain('a:3306')
    await world.over(lease.query(asks))
    expect(world.sent).toEqual([`a1 ${leaves}`, `a1 ${asks}`])
  })

  it.each(['query', 'execute', 'stream'] as const)(
    `a lease whose connection is lost is told that by %s, and no other borrower’s: ${asks}`,
    async (how) => {
      const world = new SessionWorld({ connectionLimit: 2, selector: 'round-robin' })
      const lease = await world.lease()
      ;(await world.lease()).release()
      world.once(leaves, reply)
      await world.over(lease.query(leaves))
      world.connection('a1').lose()
      const asked = how === 'stream' ? lease.stream(asks).toArray() : lease[how](asks)
      expect(await world.over(asked)).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
      expect(world.sent).toEqual([`a1 ${leaves}`])
    },
  )
})

describe('a lease that asks for what it has not left', () => {
  it.each([
    'SELECT LAST_INSERT_ID()',
    'SELECT @@identity',
    'SELECT FOUND_ROWS()',
    'SHOW WARNINGS',
    'SELECT ROW_COUNT()',
  ])('is not told what another borrower has: %s', async (asks) => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    world.once('INSERT', { insertId: 7, warnings: 1 })
    await world.over(world.pool.query('INSERT INTO t VALUES (1)'))
    const lease = await world.lease()
    await world.over(lease.query(asks))
    // Where only counts are asked for, a key of the lease's own must not be forgotten with them.
    const forgets = /id/i.test(asks) ? 'DO LAST_INSERT_ID(0)' : 'SELECT 1 FROM (SELECT 1) AS t'
    expect(world.sent).toEqual(['a1 INSERT INTO t VALUES (1)', `a1 ${forgets}`, `a1 ${asks}`])
    await world.over(lease.query(asks))
    expect(world.sent).toHaveLength(4)
  })

  it('has what it has left itself kept, and is refused what would be another borrower’s beside it', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    const lease = await world.lease()
    await world.over(lease.query('UPDATE t SET a = 1'))
    // Nothing was left by others here: the first key of this session is 0.
    expect(await world.over(lease.query('SELECT ROW_COUNT(), LAST_INSERT_ID()'))).toMatchObject({ failure: undefined })
    expect(world.sent).toHaveLength(2)
    world.once('INSERT', { insertId: 6 })
    await world.over(lease.query('INSERT INTO t VALUES (0)'))
    world.sent.length = 0
    lease.release()
    const next = await world.lease()
    await world.over(next.query('UPDATE t SET a = 1'))
    expect(await world.over(next.query('SELECT ROW_COUNT(), LAST_INSERT_ID()'))).toMatchObject({
      failure: 'ERR_HOSTPOOL_UNSUPPORTED',
    })
    expect(await world.over(next.query('SELECT ROW_COUNT()'))).toMatchObject({ failure: undefined })
    world.once('INSERT', { insertId: 7 })
    await world.over(next.query('INSERT INTO t VALUES (1)'))
    expect(await world.over(next.query('SELECT ROW_COUNT(), LAST_INSERT_ID()'))).toMatchObject({ failure: undefined })
    expect(world.sent).toEqual([
      'a1 UPDATE t SET a = 1',
      'a1 SELECT ROW_COUNT()',
      'a1 INSERT INTO t VALUES (1)',
      'a1 SELECT ROW_COUNT(), LAST_INSERT_ID()',
    ])
  })

  it.each(['SET @page = 1', 'INSERT INTO child VALUES (LAST_INSERT_ID())'])(
    'has its found rows counted still after %s, where another borrower’s key is forgotten',
    async (sql) => {
      const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
      world.once('INSERT', { insertId: 7 })
      await world.over(world.pool.query('INSERT INTO t VALUES (1)'))
      const lease = await world.lease()
      await world.over(lease.query('SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1'))
      await world.over(lease.query(sql))
      await world.over(lease.query('SELECT FOUND_ROWS()'))
      // Any SELECT in between would be what FOUND_ROWS() counts.
      expect(world.sent.slice(1)).toEqual([
        'a1 SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1',
        'a1 DO LAST_INSERT_ID(0)',
        `a1 ${sql}`,
        'a1 SELECT FOUND_ROWS()',
      ])
    },
  )

  it('knows the key of a row that it has put in by a stream', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    world.once('INSERT', { insertId: 7 })
    await world.over(world.pool.query('INSERT INTO t VALUES (1)'))
    const lease = await world.lease()
    world.once('INSERT', { insertId: 8 })
    await world.over(lease.stream('INSERT INTO t VALUES (2)').toArray())
    expect(await world.over(lease.query('SELECT LAST_INSERT_ID()'))).toMatchObject({ failure: undefined })
    expect(world.sent.slice(1)).toEqual(['a1 INSERT INTO t VALUES (2)', 'a1 SELECT LAST_INSERT_ID()'])
  })

  it('costs a round trip only where another borrower was before', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    await world.over(world.pool.query('SELECT LAST_INSERT_ID()'))
    expect(world.sent).toEqual(['a1 SELECT LAST_INSERT_ID()'])
  })

  it('asks elsewhere when the connection is lost while it forgets', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    world.once('INSERT', { insertId: 7 })
    await world.over(world.pool.query('INSERT INTO t VALUES (1)'))
    world.once('LAST_INSERT_ID(0)', 'is lost')
    expect(await world.over(world.pool.query('SELECT LAST_INSERT_ID()'))).toMatchObject({ failure: undefined })
    expect(world.sent.at(-1)).toMatch(/^a[^1] SELECT LAST_INSERT_ID\(\)$/)
  })

  it('is told that a key may lie on a connection that is lost, whatever may have left one since', async () => {
    const world = new SessionWorld({ connectionLimit: 2, host: 'a' })
    const lease = await world.lease()
    world.once('INSERT', [{ id: 7 }])
    await world.over(lease.query('INSERT INTO t VALUES (1) RETURNING id'))
    world.connection('a1').lose()
    await world.over(lease.query('SELECT inserts()'))
    expect(await world.over(lease.query('SELECT LAST_INSERT_ID()'))).toMatchObject({
      failure: 'ERR_HOSTPOOL_HOST_LOST',
    })
    world.once('INSERT', { insertId: 8 })
    await world.over(lease.query('INSERT INTO t VALUES (2)'))
    expect(await world.over(lease.query('SELECT LAST_INSERT_ID()'))).toMatchObject({ failure: undefined })
  })

  it('is told nothing of a statement that ran on the connection before the last one', async () => {
    const world = new SessionWorld({ connectionLimit: 2, host: 'a' })
    const lease = await world.lease()
    await world.over(lease.query('SELECT a FROM t'))
    world.connection('a1').lose()
    await world.over(lease.query('UPDATE t SET a = 1'))
    expect(await world.over(lease.query('SELECT FOUND_ROWS()'))).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
    expect(await world.over(lease.query('SELECT ROW_COUNT()'))).toMatchObject({ failure: undefined })
  })
})

describe('a read that asks for a trace', () => {
  it('is never asked of a second host when its own is unresponsive', async () => {
    const world = new SessionWorld({ connectionLimit: 2, selector: 'round-robin' })
    const lease = await world.lease()
    ;(await world.lease()).release()
    world.once('INSERT', { insertId: 7 })
    await world.over(lease.query('INSERT INTO t VALUES (1)'))
    world.hold('LAST_INSERT_ID')
    const asked = world.outcome(lease.query('SELECT LAST_INSERT_ID()'))
    await world.rest(2_000)
    expect(asked.settled).toBe(false)
    expect(world.sent.filter((sql) => sql.startsWith('b'))).toEqual([])
    world.connection('a1').answer([{ id: 7 }])
    await world.rest()
    expect(asked.value).toMatchObject([[{ id: 7 }], {}])
  })
})

/** A pool of one connection, on which another borrower has left traces of all kinds, and the lease of the next. */
async function afterAnother(foreign: object = { insertId: 7, warnings: 1 }) {
  const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
  world.once('INSERT', foreign)
  await world.over(world.pool.query('INSERT INTO t VALUES (1)'))
  const lease = await world.lease()
  world.sent.length = 0
  return { world, lease }
}

const FORGETS_WARNINGS = 'a1 SELECT 1 FROM (SELECT 1) AS t'

describe('warnings of another borrower', () => {
  it.each(['SHOW WARNINGS', 'SELECT @@warning_count', 'SHOW COUNT(*) ERRORS', 'GET DIAGNOSTICS @n = NUMBER'])(
    'are forgotten before %s, also where the lease has run a statement without a table before',
    async (asks) => {
      const { world, lease } = await afterAnother({ warnings: 1 })
      await world.over(lease.query('SELECT 1'))
      await world.over(lease.query(asks))
      expect(world.sent).toEqual(['a1 SELECT 1', FORGETS_WARNINGS, `a1 ${asks}`])
      await world.over(lease.query(asks))
      expect(world.sent).toHaveLength(4)
    },
  )

  it('are none where no answer told of any', async () => {
    const { world, lease } = await afterAnother({})
    await world.over(lease.query('SELECT 1'))
    await world.over(lease.query('SHOW WARNINGS'))
    expect(world.sent).toEqual(['a1 SELECT 1', 'a1 SHOW WARNINGS'])
  })

  it('stay through borrowers that had none of their own', async () => {
    const { world, lease } = await afterAnother({ warnings: 1 })
    await world.over(lease.query('SELECT 1'))
    lease.release()
    const next = await world.lease()
    world.sent.length = 0
    await world.over(next.query('SHOW WARNINGS'))
    expect(world.sent).toEqual([FORGETS_WARNINGS, 'a1 SHOW WARNINGS'])
  })

  it.each<[string, { warnings: number } | Error]>([
    ['warnings', { warnings: 2 }],
    ['an error', refusal(1062)],
  ])('are gone when the lease has %s of its own, which are kept', async (_what, reply) => {
    const { world, lease } = await afterAnother({ warnings: 1 })
    world.once('UPDATE', reply)
    await world.over(lease.query('UPDATE t SET a = 1'))
    await world.over(lease.query('SHOW WARNINGS'))
    expect(world.sent).toEqual(['a1 UPDATE t SET a = 1', 'a1 SHOW WARNINGS'])
  })

  it('may be an error that another borrower had', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    world.once('missing', refusal(1146))
    await world.over(world.pool.query('SELECT a FROM missing'))
    world.sent.length = 0
    await world.over(world.pool.query('SHOW ERRORS'))
    expect(world.sent).toEqual([FORGETS_WARNINGS, 'a1 SHOW ERRORS'])
  })

  it('are not forgotten at the price of what else a statement asks for', async () => {
    const { world, lease } = await afterAnother({ warnings: 1 })
    await world.over(lease.query('UPDATE t SET a = 1'))
    const both = await world.over(lease.query('SELECT ROW_COUNT(), @@warning_count'))
    expect(both).toMatchObject({ failure: 'ERR_HOSTPOOL_UNSUPPORTED' })
    await world.over(lease.query('SELECT a FROM t'))
    await world.over(lease.query('SHOW WARNINGS'))
    // FOUND_ROWS() would count the row that was asked for in between.
    const rows = await world.over(lease.query('SELECT FOUND_ROWS()'))
    expect(rows).toMatchObject({ failure: 'ERR_HOSTPOOL_UNSUPPORTED' })
    await world.over(lease.query('SELECT a FROM t'))
    expect(await world.over(lease.query('SELECT FOUND_ROWS()'))).toMatchObject({ failure: undefined })
  })
})

describe('what a statement runs that is not in its text', () => {
  it.each(['CALL p()', 'EXECUTE s', "EXECUTE IMMEDIATE 'SELECT 1'", 'SHOW VARIABLES'])(
    'is told nothing of another borrower by %s',
    async (sql) => {
      const { world, lease } = await afterAnother()
      await world.over(lease.query(sql))
      expect(world.sent).toEqual(['a1 SELECT LAST_INSERT_ID(0) FROM (SELECT 1) AS t', `a1 ${sql}`])
    },
  )

  it.each(['CALL p()', "SHOW VARIABLES LIKE 'last%'"])('is told nothing of one by the pool’s own %s', async (sql) => {
    const { world, lease } = await afterAnother()
    lease.release()
    await world.over(world.pool.query(sql))
    expect(world.sent.slice(0, 2)).toEqual(['a1 SELECT LAST_INSERT_ID(0) FROM (SELECT 1) AS t', `a1 ${sql}`])
  })

  it.each(["EXECUTE IMMEDIATE 'SELECT LAST_INSERT_ID()'", 'EXECUTE s', 'CALL p()', 'SELECT mine()', 'SHOW VARIABLES'])(
    'may ask for what lies on a connection that is lost: %s, which is told once',
    async (sql) => {
      const world = new SessionWorld({ connectionLimit: 2, host: 'a' })
      const lease = await world.lease()
      world.once('INSERT', { insertId: 7 })
      await world.over(lease.query('INSERT INTO t VALUES (1)'))
      world.connection('a1').lose()
      expect(await world.over(lease.query(sql))).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
      if (/LAST_INSERT_ID/.test(sql)) return
      expect(await world.over(lease.query(sql))).toMatchObject({ failure: undefined })
    },
  )

  it('runs as before where the lease has left nothing', async () => {
    const world = new SessionWorld({ connectionLimit: 2, host: 'a' })
    const lease = await world.lease()
    world.connection('a1').lose()
    expect(await world.over(lease.query('CALL p()'))).toMatchObject({ failure: undefined })
    expect(world.sent).toEqual([expect.stringMatching(/^a[^1] CALL p\(\)$/)])
  })

  it('stays on its connection when its host is drained', async () => {
    const world = new SessionWorld({ connectionLimit: 2, selector: 'round-robin' })
    const lease = await world.lease()
    ;(await world.lease()).release()
    await world.over(lease.query('UPDATE t SET a = 1'))
    world.pool.hosts.drain('a:3306')
    expect(await world.over(lease.query('CALL p()'))).toMatchObject({ failure: undefined })
    expect(world.sent).toEqual(['a1 UPDATE t SET a = 1', 'a1 CALL p()'])
  })
})

describe('the number of a transaction', () => {
  it.each(['SELECT @@last_gtid', 'SELECT WSREP_LAST_WRITTEN_GTID()'])('is not another borrower’s: %s', async (asks) => {
    const { world, lease } = await afterAnother()
    expect(await world.over(lease.query(asks))).toMatchObject({ failure: 'ERR_HOSTPOOL_UNSUPPORTED' })
    await world.over(lease.query('UPDATE t SET a = 1'))
    expect(await world.over(lease.query(asks))).toMatchObject({ failure: undefined })
  })

  it('is that of a statement without a generated key, and lost with its connection', async () => {
    const world = new SessionWorld({ connectionLimit: 2, host: 'a' })
    const lease = await world.lease()
    await world.over(lease.query('UPDATE t SET a = 1'))
    world.connection('a1').lose()
    await world.over(lease.query('SELECT 1'))
    expect(await world.over(lease.query('SELECT @@last_gtid'))).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
    // Where there was none it is not lost.
    expect(await world.over(lease.query('SELECT LAST_INSERT_ID()'))).toMatchObject({ failure: undefined })
  })
})

describe('a key that INSERT … RETURNING has generated where another borrower’s may be', () => {
  const asksKey = 'a1 SELECT CAST(LAST_INSERT_ID() AS CHAR) AS hostpool_key'
  const asks = 'SELECT LAST_INSERT_ID()'

  async function inserted(sql: string, rows: object[], key: string) {
    const { world, lease } = await afterAnother({ insertId: 7 })
    world.once(sql, rows)
    await world.over(lease.query(sql))
    world.sent.length = 0
    world.once('hostpool_key', [{ hostpool_key: key }])
    const { failure } = await world.over(lease.query(asks))
    return { world, lease, failure, sent: world.sent }
  }

  it.each([
    ['as a number', [{ id: 8 }], '8'],
    [
      'among others',
      [
        { name: 'a', id: 8 },
        { name: 'b', id: 9 },
      ],
      '8',
    ],
    ['as text', [{ id: '18446744073709551615' }], '18446744073709551615'],
  ])('is the lease’s when the session has the key that it was answered: %s', async (_how, rows, key) => {
    const { failure, sent, world, lease } = await inserted('INSERT INTO t (a) VALUES (2) RETURNING id', rows, key)
    expect(failure).toBeUndefined()
    expect(sent).toEqual([asksKey, `a1 ${asks}`])
    // Once is enough.
    await world.over(lease.query(asks))
    expect(sent).toHaveLength(3)
  })

  it.each([
    ['INSERT INTO t (id, a) VALUES (8, 2) RETURNING id', [{ id: 8 }]],
    ['INSERT IGNORE INTO t (a) VALUES (1) RETURNING id', []],
    ['DELETE FROM t WHERE a = 1 RETURNING id', [{ id: 7 }]],
    ['SELECT id FROM t WHERE a = 1 FOR UPDATE', [{ id: 7 }]],
  ])('is none after %s: the other borrower’s is forgotten', async (sql, rows) => {
    const { failure, sent } = await inserted(sql, rows, '7')
    expect(failure).toBeUndefined()
    expect(sent).toEqual([asksKey, 'a1 DO LAST_INSERT_ID(0)', `a1 ${asks}`])
  })

  it.each([
    ['the rows do not tell', 'INSERT INTO t (a) VALUES (2) RETURNING a', [{ a: 2 }]],
    [
      'the row may have been there before',
      'INSERT INTO t (a) VALUES (2) ON DUPLICATE KEY UPDATE a = 3 RETURNING id',
      [{ id: 7 }],
    ],
    ['a number is not exact', 'INSERT INTO t (a) VALUES (2) RETURNING id', [{ id: 2 ** 60 }]],
  ])('is refused to be told when %s', async (_why, sql, rows) => {
    const { failure, sent } = await inserted(sql, rows, '7')
    expect(failure).toBe('ERR_HOSTPOOL_UNSUPPORTED')
    expect(sent).toEqual([asksKey])
  })

  it('is the lease’s when it is beyond all that others can have left, whatever the rows tell', async () => {
    const { failure, sent } = await inserted('INSERT INTO t (a) VALUES (2) RETURNING a', [{ a: 2 }], '8')
    expect(failure).toBeUndefined()
    expect(sent).toEqual([asksKey, `a1 ${asks}`])
  })

  it('may be any when another borrower has left one that nothing tells of', async () => {
    const world = new SessionWorld({ connectionLimit: 1, host: 'a' })
    world.once('INSERT', [{ a: 1 }])
    await world.over(world.pool.query('INSERT INTO t VALUES (1) RETURNING a'))
    const lease = await world.lease()
    world.once('INSERT', [{ a: 2 }])
    await world.over(lease.query('INSERT INTO t VALUES (2) RETURNING a'))
    world.once('hostpool_key', [{ hostpool_key: '8' }])
    expect(await world.over(lease.query(asks))).toMatchObject({ failure: 'ERR_HOSTPOOL_UNSUPPORTED' })
  })

  const mayAsk = [
    'CALL p()',
    "EXECUTE IMMEDIATE 'SELECT LAST_INSERT_ID()'",
    'EXECUTE s',
    'SELECT mine()',
    'SHOW VARIABLES',
  ]

  it.each(mayAsk)('is another borrower’s before %s, which may ask for it: then it is forgotten', async (sql) => {
    const { world, lease } = await afterAnother({ insertId: 7 })
    world.once('ANALYZE', [{ Table: 't' }])
    await world.over(lease.query('ANALYZE TABLE t'))
    world.sent.length = 0
    world.once('hostpool_key', [{ hostpool_key: '7' }])
    expect(await world.over(lease.query(sql))).toMatchObject({ failure: undefined })
    expect(world.sent).toEqual([asksKey, 'a1 DO LAST_INSERT_ID(0)', `a1 ${sql}`])
  })

  it.each(mayAsk)('is the lease’s before %s, which may ask for it: then it is kept', async (sql) => {
    const { world, lease } = await afterAnother({ insertId: 7 })
    world.once('INSERT', [{ id: 8 }])
    await world.over(lease.query('INSERT INTO t VALUES (2) RETURNING id'))
    world.sent.length = 0
    world.once('hostpool_key', [{ hostpool_key: '8' }])
    expect(await world.over(lease.query(sql))).toMatchObject({ failure: undefined })
    expect(world.sent).toEqual([asksKey, `a1 ${sql}`])
  })

  it('is not asked for at the price of counts', async () => {
    const { world, lease } = await afterAnother({ insertId: 7 })
    world.once('INSERT', [{ id: 8 }])
    await world.over(lease.query('INSERT INTO t VALUES (2) RETURNING id'))
    const both = await world.over(lease.query('SELECT ROW_COUNT(), LAST_INSERT_ID()'))
    expect(both).toMatchObject({ failure: 'ERR_HOSTPOOL_UNSUPPORTED' })
  })

  it('is told beside a count by one text that counts', async () => {
    const { world, lease } = await afterAnother({ insertId: 7 })
    await world.over(lease.query('UPDATE t SET a = 1'))
    const sql = 'UPDATE t SET a = 2; SELECT ROW_COUNT(), LAST_INSERT_ID()'
    expect(await world.over(lease.query(sql))).toMatchObject({ failure: undefined })
    expect(world.sent).toEqual(['a1 UPDATE t SET a = 1', 'a1 DO LAST_INSERT_ID(0)', `a1 ${sql}`])
  })
})

describe('a lease whose kind of work has its share of the connections', () => {
  it('is not moved away from the connection on which its rows are counted', async () => {
    const world = new SessionWorld({ host: 'a', connectionLimit: 4 })
    const reader = await world.lease()
    await world.over(reader.query('SELECT a FROM t'))
    const writers = [await world.lease({ access: 'write' }), await world.lease({ access: 'write' })]
    // Writes that stall leave a part of the connections to reads.
    await world.rest(2_000)
    await world.over(world.pool.query('SELECT 1'))
    const third = world.outcome(world.pool.getConnection({ access: 'write', acquireTimeout: 100 }))
    await world.rest(200)
    expect(third.failure).toBe('ERR_HOSTPOOL_ACQUIRE_TIMEOUT')
    world.sent.length = 0
    await world.over(reader.query('UPDATE t SET a = 1'))
    expect(await world.over(reader.query('SELECT FOUND_ROWS()'))).toMatchObject({ failure: undefined })
    expect(world.sent).toEqual(['a1 UPDATE t SET a = 1', 'a1 SELECT FOUND_ROWS()'])
    for (const writer of writers) writer.release()
  })
})

it('a key that was lost with its connection is none of the next connection, where another borrower’s is forgotten first', async () => {
  const world = new SessionWorld({ host: 'a', connectionLimit: 1 })
  const lease = await world.lease()
  world.once('SET', 'is lost')
  expect(await world.over(lease.query('SET @v = 8'))).toMatchObject({ failure: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
  expect(await world.over(lease.query('EXECUTE s'))).toMatchObject({ failure: 'ERR_HOSTPOOL_HOST_LOST' })
  world.once('INSERT', { insertId: 5 })
  world.outcome(world.pool.query('INSERT INTO t VALUES (1)'))
  expect(await world.over(lease.query('EXECUTE s'))).toMatchObject({ failure: undefined })
  expect(world.sent.slice(-3).map((sql) => sql.slice(3))).toEqual([
    'INSERT INTO t VALUES (1)',
    'SELECT LAST_INSERT_ID(0) FROM (SELECT 1) AS t',
    'EXECUTE s',
  ])
})
