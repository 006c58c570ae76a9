import { retryTransaction } from '@mysql-hostpool/typeorm'
import type { QueryError } from 'mysql2'
import { INSERT, toldByLast, type Way } from './way.js'

/** As long as a stall of the cluster may last. */
const PATIENCE = { maxWait: 30_000, timeout: 60_000 }

/** The pool in mysql2's shape, and under TypeORM and Prisma. */
export const LIBRARY_WAYS: readonly Way[] = [
  {
    name: 'mysql2, execute with a callback',
    parts: 1,
    whole: true,
    weight: 3,
    async write({ shape }, { mark, gate }) {
      await gate()
      await called((done) => shape.execute(INSERT, [mark, 0], done))
    },
  },
  {
    name: 'mysql2, promise transaction',
    parts: 2,
    whole: true,
    weight: 4,
    async write({ shape }, { mark, gate }) {
      const connection = await shape.promise().getConnection()
      try {
        await connection.beginTransaction()
        await connection.query(INSERT, [mark, 0])
        await connection.query(INSERT, [mark, 1])
        await gate()
        await connection.commit()
      } finally {
        connection.release()
      }
    },
  },
  {
    name: 'mysql2, nothing awaited',
    parts: 2,
    whole: true,
    weight: 3,
    async write({ shape }, { mark, gate }) {
      const connection = await shape.promise().getConnection()
      try {
        await gate()
        await toldByLast([
          connection.beginTransaction(),
          connection.query(INSERT, [mark, 0]),
          connection.query(INSERT, [mark, 1]),
          connection.commit(),
        ])
      } finally {
        connection.release()
      }
    },
  },
  {
    name: 'TypeORM, query',
    parts: 1,
    whole: true,
    weight: 2,
    async write({ dataSource }, { mark, gate }) {
      await gate()
      await dataSource.query(INSERT, [mark, 0])
    },
  },
  {
    name: 'TypeORM, retryTransaction',
    parts: 2,
    whole: true,
    weight: 3,
    write: ({ dataSource }, { mark, gate }) =>
      retryTransaction(dataSource, async (manager) => {
        await manager.query(INSERT, [mark, 0])
        await manager.query(INSERT, [mark, 1])
        await gate()
      }),
  },
  {
    name: 'Prisma, raw',
    parts: 1,
    whole: true,
    weight: 2,
    async write({ prisma }, { mark, gate }) {
      await gate()
      await prisma.$executeRawUnsafe(INSERT, mark, 0)
    },
  },
  {
    name: 'Prisma, retryTransactions',
    parts: 2,
    whole: true,
    weight: 3,
    write: ({ prisma }, { mark, gate }) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe(INSERT, mark, 0)
        await tx.$executeRawUnsafe(INSERT, mark, 1)
        await gate()
      }, PATIENCE),
  },
]

function called(call: (done: (error: QueryError | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}
