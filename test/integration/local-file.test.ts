import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

import { createPool, type Pool, type PoolOptions } from '@mysql-hostpool/core'
import { mysql2Pool } from '@mysql-hostpool/mysql2'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { directConnection, freshDatabase, type TestDatabase } from './setup/fresh-database.js'

let config: TestDatabase
let admin: Pool
let pool: Pool
/** What became of hosts. */
let suspected: string[]

beforeAll(async () => {
  config = await freshDatabase('local_file')
  // On the node that the tests load into: what another node writes is applied there later, and against whatever runs.
  const [host = ''] = config.host.split(',')
  admin = createPool({ ...config, host })
  await admin.query('CREATE TABLE loaded (id INT PRIMARY KEY, v VARCHAR(20))')
  await admin.query('CREATE TABLE weight (id INT AUTO_INCREMENT PRIMARY KEY, n INT)')
})

afterAll(() => admin?.end())

beforeEach(async () => {
  await admin.query('DELETE FROM loaded')
  await admin.query("INSERT INTO loaded VALUES (1, 'a')")
})

afterEach(() => pool?.end())

const LOAD = "LOAD DATA LOCAL INFILE 'rows' INTO TABLE loaded"

function open(infileStreamFactory?: (path: string) => Readable, options: PoolOptions = {}): Pool {
  const [host = ''] = config.host.split(',')
  const flags = ['LOCAL_FILES']
  pool = createPool({ ...config, host, connectionLimit: 1, flags, infileStreamFactory, ...options })
  suspected = []
  for (const event of ['hostSuspect', 'hostDown'] as const) {
    pool.on(event, ({ host, reason }) => void suspected.push(`${event} ${host}: ${reason}`))
  }
  return pool
}

async function rows(): Promise<string> {
  const [found] = await admin.query<{ id: number; v: string }[]>('SELECT id, v FROM loaded ORDER BY id')
  return found.map(({ id, v }) => `${id}${v}`).join(',')
}

const FAILED = { code: 'ERR_HOSTPOOL_LOCAL_FILE' }

describe('LOAD DATA LOCAL', () => {
  it.each([
    ['bytes', () => Readable.from([Buffer.from('7\té\n8\tz\n')])],
    ['text', () => Readable.from(['7\té\n', '8\tz\n'])],
  ])('loads %s', async (_, factory) => {
    open(factory)
    await pool.query(LOAD)
    expect(await rows()).toBe('1a,7é,8z')
    expect(await pool.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  it('loads in a transaction, which takes it back', async () => {
    open(() => Readable.from(['7\tx\n']))
    const lease = await pool.getConnection()
    await lease.beginTransaction()
    await lease.query(LOAD)
    await lease.query("UPDATE loaded SET v = 'b' WHERE id = 7")
    await lease.rollback()
    lease.release()
    expect(await rows()).toBe('1a')
  })

  it('loads far more than what fits a packet, from a file that comes in small pieces and in large ones', async () => {
    const line = `${'x'.repeat(19)}\n`
    const lines = Array.from({ length: 5_000 }, (_, index) => `${index + 100}\t${line}`).join('')
    for (const piece of [20, 100_000]) {
      open(() =>
        Readable.from((lines.match(new RegExp(`[^]{1,${piece}}`, 'g')) ?? []).map((part) => Buffer.from(part))),
      )
      await pool.query(LOAD)
      expect(await admin.query('SELECT COUNT(*) AS n FROM loaded')).toMatchObject([[{ n: 5_001 }], {}])
      await admin.query('DELETE FROM loaded WHERE id >= 100')
      await pool.end()
    }
  })

  it('by a prepared statement loads, or is refused as a whole', async () => {
    open(() => Readable.from(['7\tx\n']))
    const told = await pool.execute(LOAD).then(
      () => 'loaded',
      ({ errno }: { errno?: number }) => errno,
    )
    expect([told, await rows()]).toEqual(told === 'loaded' ? ['loaded', '1a,7x'] : [1295, '1a'])
    expect(await pool.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })

  it('of a statement that fails before it asks for the file opens none', async () => {
    let asked = 0
    open(() => {
      asked += 1
      return Readable.from([])
    })
    await expect(pool.query("LOAD DATA LOCAL INFILE 'rows' INTO TABLE missing")).rejects.toMatchObject({ errno: 1146 })
    expect(asked).toBe(0)
  })
})

describe('a local file that is not there, or not to be read', () => {
  const factory = (path: string): Readable => {
    if (path.includes('forbidden')) throw new Error('not a file of ours')
    return createReadStream(path)
  }

  it.each([
    ['/nonexistent/rows.csv', { code: 'ENOENT' }],
    ['forbidden.csv', { message: 'not a file of ours' }],
  ])('is told as what it is, and takes no host out of use: %s', async (file, cause) => {
    open(factory, { host: config.host, connectionLimit: 6 })
    const load = `LOAD DATA LOCAL INFILE '${file}' INTO TABLE loaded`
    await expect(pool.query(load)).rejects.toMatchObject({ ...FAILED, cause })
    await expect(mysql2Pool(pool).promise().query(load)).rejects.toMatchObject({ cause })
    expect(suspected).toEqual([])
    expect(await rows()).toBe('1a')
  })

  it('leaves a transaction as it was', async () => {
    open(factory)
    await pool.transaction(async (transaction) => {
      await transaction.query("UPDATE loaded SET v = 'b' WHERE id = 1")
      await expect(transaction.query("LOAD DATA LOCAL INFILE '/nonexistent' INTO TABLE loaded")).rejects.toMatchObject(
        FAILED,
      )
      await transaction.query("INSERT INTO loaded VALUES (2, 'c')")
    })
    expect(await rows()).toBe('1b,2c')
  })

  it('without a factory is refused with the option’s name', async () => {
    open()
    await expect(pool.query(LOAD)).rejects.toThrow('infileStreamFactory')
    expect(await pool.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })
})

describe('a stream that ends early', () => {
  it.each([
    [
      'after a row',
      () => {
        const stream = new Readable({ read: () => undefined })
        stream.push('7\tq\n')
        setTimeout(() => stream.destroy(), 30)
        return stream
      },
    ],
    ['before it is given', () => Readable.from(['8\tq\n']).destroy()],
  ])('ends the statement with an error, and the connection is there for the next: %s', async (_, factory) => {
    open(factory)
    const load = pool.query(LOAD)
    const next = pool.query('SELECT 1 AS one')
    await expect(load).rejects.toMatchObject(FAILED)
    expect(await next).toMatchObject([[{ one: 1 }], {}])
  })

  it('because the lease is destroyed does not end the process', async () => {
    const source = new Readable({ read: () => undefined })
    open(() => source)
    const lease = await pool.getConnection()
    const load = lease.query(LOAD)
    await delay(30)
    lease.destroy()
    await expect(load).rejects.toBeInstanceOf(Error)
    await delay(10)
    expect(source.destroyed).toBe(true)
  })
})

describe('as the victim of a deadlock', () => {
  it.each([
    ['is read to its end', { autoDestroy: false }],
    ['is read and destroyed', { autoDestroy: true }],
  ])('its caller is told, and its file is not asked for again: a stream that %s', async (_, options) => {
    await admin.query("INSERT INTO loaded VALUES (2, 'a')")
    let asked = 0
    const upload = Readable.from([Buffer.from('1\tq\n2\tq\n')], options)
    open(() => {
      asked += 1
      return upload
    })
    const [host = ''] = config.host.split(',')
    const rival = await directConnection(host)
    await rival.query(`USE \`${config.database}\``)
    await rival.beginTransaction()
    // What has changed less is what is given up.
    await rival.query('INSERT INTO weight (n) VALUES ?', [Array.from({ length: 200 }, (_, n) => [n])])
    await rival.query("UPDATE loaded SET v = 'r' WHERE id = 2")
    const load = pool.query("LOAD DATA LOCAL INFILE 'rows' REPLACE INTO TABLE loaded")
    const told = load.then(
      () => 'loaded',
      ({ errno }: { errno: number }) => errno,
    )
    await delay(150)
    await rival.query("UPDATE loaded SET v = 'r' WHERE id = 1")
    expect(await told).toBe(1213)
    await rival.rollback()
    await rival.end()
    expect(asked).toBe(1)
    expect(await rows()).toBe('1a,2a')
    expect(await pool.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], {}])
  })
})
