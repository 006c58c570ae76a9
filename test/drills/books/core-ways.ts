import type { Pool, Transaction } from '@mysql-hostpool/core'
import { COUNTERS } from './book-table.js'
import { INSERT, type Task, toldByLast, type Way } from './way.js'

/** The pool by itself. */
export const CORE_WAYS: readonly Way[] = [
  {
    name: 'query',
    parts: 1,
    whole: true,
    weight: 4,
    async write({ pool }, { mark, gate }) {
      await gate()
      await pool.query(INSERT, [mark, 0])
    },
  },
  {
    name: 'execute',
    parts: 1,
    whole: true,
    weight: 4,
    async write({ pool }, { mark, gate }) {
      await gate()
      await pool.execute(INSERT, [mark, 0])
    },
  },
  {
    name: 'returning',
    parts: 1,
    whole: true,
    weight: 3,
    async write({ pool }, { mark, gate }) {
      await gate()
      await pool.query(`${INSERT} RETURNING id`, [mark, 0])
    },
  },
  {
    name: 'stream, returning',
    parts: 1,
    whole: true,
    weight: 2,
    write: ({ pool }, { mark, gate }) =>
      pool.withConnection(async (lease) => {
        await gate()
        await lease.stream(`${INSERT} RETURNING id`, [mark, 0]).toArray()
      }),
  },
  {
    name: 'transaction',
    parts: 2,
    whole: true,
    weight: 5,
    write: ({ pool }, task) => pool.transaction((tx) => pair(tx, task)),
  },
  {
    name: 'transaction, retry',
    parts: 2,
    whole: true,
    weight: 6,
    write: ({ pool }, task) => pool.transaction((tx) => pair(tx, task), { retry: true }),
  },
  {
    name: 'transaction, contended',
    parts: 1,
    whole: true,
    weight: 2,
    write: ({ pool }, { mark, gate }) =>
      pool.transaction(
        async (tx) => {
          await tx.query('UPDATE drill_counter SET n = n + 1 WHERE id = ?', [counterOf(mark)])
          await tx.query(INSERT, [mark, 0])
          await gate()
        },
        { retry: true },
      ),
  },
  {
    name: 'transaction, DDL inside',
    parts: 2,
    whole: false,
    weight: 0.3,
    write: ({ pool }, { mark, gate }) =>
      pool.transaction(
        async (tx) => {
          await tx.query(INSERT, [mark, 0])
          await tx.query(`CREATE OR REPLACE TABLE drill_made_${counterOf(mark) % 3} (id INT PRIMARY KEY)`)
          await gate()
          await tx.query(INSERT, [mark, 1])
        },
        { retry: true },
      ),
  },
  {
    name: 'lease, BEGIN as text',
    parts: 2,
    whole: true,
    weight: 5,
    write: (clients, task) => byText(clients.pool, task),
  },
  {
    name: 'lease, nothing awaited',
    parts: 2,
    whole: true,
    weight: 4,
    write: ({ pool }, { mark, gate }) =>
      pool.withConnection(async (lease) => {
        await gate()
        await toldByLast([
          lease.query('BEGIN'),
          lease.query(INSERT, [mark, 0]),
          lease.execute(INSERT, [mark, 1]),
          lease.query('COMMIT'),
        ])
      }),
  },
  {
    name: 'lease, COMMIT AND CHAIN',
    parts: 2,
    whole: false,
    weight: 3,
    write: (clients, task) => chained(clients.pool, task),
  },
  {
    name: 'lease, three writes not awaited',
    parts: 3,
    whole: false,
    weight: 3,
    write: ({ pool }, { mark, gate }) =>
      pool.withConnection(async (lease) => {
        await gate()
        return Promise.allSettled([0, 1, 2].map((part) => lease.query(INSERT, [mark, part])))
      }),
  },
]

async function pair(transaction: Transaction, { mark, gate }: Task): Promise<void> {
  await transaction.query(INSERT, [mark, 0])
  await transaction.execute(INSERT, [mark, 1])
  await gate()
}

async function byText(pool: Pool, { mark, gate }: Task): Promise<void> {
  const lease = await pool.getConnection()
  try {
    await lease.query('START TRANSACTION')
    await lease.query(INSERT, [mark, 0])
    await lease.query(INSERT, [mark, 1])
    await gate()
    await lease.query('COMMIT')
  } finally {
    // An open transaction is rolled back.
    lease.release()
  }
}

/** Each row is told by the COMMIT of its own transaction, where that one was begun at all. */
function chained(pool: Pool, { mark, gate }: Task): Promise<readonly PromiseSettledResult<unknown>[]> {
  return pool.withConnection(async (lease) => {
    await lease.query('START TRANSACTION')
    await lease.query(INSERT, [mark, 0])
    await gate()
    const [first] = await Promise.allSettled([lease.query('COMMIT AND CHAIN')])
    if (first.status === 'rejected') return [first, first]
    const [second] = await Promise.allSettled([lease.query(INSERT, [mark, 1]).then(() => lease.query('COMMIT'))])
    return [first, second]
  })
}

function counterOf(mark: string): number {
  return Number(mark.slice(mark.lastIndexOf('/') + 1)) % COUNTERS
}
