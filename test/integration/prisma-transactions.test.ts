import { EventEmitter, once } from 'node:events'

import { createPool } from '@mysql-hostpool/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { openPrismaDatabase, type PrismaDatabase } from './prisma/database.js'
import { Prisma, type PrismaClient } from './prisma/generated/client.js'

let database: PrismaDatabase
let prisma: PrismaClient

beforeAll(async () => {
  database = await openPrismaDatabase('prisma_transactions')
  prisma = database.prisma
})

afterAll(() => database[Symbol.asyncDispose]())

beforeEach(async () => {
  await prisma.author.deleteMany()
})

/** Transactions that are open on any host for this test's database user and database. */
async function openTransactions(): Promise<number> {
  const { hosts } = database.pool.status()
  let open = 0
  for (const { name } of hosts) {
    await using single = createPool({ ...database.options, host: name })
    const [rows] = await single.query<{ open: number }[]>(
      `SELECT COUNT(*) AS open FROM information_schema.INNODB_TRX AS t
        JOIN information_schema.PROCESSLIST AS p ON p.ID = t.trx_mysql_thread_id
        WHERE p.DB = ? AND p.ID <> CONNECTION_ID()`,
      [database.options.database],
    )
    open += rows[0]?.open ?? 0
  }
  return open
}

async function expectNothingOpen(): Promise<void> {
  await expect.poll(() => database.pool.status().inUse, { timeout: 5_000 }).toBe(0)
  await expect.poll(openTransactions, { timeout: 5_000 }).toBe(0)
}

describe('interactive transactions', () => {
  test('what resolves is committed', async () => {
    const count = await prisma.$transaction(async (tx) => {
      await tx.author.create({ data: { email: 'a' } })
      await tx.author.create({ data: { email: 'b' } })
      return tx.author.count()
    })
    expect(count).toBe(2)
    await expect(prisma.author.count()).resolves.toBe(2)
    await expectNothingOpen()
  })

  test('what rejects is rolled back, and its error comes out unchanged', async () => {
    const reason = new Error('changed my mind')
    const attempt = prisma.$transaction(async (tx) => {
      await tx.author.create({ data: { email: 'a' } })
      throw reason
    })
    await expect(attempt).rejects.toBe(reason)
    await expect(prisma.author.count()).resolves.toBe(0)
    await expectNothingOpen()
  })

  test('after an error of one statement the others can still be committed', async () => {
    await prisma.$transaction(async (tx) => {
      await tx.author.create({ data: { email: 'a' } })
      await expect(tx.author.create({ data: { email: 'a' } })).rejects.toMatchObject({ code: 'P2002' })
      await tx.author.create({ data: { email: 'b' } })
    })
    await expect(prisma.author.count()).resolves.toBe(2)
  })

  test('statements sent at once all run, inside the transaction', async () => {
    const attempt = prisma.$transaction(async (tx) => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => tx.author.create({ data: { email: `${index}` } })))
      const connections = await Promise.all(
        Array.from({ length: 5 }, () => tx.$queryRaw<{ id: bigint }[]>`SELECT CONNECTION_ID() AS id`),
      )
      expect(new Set(connections.map(([row]) => row?.id)).size).toBe(1)
      expect(await tx.author.count()).toBe(20)
      throw new Error('undo')
    })
    await expect(attempt).rejects.toThrow('undo')
    await expect(prisma.author.count()).resolves.toBe(0)
  })

  test('changes are not seen outside before they are committed', async () => {
    await prisma.$transaction(async (tx) => {
      await tx.author.create({ data: { email: 'a' } })
      await expect(prisma.author.count()).resolves.toBe(0)
    })
    await expect(prisma.author.count()).resolves.toBe(1)
  })

  test.each([
    [Prisma.TransactionIsolationLevel.ReadUncommitted, 'READ-UNCOMMITTED'],
    [Prisma.TransactionIsolationLevel.ReadCommitted, 'READ-COMMITTED'],
    [Prisma.TransactionIsolationLevel.RepeatableRead, 'REPEATABLE-READ'],
    [Prisma.TransactionIsolationLevel.Serializable, 'SERIALIZABLE'],
  ])('%s is what the server runs it with', async (isolationLevel, level) => {
    await prisma.$transaction(
      async (tx) => {
        await tx.author.count()
        const seen = async () => {
          const [row] = await tx.$queryRaw<{ level: string }[]>`
            SELECT trx_isolation_level AS level FROM information_schema.INNODB_TRX
              WHERE trx_mysql_thread_id = CONNECTION_ID()`
          return row?.level.replace(' ', '-')
        }
        // InnoDB shows this table as it was up to 100 ms ago.
        await expect.poll(seen, { interval: 150, timeout: 3_000 }).toBe(level)
      },
      { isolationLevel },
    )
    // It was for that transaction alone.
    const [variable] = await prisma.$queryRaw<{ Value: string }[]>`
      SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')`
    expect(variable?.Value).toBe('REPEATABLE-READ')
  })

  test('a transaction that takes longer than its timeout is rolled back and leaves nothing open', async () => {
    const attempt = prisma.$transaction(
      async (tx) => {
        await tx.author.create({ data: { email: 'a' } })
        await new Promise((resolve) => setTimeout(resolve, 500))
        await tx.author.create({ data: { email: 'b' } })
      },
      { timeout: 100 },
    )
    await expect(attempt).rejects.toMatchObject({ code: 'P2028' })
    await expectNothingOpen()
    await expect(prisma.author.count()).resolves.toBe(0)
  })

  test('also when a statement is under way at that moment', async () => {
    const attempt = prisma.$transaction(
      async (tx) => {
        await tx.author.create({ data: { email: 'a' } })
        await tx.$queryRaw`SELECT SLEEP(0.5)`
        await tx.author.create({ data: { email: 'b' } })
      },
      { timeout: 100 },
    )
    await expect(attempt).rejects.toMatchObject({ code: 'P2028' })
    await expectNothingOpen()
    await expect(prisma.author.count()).resolves.toBe(0)
  })

  test('a start that outlives maxWait gives its connection back', async () => {
    const leases = await Promise.all(Array.from({ length: 6 }, () => database.pool.getConnection({ access: 'write' })))
    const attempt = prisma.$transaction((tx) => tx.author.count(), { maxWait: 50 })
    await expect(attempt).rejects.toMatchObject({ code: 'P2028' })
    for (const lease of leases) lease.release()
    await expectNothingOpen()
    await expect(prisma.$transaction((tx) => tx.author.count())).resolves.toBe(0)
  })
})

describe('savepoints', () => {
  type Nesting = { $transaction: <T>(work: (tx: PrismaClient) => Promise<T>) => Promise<T> }

  test('an inner transaction that fails takes only its own changes with it', async () => {
    await prisma.$transaction(async (tx) => {
      await tx.author.create({ data: { email: 'outer' } })
      const nesting = tx as unknown as Nesting
      const inner = nesting.$transaction(async (nested) => {
        await nested.author.create({ data: { email: 'inner' } })
        throw new Error('inner')
      })
      await expect(inner).rejects.toThrow('inner')
      await nesting.$transaction((nested) => nested.author.create({ data: { email: 'kept' } }))
    })
    const authors = await prisma.author.findMany({ orderBy: { email: 'asc' } })
    expect(authors.map(({ email }) => email)).toEqual(['kept', 'outer'])
  })
})

describe('batches', () => {
  test('are committed as a whole', async () => {
    const [first, second, count] = await prisma.$transaction([
      prisma.author.create({ data: { email: 'a' } }),
      prisma.author.create({ data: { email: 'b' } }),
      prisma.author.count(),
    ])
    expect([first.email, second.email, count]).toEqual(['a', 'b', 2])
  })

  test('are rolled back as a whole', async () => {
    const batch = prisma.$transaction([
      prisma.author.create({ data: { email: 'a' } }),
      prisma.$executeRaw`INSERT INTO Author (email) VALUES (${'b'})`,
      prisma.author.create({ data: { email: 'a' } }),
    ])
    await expect(batch).rejects.toMatchObject({ code: 'P2002' })
    await expect(prisma.author.count()).resolves.toBe(0)
    await expectNothingOpen()
  })
})

describe('conflicts', () => {
  test('a deadlock is P2034, and what the application catches cannot be committed by halves', async () => {
    await prisma.author.createMany({ data: [{ email: 'a' }, { email: 'b' }] })
    // Two transactions, each on what the other has: on one host a deadlock, on two a failed certification.
    const meeting = new EventEmitter()
    const bothThere = Promise.all([once(meeting, 'a'), once(meeting, 'b')])
    const crossed = (first: string, second: string) =>
      prisma.$transaction(async (tx) => {
        await tx.author.update({ where: { email: first }, data: { name: first } })
        meeting.emit(first)
        await bothThere
        await tx.author.update({ where: { email: second }, data: { name: first } }).catch(() => undefined)
        await tx.author.create({ data: { email: `by ${first}` } }).catch(() => undefined)
      })
    const results = await Promise.allSettled([crossed('a', 'b'), crossed('b', 'a')])
    const failed = results.filter((result) => result.status === 'rejected')
    expect(failed).toHaveLength(1)
    expect(failed[0]?.reason).toMatchObject({ code: 'P2034' })
    const authors = await prisma.author.findMany({ orderBy: { email: 'asc' } })
    const winner = results[0]?.status === 'fulfilled' ? 'a' : 'b'
    expect(authors.map(({ email, name }) => [email, name])).toEqual([
      ['a', winner],
      ['b', winner],
      [`by ${winner}`, null],
    ])
    await expectNothingOpen()
  })
})
