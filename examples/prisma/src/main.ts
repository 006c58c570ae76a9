import { createPool } from '@mysql-hostpool/core'
import { PrismaHostpool, retryTransactions } from '@mysql-hostpool/prisma'
import { Prisma, PrismaClient } from './generated/client.js'
import { createTables, dropTables } from './tables.js'

const url = process.env.DATABASE_URL
if (!url) throw new Error('Set DATABASE_URL, for example to mysql://app:secret@db1,db2,db3/test')

// `new PrismaHostpool(url)` would make a pool that belongs to the client. Here the pool is our own, and can be shared.
const pool = createPool(url)
// A transaction that meets a deadlock, a failed certification or a dying host is run again as a whole.
const prisma = new PrismaClient({ adapter: new PrismaHostpool(pool) }).$extends(retryTransactions())

try {
  await createTables(pool)

  // A nested write is one transaction.
  const ada = await prisma.customer.create({
    data: { email: 'ada@example.com', name: 'Ada', orders: { create: [{ total: '9.90' }, { total: '25.00' }] } },
    include: { orders: true },
  })
  console.log(`created customer ${ada.id} with ${ada.orders.length} orders`)

  const found = await prisma.customer.findUniqueOrThrow({ where: { email: 'ada@example.com' } })
  const updated = await prisma.customer.update({ where: { id: found.id }, data: { name: 'Ada L.' } })
  console.log(`${found.name} is now ${updated.name}`)

  // An interactive transaction: what it reads and writes is on one connection of one host.
  const paid = await prisma.$transaction(async (transaction) => {
    await transaction.order.updateMany({ where: { customerId: ada.id, total: { gt: 10 } }, data: { paid: true } })
    return transaction.order.count({ where: { customerId: ada.id, paid: true } })
  })
  console.log(`${paid} order is paid`)

  // Or a list of writes that happen together or not at all; here the second one breaks the unique key.
  try {
    await prisma.$transaction([
      prisma.customer.create({ data: { email: 'grace@example.com' } }),
      prisma.customer.create({ data: { email: 'ada@example.com' } }),
    ])
  } catch (error) {
    if (!(error instanceof Prisma.PrismaClientKnownRequestError)) throw error
    console.log(`rolled back with ${error.code}: there is ${await prisma.customer.count()} customer`)
  }

  const [sum] = await prisma.$queryRaw<{ total: Prisma.Decimal }[]>`
    SELECT SUM(total) AS total FROM hostpool_example_order WHERE customer_id = ${ada.id}`
  console.log(`Ada has ordered for ${sum?.total.toFixed(2)}`)

  const deleted = await prisma.customer.delete({ where: { id: ada.id } })
  console.log(`deleted ${deleted.email}; ${await prisma.order.count()} orders are left`)
  await dropTables(pool)
} finally {
  // The pool is shared, so the client leaves it open.
  await prisma.$disconnect()
  await pool.end()
}
console.log('done')
