// TypeORM on the pool: schema, repositories, transactions, one that runs again, streams.
import assert from 'node:assert/strict'

import { createPool } from '@mysql-hostpool/core'
import { retryTransaction, typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource, EntitySchema } from 'typeorm'

export default async function typeorm({ servers, sessionVariables, type }) {
  const Author = new EntitySchema({
    name: 'matrix_author',
    columns: {
      id: { type: 'int', primary: true, generated: 'increment' },
      name: { type: 'varchar', length: 50, unique: true },
      big: { type: 'bigint', nullable: true },
      note: { type: 'json', nullable: true },
    },
    relations: { books: { type: 'one-to-many', target: 'matrix_book', inverseSide: 'author', cascade: true } },
  })
  const Book = new EntitySchema({
    name: 'matrix_book',
    columns: { id: { type: 'int', primary: true, generated: 'increment' }, title: { type: 'varchar', length: 50 } },
    relations: { author: { type: 'many-to-one', target: 'matrix_author', inverseSide: 'books' } },
  })
  const pool = createPool({ ...servers, sessionVariables, connectionLimit: 4 })
  const source = new DataSource({
    type,
    driver: typeormDriver(pool),
    entities: [Author, Book],
    synchronize: true,
    dropSchema: true,
  })
  try {
    await source.initialize()
    const authors = source.getRepository(Author)
    await authors.save([
      { name: 'one', big: '9223372036854775807', note: { list: [1, 'two'] }, books: [{ title: 'a' }, { title: 'b' }] },
      { name: 'two', books: [{ title: 'c' }] },
    ])
    const found = await authors.find({ relations: { books: true }, order: { id: 'ASC', books: { id: 'ASC' } } })
    assert.deepEqual(
      found.map(({ name, big, note, books }) => [name, big, note, books.map(({ title }) => title)]),
      [
        ['one', '9223372036854775807', { list: [1, 'two'] }, ['a', 'b']],
        ['two', null, null, ['c']],
      ],
    )
    const changed = new Error('changed my mind')
    await assert.rejects(
      source.transaction(async (manager) => {
        await manager.update(Author, { name: 'two' }, { name: 'three' })
        throw changed
      }),
      (error) => error === changed,
    )
    let runs = 0
    await retryTransaction(source, async (manager) => {
      runs += 1
      await manager.insert(Author, { name: 'four' })
      if (runs === 1) await manager.query("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213")
    })
    assert.equal(runs, 2)
    const names = []
    for await (const row of await authors.createQueryBuilder('a').select('a.name', 'name').orderBy('a.id').stream()) {
      names.push(row.name)
    }
    assert.deepEqual(names, ['one', 'two', 'four'])
    await assert.rejects(authors.insert({ name: 'one' }), { code: 'ER_DUP_ENTRY' })
    await source.dropDatabase()
  } finally {
    if (source.isInitialized) await source.destroy()
    await pool.end()
  }
}
