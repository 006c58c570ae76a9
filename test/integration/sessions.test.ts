import {
  createPool,
  type Lease,
  type Pool,
  type PoolOptions,
  type ResultSetHeader,
  type Row,
} from '@mysql-hostpool/core'
import { afterEach, describe, expect, it } from 'vitest'
import { access } from './setup/servers.js'

const CONNECTION = { host: access.hosts, user: access.user, password: access.password, database: access.database }

let pool: Pool | undefined

/**
 * A pool with one connection, so that two borrowers in a row surely meet on it. Its servers count as plain ones, whose sessions
 * are reset; on a Galera node a changed session is replaced.
 */
function single(options: PoolOptions = {}): Pool {
  pool = createPool({ ...CONNECTION, connectionLimit: 1, health: { probe: 'plain' }, ...options })
  return pool
}

async function value(from: Pick<Pool, 'query'>, sql: string): Promise<unknown> {
  const [rows] = await from.query(sql)
  return Object.values(rows[0] ?? {}).at(-1)
}

/** Which session a lease has: servers number theirs each for itself. */
function sessionOf({ host, threadId }: Lease): string {
  return `${host} #${threadId}`
}

/** What a borrower does, and what the next one on the same connection finds. */
async function nextFinds(
  dirty: (lease: Lease) => Promise<unknown>,
  sql: string,
  options?: PoolOptions,
): Promise<unknown> {
  const one = single(options)
  const lease = await one.getConnection()
  const session = sessionOf(lease)
  await dirty(lease)
  lease.release()
  const next = await one.getConnection()
  expect(sessionOf(next)).toBe(session)
  const found = await value(next, sql)
  next.release()
  return found
}

/** A statement that answers the numbers from 1 to a last one. */
function numbers(last: number): string {
  const digits =
    '(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)'
  const places = Array.from({ length: Math.ceil(Math.log10(last + 1)) }, (_, place) => place)
  const sum = places.map((place) => `p${place}.d * ${10 ** place}`).join(' + ')
  const tables = places.map((place) => `${digits} AS p${place}`).join(' CROSS JOIN ')
  return `SELECT ${sum} AS n FROM ${tables} WHERE ${sum} BETWEEN 1 AND ${last}`
}

afterEach(async () => {
  await pool?.end()
  pool = undefined
})

describe('a session is handed over clean', () => {
  it('an open transaction is rolled back', async () => {
    const one = single()
    await one.query('CREATE TABLE IF NOT EXISTS handover (id INT PRIMARY KEY)')
    await one.query('DELETE FROM handover')
    const lease = await one.getConnection()
    await lease.beginTransaction()
    await lease.query('INSERT INTO handover VALUES (1)')
    expect(lease.inTransaction).toBe(true)
    lease.release()
    const next = await one.getConnection()
    expect(next.inTransaction).toBe(false)
    next.release()
    expect(await value(one, 'SELECT COUNT(*) FROM handover')).toBe(0)
  })

  it('a transaction without autocommit is rolled back too', async () => {
    const one = single()
    await one.query('CREATE TABLE IF NOT EXISTS handover (id INT PRIMARY KEY)')
    await one.query('DELETE FROM handover')
    const lease = await one.getConnection()
    await lease.query('SET autocommit = 0')
    await lease.query('INSERT INTO handover VALUES (2)')
    lease.release()
    expect(await value(one, 'SELECT COUNT(*) FROM handover')).toBe(0)
    expect(await value(one, 'SELECT @@autocommit')).toBe(1)
  })

  it('a user variable set with SET is gone', async () => {
    expect(await nextFinds((lease) => lease.query('SET @mine = 1'), 'SELECT @mine')).toBeNull()
  })

  it('a user variable set inside a SELECT, which the server does not report, is gone', async () => {
    expect(await nextFinds((lease) => lease.query('SELECT @mine := 1'), 'SELECT @mine')).toBeNull()
  })

  it('a user variable set by SELECT … INTO is gone', async () => {
    expect(await nextFinds((lease) => lease.query('SELECT 7 INTO @mine'), 'SELECT @mine')).toBeNull()
  })

  it('a session variable has its default again', async () => {
    const dirty = (lease: Lease): Promise<unknown> => lease.query('SET SESSION sort_buffer_size = 65536')
    expect(await nextFinds(dirty, 'SELECT @@session.sort_buffer_size = @@global.sort_buffer_size')).toBe(1)
  })

  it('the time zone and the character set are the pool’s again', async () => {
    const dirty = async (lease: Lease): Promise<void> => {
      await lease.query("SET time_zone = '+05:00'")
      await lease.query('SET NAMES latin1')
    }
    const found = await nextFinds(
      dirty,
      'SELECT CONCAT(@@time_zone, " ", @@character_set_client, " ", @@collation_connection)',
    )
    expect(found).toBe('SYSTEM utf8mb4 utf8mb4_unicode_ci')
  })

  it('the schema is the pool’s again after a USE', async () => {
    expect(await nextFinds((lease) => lease.query('USE information_schema'), 'SELECT DATABASE()')).toBe(access.database)
  })

  it.each([
    'CREATE TEMPORARY TABLE only_mine (id INT)',
    // Servers do not report this one as a change of the session.
    'CREATE TEMPORARY TABLE only_mine (id INT) SELECT 1 AS id',
  ])('a temporary table is gone: %s', async (sql) => {
    for (const how of ['query', 'execute'] as const) {
      const one = single()
      const lease = await one.getConnection()
      await lease[how](sql)
      lease.release()
      await expect(one.query('SELECT * FROM only_mine')).rejects.toMatchObject({ errno: 1146 })
      await one.end()
    }
  })

  it('a named lock is free', async () => {
    const dirty = (lease: Lease): Promise<unknown> => lease.query("SELECT GET_LOCK('handover', 0)")
    expect(await nextFinds(dirty, "SELECT IS_FREE_LOCK('handover')")).toBe(1)
  })

  it('a table lock is free', async () => {
    const one = single()
    await one.query('CREATE TABLE IF NOT EXISTS handover_lock (id INT PRIMARY KEY)')
    const lease = await one.getConnection()
    await lease.query('LOCK TABLES handover_lock READ')
    lease.release()
    const [written] = await one.query<ResultSetHeader>('REPLACE INTO handover_lock VALUES (1)')
    expect(written.affectedRows).toBeGreaterThan(0)
  })

  it('a session that looks clean is reset all the same with resetOnRelease', async () => {
    const one = single({ resetOnRelease: true })
    await one.execute('SELECT 1')
    await one.execute('SELECT 1')
    // A reset drops prepared statements, so each had to be prepared anew.
    expect(await value(one, "SHOW SESSION STATUS LIKE 'Com_stmt_prepare'")).toBe('0')
  })

  it('a clean session costs no round trip: the server counts no statement but the borrower’s own', async () => {
    const one = single()
    const questions = "SHOW SESSION STATUS LIKE 'Questions'"
    const before = Number(await value(one, questions))
    for (let i = 0; i < 10; i += 1) await one.query('SELECT 1')
    expect(Number(await value(one, questions)) - before).toBe(11)
  })

  it('prepared statements leave the session clean, and stay prepared', async () => {
    const one = single()
    for (let i = 0; i < 5; i += 1) await one.execute('SELECT ? + 1 AS n', [i])
    const prepares = "SHOW SESSION STATUS LIKE 'Com_stmt_prepare'"
    expect(await value(one, prepares)).toBe('1')
  })

  it('a transaction with an isolation level of its own leaves nothing behind', async () => {
    const one = single()
    await one.transaction(async (tx) => void (await tx.query('SELECT 1')), { isolationLevel: 'SERIALIZABLE' })
    const lease = await one.getConnection()
    await lease.beginTransaction()
    expect(await value(lease, "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')")).toBe(
      'REPEATABLE-READ',
    )
    await lease.rollback()
    lease.release()
  })

  it('a lease that is given back with a statement under way is handed over when that has ended', async () => {
    const one = single()
    const lease = await one.getConnection()
    const slow = lease.query('SELECT SLEEP(0.3)')
    lease.release()
    expect(await value(one, 'SELECT 5')).toBe(5)
    await slow
  })

  it('what onConnect sets is there for every borrower, also after a reset', async () => {
    const options: PoolOptions = {
      onConnect: async (connection) => void (await connection.query("SET time_zone = '+03:00'")),
    }
    const found = await nextFinds(
      (lease) => lease.query('SET @mine = 1'),
      'SELECT CONCAT(@@time_zone, " ", @mine IS NULL)',
      options,
    )
    expect(found).toBe('+03:00 1')
  })
})

describe('a session on a Galera node', () => {
  it('is replaced when it was changed, and kept when it was not', async () => {
    const one = single({ health: { probe: 'galera' } })
    const first = await one.getConnection()
    const session = sessionOf(first)
    first.release()
    const second = await one.getConnection()
    expect(sessionOf(second)).toBe(session)
    await second.query('SET @mine = 1')
    second.release()
    const third = await one.getConnection()
    expect(sessionOf(third)).not.toBe(session)
    expect(await value(third, 'SELECT @mine')).toBeNull()
    third.release()
  })
})

describe('a borrowed connection', () => {
  it('withConnection gives back what it checked out, also when the work fails', async () => {
    const one = single()
    expect(await one.withConnection((connection) => value(connection, 'SELECT 7'))).toBe(7)
    const own = new Error('the application’s own')
    await expect(one.withConnection(() => Promise.reject(own))).rejects.toBe(own)
    expect(one.status()).toMatchObject({ inUse: 0, idle: 1 })
  })
})

describe('a statement that timed out', () => {
  it('takes its connection with it, and the next statement gets another', async () => {
    const one = single()
    const lease = await one.getConnection()
    const session = sessionOf(lease)
    await expect(lease.query({ sql: 'SELECT SLEEP(3)', timeout: 200 })).rejects.toMatchObject({
      code: 'PROTOCOL_SEQUENCE_TIMEOUT',
    })
    lease.release()
    const next = await one.getConnection()
    expect(sessionOf(next)).not.toBe(session)
    next.release()
  })
})

describe('decoding belongs to the borrower', () => {
  it('two borrowers of one connection read the same values each in their own way', async () => {
    const one = single()
    const sql = "SELECT CAST(9007199254740993 AS SIGNED) AS big, TIMESTAMP('2024-01-02 03:04:05') AS at, 1.50 AS price"
    const plain = await one.getConnection()
    const exact = {
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      rowsAsArray: true,
      decimalNumbers: true,
    }
    const [usual] = await plain.query(sql)
    plain.release()
    const other = await one.getConnection({ decoding: exact })
    const [strings] = await other.query(sql)
    other.release()
    const [again] = await one.query(sql)
    expect(usual[0]).toMatchObject({ big: 9_007_199_254_740_992, price: '1.50' })
    expect(usual[0]?.['at']).toBeInstanceOf(Date)
    expect(strings).toEqual([['9007199254740993', '2024-01-02 03:04:05', 1.5]])
    expect(again).toEqual(usual)
  })

  it('statements sent together on one connection are each decoded in their own way, and answered in their order', async () => {
    const one = single()
    const lease = await one.getConnection()
    const sql = "SELECT CAST('2024-05-06' AS DATE) AS day, CAST(1.10 AS DECIMAL(5,2)) AS price"
    const order: number[] = []
    const ways = [{}, { dateStrings: true }, { dateStrings: true, decimalNumbers: true }, {}, { dateStrings: true }]
    const answers = await Promise.all(
      ways.map(async (decoding, index) => {
        const [[row]] = await (index % 2 === 0 ? lease.query({ sql, decoding }) : lease.execute({ sql, decoding }))
        order.push(index)
        return row
      }),
    )
    lease.release()
    expect(answers.map((row) => typeof row?.['day'])).toEqual(['object', 'string', 'string', 'object', 'string'])
    expect(answers.map((row) => row?.['price'])).toEqual(['1.10', '1.10', 1.1, '1.10', '1.10'])
    expect(order).toEqual([0, 1, 2, 3, 4])
  })

  it('JSON can stay text for one and be parsed for another', async () => {
    const one = single()
    await one.query('CREATE TABLE IF NOT EXISTS decoding_json (id INT PRIMARY KEY, j JSON)')
    await one.query('REPLACE INTO decoding_json VALUES (1, \'{"a":1.0}\')')
    const [parsed] = await one.query('SELECT j FROM decoding_json')
    const [text] = await one.execute({ sql: 'SELECT j FROM decoding_json', decoding: { jsonStrings: true } })
    expect(parsed).toEqual([{ j: { a: 1 } }])
    expect(text).toEqual([{ j: expect.stringMatching(/^\{"a": ?1\.0\}$/) as unknown }])
  })
})

describe('a transaction', () => {
  it('is committed when its callback resolves and rolled back when it rejects', async () => {
    const one = single()
    await one.query('CREATE TABLE IF NOT EXISTS whole (id INT PRIMARY KEY)')
    await one.query('DELETE FROM whole')
    await one.transaction(async (tx) => void (await tx.query('INSERT INTO whole VALUES (1)')))
    const own = new Error('the application’s own')
    const failing = one.transaction(async (tx) => {
      await tx.query('INSERT INTO whole VALUES (2)')
      throw own
    })
    await expect(failing).rejects.toBe(own)
    expect(await value(one, 'SELECT GROUP_CONCAT(id) FROM whole')).toBe('1')
  })

  it('is run again as a whole after a deadlock when that was asked for', async () => {
    pool = createPool({ ...CONNECTION, connectionLimit: 4, selector: 'ordered' })
    const both = pool
    await both.query('CREATE TABLE IF NOT EXISTS deadlock (id INT PRIMARY KEY, v INT NOT NULL)')
    await both.query('REPLACE INTO deadlock VALUES (1, 0), (2, 0)')
    let runs = 0
    const work = (first: number, second: number): Promise<void> =>
      both.transaction(
        async (tx) => {
          runs += 1
          await tx.query('UPDATE deadlock SET v = v + 1 WHERE id = ?', [first])
          await tx.query('SELECT SLEEP(0.2)')
          await tx.query('UPDATE deadlock SET v = v + 1 WHERE id = ?', [second])
        },
        { retry: true },
      )
    await Promise.all([work(1, 2), work(2, 1)])
    expect(runs).toBeGreaterThan(2)
    const [rows] = await both.query('SELECT v FROM deadlock ORDER BY id')
    expect(rows).toEqual([{ v: 2 }, { v: 2 }])
  })
})

describe('a stream', () => {
  it('gives rows one by one with their columns first, and the connection serves again afterwards', async () => {
    const one = single()
    const lease = await one.getConnection()
    const stream = lease.stream(numbers(5000))
    let columns: unknown
    stream.on('fields', (fields: { name: string }[]) => {
      columns = fields.map((field) => field.name)
    })
    let sum = 0
    for await (const row of stream) sum += Number((row as Row)['n'])
    expect(columns).toEqual(['n'])
    expect(sum).toBe((5000 * 5001) / 2)
    lease.release()
    expect(await value(one, 'SELECT 1')).toBe(1)
  })

  it('that is left early does not hold up the next borrower', async () => {
    const one = single()
    const lease = await one.getConnection()
    for await (const row of lease.stream(numbers(1_000_000))) {
      expect(row).toHaveProperty('n')
      break
    }
    lease.release()
    expect(await value(one, 'SELECT 1')).toBe(1)
  })
})
