import { PrismaHostpool, retryTransactions } from '@mysql-hostpool/prisma'
import { PrismaClient } from '../../integration/prisma/generated/client.js'
import type { Subject, SubjectOptions } from './subject.js'
import { WatchedPool } from './watched-pool.js'

/** The pool of this project under Prisma. */
export async function hostpoolPrisma(options: SubjectOptions): Promise<Subject> {
  const watched = new WatchedPool(options)
  const { pool, configuration, changes } = watched
  const prisma = new PrismaClient({ adapter: new PrismaHostpool(pool) }).$extends(retryTransactions())
  await prisma.$connect()
  return {
    configuration: `${configuration}; prisma.drillItem.findUnique() and prisma.drillWrite.createMany()`,
    changes,
    readNote: async (id) => (await prisma.drillItem.findUnique({ where: { id } }))?.note,
    async write(item) {
      // One statement, where create() would be a transaction.
      await prisma.drillWrite.createMany({ data: [{ item }] })
    },
    transact: (item) => prisma.$transaction(async (tx) => void (await tx.drillWrite.createMany({ data: [{ item }] }))),
    borrow: () => pool.getConnection(),
    leaks: () => watched.leaks(),
    async end() {
      await prisma.$disconnect()
      await watched.end()
    },
  }
}
