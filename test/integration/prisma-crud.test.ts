import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { openPrismaDatabase, type PrismaDatabase } from './prisma/database.js'
import { Prisma, type PrismaClient } from './prisma/generated/client.js'

let database: PrismaDatabase
let prisma: PrismaClient

beforeAll(async () => {
  database = await openPrismaDatabase('prisma_crud')
  prisma = database.prisma
})

afterAll(() => database[Symbol.asyncDispose]())

beforeEach(async () => {
  await prisma.book.deleteMany()
  await prisma.tag.deleteMany()
  await prisma.author.deleteMany()
})

describe('models', () => {
  test('a row is created, read, changed and deleted', async () => {
    const created = await prisma.author.create({ data: { email: 'ada@example.org' } })
    expect(created).toEqual({ id: expect.any(Number), email: 'ada@example.org', name: null })
    await expect(prisma.author.findUnique({ where: { id: created.id } })).resolves.toEqual(created)
    const changed = await prisma.author.update({ where: { id: created.id }, data: { name: 'Ada' } })
    expect(changed.name).toBe('Ada')
    await prisma.author.delete({ where: { id: created.id } })
    await expect(prisma.author.findUnique({ where: { id: created.id } })).resolves.toBeNull()
  })

  test('what is not there is found as nothing, or as P2025', async () => {
    await expect(prisma.author.findFirst({ where: { email: 'nobody' } })).resolves.toBeNull()
    await expect(prisma.author.findUniqueOrThrow({ where: { id: 1 } })).rejects.toMatchObject({ code: 'P2025' })
    await expect(prisma.author.delete({ where: { id: 1 } })).rejects.toMatchObject({ code: 'P2025' })
  })

  test('many rows are written and counted, also those whose values stay the same', async () => {
    const emails = Array.from({ length: 250 }, (_, index) => ({ email: `${index}@example.org` }))
    await expect(prisma.author.createMany({ data: emails })).resolves.toEqual({ count: 250 })
    await expect(prisma.author.updateMany({ data: { name: 'same' } })).resolves.toEqual({ count: 250 })
    await expect(prisma.author.updateMany({ data: { name: 'same' } })).resolves.toEqual({ count: 250 })
    await expect(prisma.author.createMany({ data: emails, skipDuplicates: true })).resolves.toEqual({ count: 0 })
    await expect(prisma.author.count()).resolves.toBe(250)
  })

  test('pages, cursors, orders and filters', async () => {
    await prisma.author.createMany({ data: ['a', 'b', 'c', 'd', 'e'].map((email) => ({ email })) })
    const page = await prisma.author.findMany({ orderBy: { email: 'desc' }, skip: 1, take: 2 })
    expect(page.map(({ email }) => email)).toEqual(['d', 'c'])
    const next = await prisma.author.findMany({ cursor: { email: 'c' }, orderBy: { email: 'asc' }, skip: 1, take: 10 })
    expect(next.map(({ email }) => email)).toEqual(['d', 'e'])
    const some = await prisma.author.findMany({
      where: { OR: [{ email: { in: ['a', 'x'] } }, { email: { gt: 'd' } }] },
    })
    expect(some.map(({ email }) => email).toSorted()).toEqual(['a', 'e'])
  })

  test('findUnique calls of one tick are answered each with its own row', async () => {
    await prisma.author.createMany({ data: ['a', 'b', 'c'].map((email) => ({ email })) })
    const found = await Promise.all(['c', 'a', 'x'].map((email) => prisma.author.findUnique({ where: { email } })))
    expect(found.map((author) => author?.email)).toEqual(['c', 'a', undefined])
  })

  test('upsert creates first and changes then', async () => {
    const change = { where: { email: 'a' }, create: { email: 'a', name: 'one' }, update: { name: 'two' } }
    const first = await prisma.author.upsert(change)
    expect(first.name).toBe('one')
    await expect(prisma.author.upsert(change)).resolves.toEqual({ ...first, name: 'two' })
  })

  test('sums, averages and groups', async () => {
    const author = await prisma.author.create({ data: { email: 'a' } })
    await prisma.book.createMany({
      data: ['0.1', '0.2', '1e-20'].map((price, index) => ({ title: `${index}`, price, authorId: author.id })),
    })
    const { _sum, _count } = await prisma.book.aggregate({ _sum: { price: true }, _count: true })
    expect(_sum.price?.toFixed()).toBe('0.30000000000000000001')
    expect(_count).toBe(3)
    const groups = await prisma.book.groupBy({ by: ['authorId'], _count: { id: true } })
    expect(groups).toEqual([{ authorId: author.id, _count: { id: 3 } }])
  })
})

describe('relations', () => {
  test('a nested write creates everything, and include reads it back', async () => {
    const author = await prisma.author.create({
      data: {
        email: 'ada@example.org',
        profile: { create: { bio: 'first' } },
        books: { create: [{ title: 'one', tags: { create: [{ name: 'x' }, { name: 'y' }] } }, { title: 'two' }] },
      },
      include: { profile: true, books: { include: { tags: true }, orderBy: { title: 'asc' } } },
    })
    expect(author.profile?.bio).toBe('first')
    expect(author.books.map((book) => [book.title, book.tags.map((tag) => tag.name).toSorted()])).toEqual([
      ['one', ['x', 'y']],
      ['two', []],
    ])
    const tags = await prisma.tag.findMany({ where: { books: { some: { author: { email: 'ada@example.org' } } } } })
    expect(tags).toHaveLength(2)
  })

  test('a nested write that fails in the middle leaves nothing behind', async () => {
    const books = { create: [{ title: 'fits' }, { title: 'is much too long' }] }
    await expect(prisma.author.create({ data: { email: 'a', books } })).rejects.toMatchObject({ code: 'P2000' })
    await expect(prisma.author.count()).resolves.toBe(0)
  })

  test('connect, disconnect and set change a many-to-many relation', async () => {
    const { id } = await prisma.author.create({ data: { email: 'a', books: { create: { title: 'one' } } } })
    await prisma.tag.createMany({ data: [{ name: 'x' }, { name: 'y' }] })
    const where = { authorId_title: { authorId: id, title: 'one' } }
    const tagsAfter = async (tags: Prisma.TagUpdateManyWithoutBooksNestedInput) => {
      const book = await prisma.book.update({ where, data: { tags }, include: { tags: true } })
      return book.tags.map((tag) => tag.name).toSorted()
    }
    await expect(tagsAfter({ connect: [{ name: 'x' }, { name: 'y' }] })).resolves.toEqual(['x', 'y'])
    await expect(tagsAfter({ disconnect: { name: 'x' } })).resolves.toEqual(['y'])
    await expect(tagsAfter({ set: [{ name: 'x' }] })).resolves.toEqual(['x'])
  })
})

describe('raw queries', () => {
  test('values are bound, whatever they hold', async () => {
    const text = `'; DROP TABLE Author; -- \\ " \u0000 🙂`
    const [row] = await prisma.$queryRaw<{ one: unknown; yes: unknown }[]>`
      SELECT ${text} AS text, ${1} AS one, ${1.5} AS half, ${2n ** 63n} AS big, ${null} AS nothing, ${true} AS yes,
        ${Buffer.from([0, 255])} AS bytes, CAST(${new Prisma.Decimal('0.10')} AS DECIMAL(5, 2)) AS price`
    // MySQL answers with BIGINT to any whole number.
    expect({ ...row, one: Number(row?.one), yes: Number(row?.yes) }).toEqual({
      text,
      one: 1,
      half: 1.5,
      big: 2n ** 63n,
      nothing: null,
      yes: 1,
      bytes: Uint8Array.of(0, 255),
      price: new Prisma.Decimal('0.1'),
    })
  })

  test('writes tell how many rows they matched', async () => {
    await prisma.author.createMany({ data: [{ email: 'a' }, { email: 'b' }] })
    await expect(
      prisma.$executeRaw`UPDATE Author SET name = ${'n'} WHERE email IN (${Prisma.join(['a', 'b'])})`,
    ).resolves.toBe(2)
    await expect(prisma.$executeRawUnsafe('DELETE FROM Author WHERE email = ?', 'a')).resolves.toBe(1)
  })

  test('LIMIT and OFFSET take numbers', async () => {
    await prisma.author.createMany({ data: ['a', 'b', 'c'].map((email) => ({ email })) })
    const rows = await prisma.$queryRaw`SELECT email FROM Author ORDER BY email LIMIT ${1} OFFSET ${1}`
    expect(rows).toEqual([{ email: 'b' }])
  })

  test('the results of a procedure', async () => {
    await prisma.$executeRawUnsafe(
      "CREATE PROCEDURE greet(IN who VARCHAR(20)) SELECT CONCAT('hello ', who) AS greeting",
    )
    await expect(prisma.$queryRaw`CALL greet(${'you'})`).resolves.toEqual([{ greeting: 'hello you' }])
  })

  test('a script runs statement by statement, bodies of procedures as a whole', async () => {
    const adapter = await new PrismaHostpool(database.pool).connect()
    await adapter.executeScript(`
      CREATE TABLE Noted (id INT PRIMARY KEY, note VARCHAR(20)); -- a comment; with a semicolon
      INSERT INTO Noted VALUES (1, 'a;b'), (2, 'it''s;');
      DELIMITER //
      CREATE PROCEDURE note_all()
      BEGIN
        UPDATE Noted SET note = 'first;'; UPDATE Noted SET note = CONCAT(note, 'second');
      END//
      DELIMITER ;
      CALL note_all()`)
    await expect(prisma.$queryRaw`SELECT note FROM Noted`).resolves.toEqual([
      { note: 'first;second' },
      { note: 'first;second' },
    ])
    const broken = adapter.executeScript('DELETE FROM Noted WHERE id = 1; SELECT nope; DELETE FROM Noted')
    await expect(broken).rejects.toMatchObject({ cause: { kind: 'ColumnNotFound' } })
    await expect(prisma.$queryRaw`SELECT id FROM Noted`).resolves.toEqual([{ id: 2 }])
    await adapter.dispose()
  })

  test('the text of a failing query comes with the number and text of the server', async () => {
    await expect(prisma.$queryRaw`SELECT nope`).rejects.toMatchObject({
      code: 'P2010',
      message: expect.stringContaining('1054'),
    })
  })
})
