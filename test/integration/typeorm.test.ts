import { setTimeout as delay } from 'node:timers/promises'

import { createPool } from '@mysql-hostpool/core'
import type { Pool } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource } from 'typeorm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { freshDatabase } from './setup/fresh-database.js'
import { Author, Book, entities, Sample, Tag } from './typeorm/entities.js'

/** A book with tags, in one object, as an application builds it before saving. */
function bookOf(title: string, ...tags: readonly string[]): Book {
  return Object.assign(new Book(), { title, tags: tags.map((name) => Object.assign(new Tag(), { name })) })
}

function authorOf(name: string, ...books: readonly Book[]): Author {
  return Object.assign(new Author(), { name, books })
}

/** How many rows of others a transaction sees that were not there at its first read. */
async function seenOfOthers(source: DataSource, isolationLevel: 'READ COMMITTED' | 'REPEATABLE READ'): Promise<number> {
  return source.transaction(isolationLevel, async (manager) => {
    const before = await manager.count(Author)
    await source.getRepository(Author).save(authorOf('late'))
    const until = Date.now() + 1000
    let seen = 0
    // The row may have been written on another node, which this one applies some time later.
    while (seen === 0 && Date.now() < until) {
      await delay(50)
      seen = (await manager.count(Author)) - before
    }
    return seen
  })
}

describe.each(['mariadb', 'mysql'] as const)('a DataSource of type %s on a shared pool', (type) => {
  let pool: Pool
  let source: DataSource

  beforeAll(async () => {
    pool = createPool(await freshDatabase(`typeorm_${type}`))
    source = new DataSource({ type, driver: typeormDriver(pool), entities, synchronize: true })
    await source.initialize()
  })

  afterAll(async () => {
    if (source?.isInitialized) await source.destroy()
    await pool?.end()
  })

  beforeEach(async () => {
    for (const entity of [Book, Tag, Author, Sample])
      await source.getRepository(entity).createQueryBuilder().delete().execute()
  })

  describe('repositories', () => {
    test('create, read, update, count and delete', async () => {
      const authors = source.getRepository(Author)
      const { id } = await authors.save(authorOf('Ada'))
      expect(id).toBeGreaterThan(0)
      expect(await authors.findOneByOrFail({ id })).toMatchObject({ name: 'Ada', version: 1 })
      const changed = await authors.update({ id }, { name: 'Ada L.' })
      expect(changed.affected).toBe(1)
      expect(await authors.countBy({ name: 'Ada L.' })).toBe(1)
      const removed = await authors.delete({ id })
      expect(removed.affected).toBe(1)
      expect(await authors.findOneBy({ id })).toBeNull()
    })

    test('many rows saved at once get the ids the server gave them', async () => {
      const authors = source.getRepository(Author)
      const saved = await authors.save(['A', 'B', 'C', 'D'].map((name) => authorOf(name)))
      for (const { id, name } of saved) expect(await authors.findOneByOrFail({ id })).toMatchObject({ name })
      expect(new Set(saved.map(({ id }) => id)).size).toBe(4)
    })

    test('a row that is saved again is updated and its version raised', async () => {
      const authors = source.getRepository(Author)
      const author = await authors.save(authorOf('Ada'))
      author.name = 'Grace'
      await authors.save(author)
      expect(await authors.find()).toMatchObject([{ name: 'Grace', version: 2 }])
    })

    test('an upsert inserts or updates', async () => {
      const books = source.getRepository(Book)
      await books.upsert({ title: 'Notes' }, ['title'])
      await books.upsert({ title: 'Notes' }, ['title'])
      expect(await books.count()).toBe(1)
    })
  })

  describe('relations', () => {
    test('are saved by cascade and read back, eager ones unasked', async () => {
      await source.getRepository(Author).save(authorOf('Ada', bookOf('Notes', 'maths', 'engines'), bookOf('Letters')))
      const [author] = await source.getRepository(Author).find({ relations: { books: true } })
      expect(author?.books.map(({ title }) => title).sort()).toEqual(['Letters', 'Notes'])
      const notes = await source.getRepository(Book).findOneByOrFail({ title: 'Notes' })
      expect(notes.tags.map(({ name }) => name).sort()).toEqual(['engines', 'maths'])
    })

    test('many-to-many is read from both sides', async () => {
      const books = source.getRepository(Book)
      const notes = await books.save(bookOf('Notes', 'maths'))
      await books.save(Object.assign(new Book(), { title: 'Sketch', tags: notes.tags }))
      const [tag] = await source.getRepository(Tag).find({ relations: { books: true } })
      expect(tag?.books.map(({ title }) => title).sort()).toEqual(['Notes', 'Sketch'])
    })

    test('deleting the author deletes the books', async () => {
      const author = await source.getRepository(Author).save(authorOf('Ada', bookOf('Notes')))
      await source.getRepository(Author).delete({ id: author.id })
      expect(await source.getRepository(Book).count()).toBe(0)
    })
  })

  describe('transactions', () => {
    test('commit what the callback did', async () => {
      await source.transaction(async (manager) => {
        await manager.save(authorOf('Ada'))
        expect(await source.getRepository(Author).count()).toBe(0)
      })
      expect(await source.getRepository(Author).count()).toBe(1)
    })

    test('roll back when the callback throws', async () => {
      const work = source.transaction(async (manager) => {
        await manager.save(authorOf('Ada'))
        throw new Error('changed my mind')
      })
      await expect(work).rejects.toThrow('changed my mind')
      expect(await source.getRepository(Author).count()).toBe(0)
    })

    test('nest as savepoints', async () => {
      await source.transaction(async (outer) => {
        await outer.save(authorOf('kept'))
        const inner = outer.transaction(async (manager) => {
          await manager.save(authorOf('dropped'))
          throw new Error('inner')
        })
        await expect(inner).rejects.toThrow('inner')
      })
      expect(await source.getRepository(Author).find()).toMatchObject([{ name: 'kept' }])
    })

    test('run at the isolation level that is asked for, each at its own', async () => {
      expect(await seenOfOthers(source, 'READ COMMITTED')).toBe(1)
      expect(await seenOfOthers(source, 'REPEATABLE READ')).toBe(0)
    })

    test('a query runner commits and rolls back by hand', async () => {
      const runner = source.createQueryRunner()
      await runner.startTransaction()
      await runner.manager.save(authorOf('one'))
      await runner.rollbackTransaction()
      await runner.startTransaction('SERIALIZABLE')
      await runner.manager.save(authorOf('two'))
      await runner.commitTransaction()
      await runner.release()
      expect(await source.getRepository(Author).find()).toMatchObject([{ name: 'two' }])
    })
  })

  describe('queries', () => {
    test('the query builder joins, groups, orders and pages', async () => {
      await source
        .getRepository(Author)
        .save([authorOf('Ada', bookOf('A1'), bookOf('A2')), authorOf('Bea', bookOf('B1')), authorOf('Cleo')])
      const counted = await source
        .getRepository(Author)
        .createQueryBuilder('author')
        .leftJoin('author.books', 'book')
        .select('author.name', 'name')
        .addSelect('COUNT(book.id)', 'books')
        .groupBy('author.id')
        .orderBy('author.name')
        .getRawMany<{ name: string; books: string }>()
      expect(counted).toEqual([
        { name: 'Ada', books: '2' },
        { name: 'Bea', books: '1' },
        { name: 'Cleo', books: '0' },
      ])
      const [page, total] = await source
        .getRepository(Author)
        .findAndCount({ order: { name: 'ASC' }, skip: 1, take: 1 })
      expect([page.map(({ name }) => name), total]).toEqual([['Bea'], 3])
    })

    test('a pessimistic lock is taken inside a transaction', async () => {
      const { id } = await source.getRepository(Author).save(authorOf('Ada'))
      await source.transaction(async (manager) => {
        const author = await manager.findOneOrFail(Author, { where: { id }, lock: { mode: 'pessimistic_write' } })
        author.name = 'locked'
        await manager.save(author)
      })
      expect(await source.getRepository(Author).findOneByOrFail({ id })).toMatchObject({ name: 'locked' })
    })

    test('raw queries take parameters and answer what the driver answers', async () => {
      const rows: unknown = await source.query('SELECT ? AS text, ? AS nothing', ['x', null])
      expect(rows).toEqual([{ text: 'x', nothing: null }])
      const result: unknown = await source.query('INSERT INTO author (name, version) VALUES (?, 1), (?, 1)', ['a', 'b'])
      expect(result).toMatchObject({ affectedRows: 2 })
      expect(Object.hasOwn(result as object, 'affectedRows')).toBe(true)
    })

    test("a server's error keeps its code, number and state", async () => {
      await source.getRepository(Book).save(bookOf('Notes'))
      const twice = source.getRepository(Book).insert({ title: 'Notes' })
      await expect(twice).rejects.toMatchObject({ code: 'ER_DUP_ENTRY', errno: 1062, sqlState: '23000' })
    })

    test('a stream gives the rows one by one and ends', async () => {
      await source.getRepository(Author).insert(Array.from({ length: 500 }, (_, index) => ({ name: `a${index}` })))
      const stream = await source.getRepository(Author).createQueryBuilder('author').orderBy('author.id').stream()
      const names: unknown[] = []
      for await (const row of stream) names.push((row as { author_name: string }).author_name)
      expect(names).toHaveLength(500)
      expect(names.at(-1)).toBe('a499')
    })

    test('a stream through a query runner tells its end, and an error reaches its listener', async () => {
      await source.getRepository(Author).insert({ name: 'Ada' })
      const runner = source.createQueryRunner()
      const ended = new Promise<void>((resolve, reject) => {
        runner.stream('SELECT name FROM author', [], resolve, reject).then((stream) => stream.resume(), reject)
      })
      await ended
      const failed = new Promise<unknown>((resolve, reject) => {
        const wrong = runner.stream('SELECT nothing FROM nowhere', [], undefined, resolve)
        wrong.then((stream) => stream.on('error', () => {}), reject)
      })
      expect(await failed).toMatchObject({ code: 'ER_NO_SUCH_TABLE' })
      expect(await runner.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
      await runner.release()
    })
  })

  test('every kind of column comes back as TypeORM users know it', async () => {
    const sample = Object.assign(new Sample(), {
      big: '9223372036854775807',
      amount: '12345678901234567890.0123456789',
      ratio: 0.1,
      day: '2026-02-28',
      moment: new Date('2026-02-28T12:34:56.789Z'),
      note: { nested: [1, 'two', null], ключ: '☃' },
      mood: 'glad',
      active: true,
      payload: Buffer.from([0, 1, 254, 255]),
      nothing: null,
    })
    const { id } = await source.getRepository(Sample).save(sample)
    const read = await source.getRepository(Sample).findOneByOrFail({ id })
    expect(read).toEqual(sample)
    expect(typeof read.id).toBe('string')
  })

  test('concurrent work shares the pool and never exceeds its limit', async () => {
    const totals: number[] = []
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await source.transaction(async (manager) => {
          await manager.save(authorOf(`a${index}`))
          await manager.query('SELECT SLEEP(0.02)')
        })
        totals.push(pool.status().total)
      }),
    )
    expect(await source.getRepository(Author).count()).toBe(60)
    expect(Math.max(...totals)).toBeLessThanOrEqual(6)
  })
})
