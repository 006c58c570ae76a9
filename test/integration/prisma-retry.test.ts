import { EventEmitter, once } from 'node:events'

import { createPool } from '@mysql-hostpool/core'
import { originalError, PrismaHostpool, retryTransactions, type TransactionRetry } from '@mysql-hostpool/prisma'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'

import { openPrismaDatabase, type PrismaDatabase } from './prisma/database.js'
import { type Author, PrismaClient } from './prisma/generated/client.js'
import { directConnection } from './setup/fresh-database.js'
import { access, describeWithFaults, faultyCluster } from './setup/servers.js'
import { TcpProxy } from './setup/tcp-proxy.js'

let database: PrismaDatabase
let prisma: PrismaClient
let retries: TransactionRetry[]

beforeAll(async () => {
  database = await openPrismaDatabase('prisma_retry')
  prisma = database.prisma
  // As one does whose handler swallows a deadlock.
  await database.pool.query('CREATE PROCEDURE gives_up() ROLLBACK')
})

afterAll(() => database[Symbol.asyncDispose]())

beforeEach(async () => {
  retries = []
  await prisma.book.deleteMany()
  await prisma.author.deleteMany()
  await prisma.author.createMany({ data: [{ email: 'a' }, { email: 'b' }] })
})

const onRetry = (retry: TransactionRetry): void => void retries.push(retry)

/** The type that the extension leaves to a client: its own. */
function retrying(client: PrismaClient) {
  return client.$extends(retryTransactions({ onRetry }))
}

/** A door to one host, which can break a connection. */
async function openProxy(): Promise<TcpProxy & AsyncDisposable> {
  const proxy = await TcpProxy.open(access.hosts.split(',')[0] ?? '')
  return Object.assign(proxy, { [Symbol.asyncDispose]: () => proxy.shut() })
}

/** Ends the connection that a transaction runs on, from another one. */
async function loseConnection(tx: Pick<PrismaClient, '$queryRaw'>): Promise<void> {
  const [row] = await tx.$queryRaw<{ id: bigint; host: string; port: bigint }[]>`
    SELECT CONNECTION_ID() AS id, @@bind_address AS host, @@port AS port`
  const killer = await directConnection(`${row?.host}:${row?.port}`)
  await killer.query(`KILL ${row?.id}`)
  await killer.end()
}

describe('a transaction that was undone', () => {
  test('by a deadlock, or a failed certification, is run again until it is committed', async () => {
    const client = retrying(prisma)
    // Each has the row that the other one wants; only in their first run do they wait for each other.
    const meeting = new EventEmitter()
    const bothThere = Promise.all([once(meeting, 'a'), once(meeting, 'b')])
    const crossed = (first: string, second: string) =>
      client.$transaction(async (tx) => {
        await tx.author.update({ where: { email: first }, data: { name: first } })
        meeting.emit(first)
        await bothThere
        await tx.author.update({ where: { email: second }, data: { name: first } })
        await tx.author.create({ data: { email: `by ${first}` } })
        return first
      })
    await expect(Promise.all([crossed('a', 'b'), crossed('b', 'a')])).resolves.toEqual(['a', 'b'])
    expect(retries.length).toBeGreaterThanOrEqual(1)
    expect(retries[0]?.error).toMatchObject({ code: 'P2034' })
    const authors = await prisma.author.findMany({ orderBy: { email: 'asc' } })
    expect(authors.map(({ email }) => email)).toEqual(['a', 'b', 'by a', 'by b'])
    expect(new Set(authors.slice(0, 2).map(({ name }) => name)).size).toBe(1)
  })

  test('because its connection was lost is run again on another one', async () => {
    let runs = 0
    const created = await retrying(prisma).$transaction(async (tx) => {
      runs += 1
      const author = await tx.author.create({ data: { email: `run ${runs}` } })
      if (runs === 1) await loseConnection(tx)
      await tx.author.count()
      return author
    })
    expect(created.email).toBe('run 2')
    expect(retries).toMatchObject([{ attempt: 1, error: { code: 'P1017' } }])
    await expect(prisma.author.count({ where: { email: { startsWith: 'run' } } })).resolves.toBe(1)
  })

  test('in a raw query, whose errors have a code of their own, is run again too', async () => {
    let runs = 0
    await retrying(prisma).$transaction(async (tx) => {
      runs += 1
      if (runs === 1) await loseConnection(tx)
      await tx.$executeRaw`UPDATE Author SET name = 'raw'`
    })
    expect(runs).toBe(2)
    await expect(prisma.author.count({ where: { name: 'raw' } })).resolves.toBe(2)
  })

  test('as a list is run again as a list', async () => {
    await using holder = await database.pool.getConnection({ access: 'write' })
    await using one = createPool({
      ...database.options,
      host: holder.host,
      connectionLimit: 1,
      sessionVariables: { ...database.options.sessionVariables, innodb_lock_wait_timeout: 1 },
    })
    await holder.beginTransaction()
    await holder.query("UPDATE Author SET name = 'held' WHERE email = 'b'")
    const client = new PrismaClient({ adapter: new PrismaHostpool(one) }).$extends(
      retryTransactions({ onRetry: () => void holder.rollback(), firstPause: 200 }),
    )
    const [a, b] = await client.$transaction([
      client.author.create({ data: { email: 'c' } }),
      client.author.update({ where: { email: 'b' }, data: { name: 'listed' } }),
    ])
    expect([a.email, b.name]).toEqual(['c', 'listed'])
    await expect(prisma.author.count()).resolves.toBe(3)
    await client.$disconnect()
  })
})

describe('an operation outside of a transaction', () => {
  test('with nested writes, of which thirty change one row, is run again until each is there once', async () => {
    const client = retrying(prisma)
    const numbers = Array.from({ length: 30 }, (_, number) => number)
    await Promise.all(
      numbers.map((number) =>
        client.author.update({
          where: { email: 'a' },
          data: { name: `by ${number}`, books: { create: { title: `book ${number}` } } },
        }),
      ),
    )
    // The node that counts may still have to apply what another one has committed.
    await expect.poll(() => prisma.book.count()).toBe(30)
    const books = await prisma.book.groupBy({ by: ['title'], _count: true })
    expect(books).toHaveLength(30)
  })

  test('of a single statement, of which thirty change one row, is run again too', async () => {
    const client = retrying(prisma)
    const numbers = Array.from({ length: 30 }, (_, number) => number)
    const counts = await Promise.all(
      numbers.map((number) => client.author.updateMany({ where: { email: 'a' }, data: { name: `by ${number}` } })),
    )
    expect(counts).toEqual(numbers.map(() => ({ count: 1 })))
  })

  /** Creates an author with a profile through a door that breaks the connection at a certain statement. */
  async function createThroughDoor(cutAt: string): Promise<unknown> {
    await using proxy = await openProxy()
    await using one = createPool({ ...database.options, host: proxy.address, retryReads: false })
    const client = new PrismaClient({ adapter: new PrismaHostpool(one) })
    await client.author.count()
    proxy.cutAt = cutAt
    const told: unknown = await retrying(client)
      .author.create({ data: { email: 'cut', profile: { create: { bio: 'short' } } } })
      .catch((error: unknown) => error)
    await client.$disconnect()
    return told
  }

  const whatIsThere = () => prisma.author.findMany({ where: { email: 'cut' }, include: { profile: true } })

  test('is run again when its connection breaks before COMMIT', async () => {
    const told = (await createThroughDoor('INSERT INTO `')) as Author
    expect(retries).toMatchObject([{ attempt: 1, error: { code: 'P1017' } }])
    expect(await whatIsThere()).toMatchObject([{ id: told.id, profile: { bio: 'short' } }])
  })

  test('is not run again when the answer to COMMIT is lost', async () => {
    const told = await createThroughDoor('COMMIT')
    expect(originalError(told)).toMatchObject({ code: 'ERR_HOSTPOOL_OUTCOME_UNKNOWN' })
    expect(retries).toEqual([])
    expect((await whatIsThere()).length).toBeLessThanOrEqual(1)
  })

  test('keeps what it answers, and its place in a list', async () => {
    const client = retrying(prisma)
    const { count } = await client.author.createMany({ data: [{ email: 'c' }, { email: 'd' }] })
    const [found, missing] = await Promise.all(
      ['a', 'nobody'].map((email) => client.author.findUnique({ where: { email } })),
    )
    const fluent = await client.author.findUniqueOrThrow({ where: { email: 'c' } }).books()
    const [removed, raw] = await client.$transaction([
      client.author.deleteMany({ where: { email: { in: ['c', 'd'] } } }),
      client.$queryRaw<{ n: bigint }[]>`SELECT COUNT(*) AS n FROM Author`,
    ])
    expectTypeOf(found).toEqualTypeOf<Author | null | undefined>()
    expect([count, found?.email, missing, fluent, removed.count, raw[0]?.n]).toEqual([2, 'a', null, [], 2, 2n])
  })
})

describe('a transaction that is not worth it', () => {
  test('fails with its own error after one run', async () => {
    const reason = new Error('changed my mind')
    await expect(retrying(prisma).$transaction(() => Promise.reject(reason))).rejects.toBe(reason)
    const duplicate = retrying(prisma).$transaction((tx) => tx.author.create({ data: { email: 'a' } }))
    await expect(duplicate).rejects.toMatchObject({ code: 'P2002' })
    expect(retries).toEqual([])
  })

  test.each([
    ['COMMIT AND CHAIN', 2],
    ['CALL gives_up()', 0],
  ])('is not run again when %s inside of it has ended it before a deadlock', async (ends, left) => {
    const attempt = retrying(prisma).$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE Author SET name = 'first'`
      await tx.$executeRawUnsafe(ends)
      await tx.$executeRaw`UPDATE Author SET email = CONCAT(email, '2')`
      await tx.$executeRaw`SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213`
    })
    const error: unknown = await attempt.catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
    expect(retries).toEqual([])
    await expect(prisma.author.count({ where: { name: 'first' } })).resolves.toBe(left)
    await expect(prisma.author.count({ where: { email: { endsWith: '2' } } })).resolves.toBe(0)
  })

  test('is not committed in part without an error when a procedure has ended it', async () => {
    const attempt = prisma.$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE Author SET name = 'first'`
      await tx.$executeRawUnsafe('CALL gives_up()')
      await tx.$executeRaw`UPDATE Author SET email = CONCAT(email, '2')`
    })
    const error: unknown = await attempt.catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'ERR_HOSTPOOL_IMPLICIT_COMMIT' })
    await expect(
      prisma.author.count({ where: { OR: [{ name: 'first' }, { email: { endsWith: '2' } }] } }),
    ).resolves.toBe(0)
  })

  test('fails with the last error when it has been run often enough', async () => {
    let runs = 0
    const client = prisma.$extends(retryTransactions({ retries: 2, onRetry }))
    const attempt = client.$transaction(async (tx) => {
      runs += 1
      await loseConnection(tx)
      await tx.author.count()
    })
    await expect(attempt).rejects.toMatchObject({ code: 'P1017' })
    expect([runs, retries.length]).toEqual([3, 2])
  })
})

describe('the extended client', () => {
  test('has the types of the client', async () => {
    const client = retrying(prisma)
    const found = await client.$transaction((tx) => tx.author.findFirstOrThrow({ where: { email: 'a' } }), {
      isolationLevel: 'Serializable',
      timeout: 5_000,
    })
    expectTypeOf(found).toEqualTypeOf<Author>()
    const [all, count] = await client.$transaction([client.author.findMany(), client.author.count()])
    expectTypeOf(all).toEqualTypeOf<Author[]>()
    expectTypeOf(count).toEqualTypeOf<number>()
    expect([found.email, all.length, count]).toEqual(['a', 2, 2])
  })

  test('keeps the extensions before and after it, inside of transactions too', async () => {
    const client = prisma
      .$extends({ model: { author: { before: () => 'before' } } })
      .$extends(retryTransactions({ onRetry }))
      .$extends({ model: { author: { after: () => 'after' } } })
    await expect(
      client.$transaction((tx) => Promise.resolve([tx.author.before(), tx.author.after()])),
    ).resolves.toEqual(['before', 'after'])
  })

  test('repeats the outermost transaction, not those inside of it', async () => {
    type Nesting = { $transaction: <T>(work: (tx: PrismaClient) => Promise<T>) => Promise<T> }
    const runs = { outer: 0, inner: 0 }
    await retrying(prisma).$transaction(async (tx) => {
      runs.outer += 1
      await (tx as unknown as Nesting).$transaction(async (nested) => {
        runs.inner += 1
        await nested.author.create({ data: { email: `outer ${runs.outer}, inner ${runs.inner}` } })
        if (runs.outer === 1) await loseConnection(nested)
        await nested.author.count()
      })
    })
    expect(runs).toEqual({ outer: 2, inner: 2 })
    await expect(prisma.author.findMany({ where: { email: { startsWith: 'outer' } } })).resolves.toMatchObject([
      { email: 'outer 2, inner 2' },
    ])
  })

  test('refuses wrong options by name', () => {
    expect(() => retryTransactions({ retries: -1 })).toThrow(/retryTransactions\(\).*\n.*retries: got -1/)
  })
})

/** The node that a transaction runs on, as a pool has its name. */
async function addressOf(tx: Pick<PrismaClient, '$queryRaw'>): Promise<string> {
  const [row] = await tx.$queryRaw<{ host: string; port: bigint }[]>`SELECT @@bind_address AS host, @@port AS port`
  return `${row?.host}:${row?.port}`
}

const nodeAt = (at: string) => faultyCluster().nodes.find(({ address }) => address === at)

describeWithFaults('a host that is killed', () => {
  afterEach(() => faultyCluster().heal())

  test('in a transaction costs that transaction a second run, on another host, and nothing else', async () => {
    const client = retrying(prisma)
    const hosts: string[] = []
    await client.$transaction(
      async (tx) => {
        await tx.author.create({ data: { email: 'survivor' } })
        const address = await addressOf(tx)
        hosts.push(address)
        if (hosts.length === 1) await nodeAt(address)?.kill()
        await tx.author.count()
      },
      // The surviving nodes hold up what has to see all writes until they have given the dead one up.
      { timeout: 25_000, maxWait: 20_000 },
    )
    expect(new Set(hosts).size).toBe(2)
    await expect(prisma.author.count({ where: { email: 'survivor' } })).resolves.toBe(1)
  })
})

describeWithFaults('a node that rejects queries', () => {
  afterEach(() => faultyCluster().heal())

  test('in the middle of a transaction costs that transaction a second run, on another host', async () => {
    const hosts: string[] = []
    await retrying(prisma).$transaction(async (tx) => {
      await tx.author.create({ data: { email: 'first' } })
      const address = await addressOf(tx)
      hosts.push(address)
      if (hosts.length === 1) await nodeAt(address)?.rejectQueries('ALL')
      await tx.author.create({ data: { email: 'second' } })
    })
    expect(retries).toMatchObject([{ attempt: 1, error: { code: 'P2034' } }])
    expect(originalError(retries[0]?.error)).toMatchObject({ cause: { errno: 1047 } })
    expect(new Set(hosts).size).toBe(2)
    await expect(prisma.author.count({ where: { email: { in: ['first', 'second'] } } })).resolves.toBe(2)
  })
})
