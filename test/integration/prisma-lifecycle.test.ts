import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { createPool } from '@mysql-hostpool/core'
import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { openPrismaDatabase, type PrismaDatabase } from './prisma/database.js'
import { PrismaClient } from './prisma/generated/client.js'
import { access } from './setup/servers.js'

let database: PrismaDatabase

beforeAll(async () => {
  database = await openPrismaDatabase('prisma_lifecycle')
})

afterAll(() => database[Symbol.asyncDispose]())

describe('a shared pool', () => {
  test('serves several clients within one limit, and none of them ends it', async () => {
    await using pool = createPool({ ...database.options, connectionLimit: 3 })
    const clients = [1, 2].map(() => new PrismaClient({ adapter: new PrismaHostpool(pool) }))
    let most = 0
    pool.on('connectionOpened', () => {
      most = Math.max(most, pool.status().total)
    })
    await Promise.all(clients.flatMap((client) => Array.from({ length: 20 }, () => client.author.count())))
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(3)
    const [first, second] = clients
    await first?.$disconnect()
    expect(pool.status().state).toBe('open')
    await expect(second?.author.count()).resolves.toBe(0)
    await second?.$disconnect()
    await expect(pool.query('SELECT 1 AS one')).resolves.toMatchObject([[{ one: 1 }], expect.anything()])
  })

  test('is decoded for each borrower in its own way', async () => {
    const { pool, prisma } = database
    const sql =
      "SELECT 9007199254740993 AS big, TIMESTAMP '2024-01-02 03:04:05' AS at, CAST(1.5 AS DECIMAL(3, 1)) AS half"
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, index) =>
        index % 2 === 0 ? prisma.$queryRawUnsafe<object[]>(sql) : (await pool.query(sql))[0],
      ),
    )
    const prismas = { big: 9_007_199_254_740_993n, at: new Date('2024-01-02T03:04:05Z') }
    const plain = { big: 9_007_199_254_740_992, at: expect.any(Date), half: '1.5' }
    expect(answers.map(([row]) => row)).toMatchObject(answers.map((_, index) => (index % 2 === 0 ? prismas : plain)))
  })
})

describe('an owned pool', () => {
  test('is ended by $disconnect() and made anew by what follows', async () => {
    // Connections are numbered by each host for itself.
    const [host = ''] = access.hosts.split(',')
    const options = { ...database.options, host }
    await using watcher = createPool(options)
    const client = new PrismaClient({ adapter: new PrismaHostpool(options) })
    const connection = async () => {
      const [row] = await client.$queryRaw<{ id: bigint }[]>`SELECT CONNECTION_ID() AS id`
      return row?.id ?? 0n
    }
    const isOpen = async (id: bigint) => {
      const [rows] = await watcher.query('SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ?', [id])
      return rows.length > 0
    }
    const before = await connection()
    expect(await isOpen(before)).toBe(true)
    await client.$disconnect()
    await expect.poll(() => isOpen(before), { timeout: 5_000 }).toBe(false)
    expect(await isOpen(await connection())).toBe(true)
    await client.$disconnect()
  })

  test('takes a URL, its sessions in UTC as well', async () => {
    const { hosts, user, password } = access
    const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
    const url = `mysql://${account}@${hosts}/${database.options.database}?connectionLimit=2`
    const client = new PrismaClient({ adapter: new PrismaHostpool(url) })
    await expect(client.author.count()).resolves.toBe(0)
    await expect(client.$queryRaw`SELECT @@session.time_zone AS zone`).resolves.toEqual([{ zone: '+00:00' }])
    await client.$disconnect()
  })

  test('refuses a wrong config at once, by name', () => {
    expect(() => new PrismaHostpool({ ...database.options, connectionLimit: 0 })).toThrow(
      expect.objectContaining({ code: 'ERR_HOSTPOOL_CONFIG', message: expect.stringContaining('connectionLimit') }),
    )
  })
})

describe('the time zone of the session', () => {
  const moment = new Date('2024-07-01T10:20:30.456Z')

  test('of a shared pool is left alone, and TIMESTAMPs are still right both ways', async () => {
    const { sessionVariables } = database.options
    await using pool = createPool({
      ...database.options,
      sessionVariables: { ...sessionVariables, time_zone: '+05:30' },
    })
    const client = new PrismaClient({ adapter: new PrismaHostpool(pool) })
    const { id } = await client.everything.create({ data: { timestamp: moment, datetime: moment } })
    const found = await client.everything.findFirst({ where: { id, timestamp: moment, datetime: moment } })
    expect(found).toMatchObject({ timestamp: moment, datetime: moment })
    const inTransaction = await client.$transaction((tx) => tx.everything.findUniqueOrThrow({ where: { id } }))
    expect(inTransaction.timestamp).toEqual(moment)
    const [rows] = await pool.query({
      sql: 'SELECT `timestamp`, `datetime`, @@session.time_zone AS zone FROM Everything WHERE id = ?',
      values: [id],
      decoding: { dateStrings: true },
    })
    expect(rows).toEqual([
      { timestamp: '2024-07-01 15:50:30.456', datetime: '2024-07-01 10:20:30.456', zone: '+05:30' },
    ])
    await client.$disconnect()
  })

  test('of an owned pool that names its own zone stays, and TIMESTAMPs are right all the same', async () => {
    const { sessionVariables } = database.options
    const own = { ...database.options, sessionVariables: { ...sessionVariables, time_zone: '-03:00' } }
    const client = new PrismaClient({ adapter: new PrismaHostpool(own) })
    const { id } = await client.everything.create({ data: { timestamp: moment } })
    await expect(client.everything.findUniqueOrThrow({ where: { id } })).resolves.toMatchObject({ timestamp: moment })
    await client.$disconnect()
    const [rows] = await database.pool.query({
      sql: 'SELECT UNIX_TIMESTAMP(`timestamp`) AS seconds FROM Everything WHERE id = ?',
      values: [id],
      decoding: { decimalNumbers: true },
    })
    expect(rows).toEqual([{ seconds: moment.getTime() / 1000 }])
  })

  test('of an owned pool is UTC, whatever the server has', async () => {
    const client = new PrismaClient({ adapter: new PrismaHostpool(database.options) })
    await expect(client.$queryRaw`SELECT @@session.time_zone AS zone`).resolves.toEqual([{ zone: '+00:00' }])
    await client.$disconnect()
  })
})

test('a program in CommonJS can require the package and a client that was generated for CommonJS', async () => {
  const { hosts, user, password } = access
  const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  const program = fileURLToPath(new URL('prisma/commonjs/consumer.cjs', import.meta.url))
  const url = `mysql://${account}@${hosts}/${database.options.database}`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, url], { timeout: 25_000 })
  expect(JSON.parse(stdout)).toEqual({ email: 'from CommonJS', isKnown: true, hasOriginal: true })
  expect(stderr).toBe('')
  await database.prisma.author.deleteMany()
})
