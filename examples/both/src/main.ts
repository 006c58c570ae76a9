import { randomUUID } from 'node:crypto'
import { createPool, optionsFromUrl } from '@mysql-hostpool/core'
import { Orders } from './orders.js'
import { Reviews } from './reviews.js'
import { countRows, createTables, dropTables } from './tables.js'

const url = process.env.DATABASE_URL
if (!url) throw new Error('Set DATABASE_URL, for example to mysql://app:secret@db1,db2,db3/test')

// One pool for the whole process: `connectionLimit` (four by default) holds for both applications together.
const pool = createPool({
  ...optionsFromUrl(url),
  // Galera: a host first applies what others have acknowledged (1 for reads, 2 and 4 for writes). That costs little while
  // all is well; without it another host may show a new row, or know a new table, only a moment later.
  sessionVariables: { wsrep_sync_wait: 7 },
})
let mostInUse = 0
pool.on('acquire', () => {
  mostInUse = Math.max(mostInUse, pool.status().inUse)
})

try {
  await createTables(pool)
  const orders = await Orders.start(pool)
  const reviews = await Reviews.start(pool)

  // Each application decodes values as its library wants them, on the same connections.
  console.log(`TypeORM reads "${await orders.productName(7)}", Prisma reads "${await reviews.productName(7)}"`)

  // Far more requests at once than connections: they wait for their turn, in the order of their arrival.
  const products = Array.from({ length: 20 }, (_, index) => index + 1)
  await Promise.all(
    products.flatMap((id) => [
      orders.putIntoCart(randomUUID(), id),
      orders.placeOrder(randomUUID(), [id, (id % 20) + 1]),
      reviews.rate(randomUUID(), id, (id % 5) + 1),
      reviews.write(randomUUID(), id, `about product ${id}`, ['front', 'back']),
    ]),
  )
  const written = await countRows(pool)
  const rows = [...written.values()].reduce((sum, found) => sum + found, 0)
  console.log(`${written.size} requests have written ${rows} rows`)

  const [[order], [review]] = await Promise.all([orders.latestOrders(1), reviews.latestReviews(1)])
  console.log(`an order with ${order?.lines.length} lines, and a review with ${review?.photos} photos`)

  await orders.stop()
  await reviews.stop()

  const { connectionLimit, total, inUse, hosts } = pool.status()
  console.log(
    `at most ${mostInUse} of ${connectionLimit} connections were in use; now ${total} are open, ${inUse} in use`,
  )
  for (const host of hosts) {
    const { served, opened } = host.counters
    console.log(`  ${host.name} is ${host.state}: ${opened} connections opened, lent ${served} times`)
  }
  await dropTables(pool)
} finally {
  await pool.end()
}
console.log('done')
