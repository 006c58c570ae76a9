import { createPool, isHostpoolError, type PoolOptions } from '@mysql-hostpool/core'
import { originalError, PrismaHostpool } from '@mysql-hostpool/prisma'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { openPrismaDatabase, type PrismaDatabase } from './prisma/database.js'
import { PrismaClient } from './prisma/generated/client.js'
import { directConnection } from './setup/fresh-database.js'
import { describeWithFaults, faultyCluster } from './setup/servers.js'

let database: PrismaDatabase
let prisma: PrismaClient

beforeAll(async () => {
  database = await openPrismaDatabase('prisma_errors')
  prisma = database.prisma
  await prisma.author.create({ data: { id: 1, email: 'taken' } })
})

afterAll(() => database[Symbol.asyncDispose]())

describe('errors of statements', () => {
  test('a duplicate key is P2002 and names the key', async () => {
    await expect(prisma.author.create({ data: { email: 'taken' } })).rejects.toMatchObject({
      code: 'P2002',
      message: expect.stringContaining('Author_email_key'),
    })
  })

  // MariaDB's message names no table. Twice: a statement that its connection knows goes another way.
  test.each(['the first time', 'and again'])(
    'a duplicate key of a nested write names the model that it is in, %s',
    async () => {
      const author = { create: { id: 1, email: `new ${Math.random()}` } }
      await expect(prisma.book.create({ data: { title: 'a', author } })).rejects.toMatchObject({
        code: 'P2002',
        meta: { modelName: 'Author' },
      })
    },
  )

  test('a missing parent is P2003 and names the column', async () => {
    await expect(prisma.book.create({ data: { title: 'a', authorId: 999 } })).rejects.toMatchObject({
      code: 'P2003',
      message: expect.stringContaining('`authorId`'),
    })
  })

  test('a text that is too long is P2000 and names the column', async () => {
    await expect(prisma.book.create({ data: { title: 'far too long', authorId: 1 } })).rejects.toMatchObject({
      code: 'P2000',
      message: expect.stringContaining('title'),
    })
  })

  test('a number that is too large is P2020', async () => {
    await expect(prisma.everything.create({ data: { tiny: 1000 } })).rejects.toMatchObject({ code: 'P2020' })
  })

  test('a missing table is P2021, a missing column P2022', async () => {
    await prisma.$executeRaw`DROP TABLE _BookToTag`
    await expect(prisma.tag.findMany({ include: { books: true } })).rejects.toMatchObject({ code: 'P2021' })
    await prisma.$executeRaw`ALTER TABLE Tag DROP COLUMN name`
    await expect(prisma.tag.findMany()).rejects.toMatchObject({ code: 'P2022' })
  })

  test('a lock that somebody else keeps is P2034, which applications try again', async () => {
    await using holder = await database.pool.getConnection({ access: 'write' })
    await using other = createPool({ ...database.options, host: holder.host, connectionLimit: 1 })
    const contender = new PrismaClient({ adapter: new PrismaHostpool(other) })
    await contender.$executeRaw`SET SESSION innodb_lock_wait_timeout = 1`
    await holder.beginTransaction()
    await holder.query("UPDATE Author SET name = 'x' WHERE id = 1")
    const attempt = contender.$transaction(
      async (tx) => {
        await tx.$executeRaw`SET SESSION innodb_lock_wait_timeout = 1`
        await tx.author.update({ where: { id: 1 }, data: { name: 'y' } })
      },
      { timeout: 20_000 },
    )
    await expect(attempt).rejects.toMatchObject({ code: 'P2034' })
    await holder.rollback()
    await contender.$disconnect()
  })
})

/** Asks a client on a pool of these options, connecting it first or not, and gives the error. */
async function failure(options: PoolOptions, connect: boolean): Promise<unknown> {
  const client = new PrismaClient({ adapter: new PrismaHostpool({ ...database.options, ...options }) })
  try {
    await (connect ? client.$connect() : client.author.count())
    return undefined
  } catch (error) {
    return error
  } finally {
    await client.$disconnect()
  }
}

describe('errors of connecting', () => {
  const cases: [string, PoolOptions, string][] = [
    ['a wrong password', { password: 'wrong' }, 'P1000'],
    ['a missing database', { database: 'prisma_nowhere' }, 'P1003'],
    ['a port where nobody listens', { host: '127.0.0.1:1' }, 'P1001'],
    ['a host that has no name', { host: 'no-such-host.invalid' }, 'P1001'],
    ['TLS where the server has none', { ssl: true }, 'P1011'],
  ]

  test.each(cases)('%s, at the first query', async (_, options, code) => {
    expect(await failure(options, false)).toMatchObject({ name: 'PrismaClientKnownRequestError', code })
  })

  test.each(cases)('%s, at $connect()', async (_, options, code) => {
    expect(await failure(options, true)).toMatchObject({ code })
  })

  test('the password is in none of it', async () => {
    const error = await failure({ password: 'very-secret-word' }, false)
    expect(JSON.stringify(error) + String(error)).not.toContain('very-secret-word')
  })

  test('a pool that has nothing free is P2037, with the state of the pool', async () => {
    await using pool = createPool({ ...database.options, connectionLimit: 1, acquireTimeout: 100 })
    const client = new PrismaClient({ adapter: new PrismaHostpool(pool) })
    await client.$connect()
    const lease = await pool.getConnection()
    await expect(client.author.count()).rejects.toMatchObject({
      code: 'P2037',
      message: expect.stringContaining('in use'),
    })
    lease.release()
    await expect(client.author.count()).resolves.toBe(1)
    await client.$disconnect()
  })

  test('a connection that is killed inside a transaction is P1017, and nothing of it stays', async () => {
    const attempt = prisma.$transaction(async (tx) => {
      await tx.author.create({ data: { email: 'lost' } })
      const [row] = await tx.$queryRaw<{ id: bigint; host: string }[]>`
        SELECT CONNECTION_ID() AS id, CONCAT(@@bind_address, ':', @@port) AS host`
      const killer = await directConnection(String(row?.host))
      await killer.query(`KILL ${row?.id}`)
      await killer.end()
      await tx.author.count()
    })
    const error = await attempt.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'P1017' })
    expect(originalError(error)).toMatchObject({ code: 'ERR_HOSTPOOL_HOST_LOST', host: expect.any(String) })
    await expect(prisma.author.count({ where: { email: 'lost' } })).resolves.toBe(0)
  })

  test('a connection that is killed under a write is P1017 too, and says that its outcome is not known', async () => {
    await using holder = await database.pool.getConnection({ access: 'write' })
    await using pool = createPool({ ...database.options, host: holder.host, connectionLimit: 1 })
    const client = new PrismaClient({ adapter: new PrismaHostpool(pool) })
    await client.$connect()
    await holder.beginTransaction()
    await holder.query("UPDATE Author SET name = 'held' WHERE id = 1")
    const write = client.author.updateMany({ data: { name: 'unknown' } }).catch((reason: unknown) => reason)
    const find = async () => {
      const [rows] = await holder.query<{ id: number }[]>(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = ? AND INFO LIKE 'UPDATE%'",
        [database.options.database],
      )
      return rows[0]?.id
    }
    await expect.poll(find, { timeout: 10_000 }).toEqual(expect.any(Number))
    const killer = await directConnection(holder.host)
    await killer.query(`KILL ${await find()}`)
    await killer.end()
    const error = await write
    await holder.rollback()
    expect(error).toMatchObject({ code: 'P1017' })
    const original = originalError(error)
    expect(isHostpoolError(original) && original.code).toBe('ERR_HOSTPOOL_OUTCOME_UNKNOWN')
    await client.$disconnect()
  })

  test('a database that the user may not use is P1010', async () => {
    const user = `${database.options.database.slice(0, 24)}_guest`
    await database.pool.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'guest'`)
    try {
      expect(await failure({ user, password: 'guest' }, false)).toMatchObject({ code: 'P1010' })
    } finally {
      await database.pool.query(`DROP USER '${user}'@'%'`)
    }
  })

  test('an error that is no error of a database has no other behind it', () => {
    expect(originalError(new Error('mine'))).toBeUndefined()
    expect(originalError(undefined)).toBeUndefined()
  })
})

describeWithFaults('a node that rejects queries', () => {
  afterEach(() => faultyCluster().heal())

  /** Makes the node under a transaction refuse everything, as one does that has left its cluster. */
  async function refuse(tx: Pick<PrismaClient, '$queryRaw'>): Promise<void> {
    const [row] = await tx.$queryRaw<{ host: string; port: bigint }[]>`SELECT @@bind_address AS host, @@port AS port`
    const node = faultyCluster().nodes.find(({ address }) => address === `${row?.host}:${row?.port}`)
    await node?.rejectQueries('ALL')
  }

  test('is P2034 inside of a transaction, which applications try again, and passed by outside of one', async () => {
    const attempt = prisma.$transaction(async (tx) => {
      await tx.author.create({ data: { email: 'refused' } })
      await refuse(tx)
      await tx.author.count()
    })
    await expect(attempt).rejects.toMatchObject({ code: 'P2034' })
    await expect(prisma.author.count({ where: { email: 'refused' } })).resolves.toBe(0)
  })
})
