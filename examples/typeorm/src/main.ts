import { createPool } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource, MoreThan } from 'typeorm'
import { Author, Book } from './entities.js'

const url = process.env.DATABASE_URL
if (!url) throw new Error('Set DATABASE_URL, for example to mysql://app:secret@db1,db2,db3/test')

// The pool knows the hosts, the account and the database; the DataSource needs nothing but `driver`.
// (Without a pool to share, `typeormDriver(url)` makes one that belongs to the DataSource and ends with it.)
const pool = createPool(url)
const dataSource = new DataSource({
  // On MySQL this is `mysql`. On MariaDB choose `mariadb`: generated ids are then right on Galera, too.
  type: 'mariadb',
  driver: typeormDriver(pool),
  entities: [Author, Book],
})

try {
  await dataSource.initialize()
  await dropTables()
  // For a small example only; an application has migrations.
  await dataSource.synchronize()

  const authors = dataSource.getRepository(Author)
  const books = dataSource.getRepository(Book)

  // Cascades save the books with their author, in one transaction.
  const ursula = await authors.save(
    authors.create({
      name: 'Ursula',
      books: [
        { title: 'The Dispossessed', year: 1974 },
        { title: 'Always Coming Home', year: 1985 },
      ],
    }),
  )
  console.log(`saved author ${ursula.id} with ${ursula.books.length} books`)

  const found = await authors.findOneOrFail({ where: { id: ursula.id }, relations: { books: true } })
  console.log(`${found.name} wrote ${found.books.map(({ title }) => title).join(' and ')}`)

  // Everything in the callback is on one connection of one host; an error rolls all of it back.
  await dataSource.transaction(async (manager) => {
    const stanislaw = await manager.save(manager.create(Author, { name: 'Stanisław' }))
    await manager.insert(Book, { title: 'Solaris', year: 1961, author: stanislaw })
    console.log(`in the transaction there are ${await manager.count(Book)} books`)
  })

  await dataSource
    .transaction(async (manager) => {
      await manager.delete(Author, { id: ursula.id })
      throw new Error('changed my mind')
    })
    .catch((error: Error) => console.log(`rolled back: ${error.message}`))

  const perAuthor = await dataSource
    .createQueryBuilder(Author, 'author')
    .innerJoin('author.books', 'book')
    .select('author.name', 'name')
    .addSelect('COUNT(*)', 'count')
    .groupBy('author.id')
    .orderBy('author.id')
    .getRawMany<{ name: string; count: string }>()
  console.log(`books per author: ${perAuthor.map(({ name, count }) => `${name} ${count}`).join(', ')}`)
  console.log(`${await books.countBy({ year: MoreThan(1970) })} were written after 1970`)

  // Rows one by one, for results that do not fit into memory. The connection is given back by hand here.
  const runner = dataSource.createQueryRunner()
  try {
    const rows = await runner.stream('SELECT title FROM hostpool_example_book ORDER BY year')
    const titles: string[] = []
    for await (const { title } of rows as AsyncIterable<{ title: string }>) titles.push(title)
    console.log(`streamed: ${titles.join(', ')}`)
  } finally {
    await runner.release()
  }
  await dropTables()
} finally {
  // The pool is shared, so the DataSource leaves it open.
  if (dataSource.isInitialized) await dataSource.destroy()
  await pool.end()
}
console.log('done')

async function dropTables(): Promise<void> {
  await dataSource.query('DROP TABLE IF EXISTS hostpool_example_book, hostpool_example_author')
}
