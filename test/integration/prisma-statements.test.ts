import { createPool, type Pool } from '@mysql-hostpool/core'
import { PrismaHostpool } from '@mysql-hostpool/prisma'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openPrismaDatabase, type PrismaDatabase } from './prisma/database.js'
import { PrismaClient } from './prisma/generated/client.js'
import { access } from './setup/servers.js'

const DISTINCT = Number(process.env['HOSTPOOL_TEST_STATEMENTS'] ?? 2_000)
const LIMIT = 64

let database: PrismaDatabase
let pool: Pool
let prisma: PrismaClient

beforeAll(async () => {
  database = await openPrismaDatabase('prisma_statements')
  // One connection to one host, so that the session's own counters tell of all statements.
  const [host = ''] = access.hosts.split(',')
  pool = createPool({ ...database.options, host, connectionLimit: 1, maxPreparedStatements: LIMIT })
  prisma = new PrismaClient({ adapter: new PrismaHostpool(pool) })
})

afterAll(async () => {
  await prisma.$disconnect()
  await pool.end()
  await database[Symbol.asyncDispose]()
})

/** A counter of the server; `Prepared_stmt_count` is of all sessions, the others are of this one. */
async function status(name: 'Prepared_stmt_count' | 'Com_stmt_prepare'): Promise<number> {
  const scope = name === 'Prepared_stmt_count' ? 'GLOBAL' : 'SESSION'
  const [rows] = await pool.query<{ Value: string }[]>(`SHOW ${scope} STATUS LIKE '${name}'`)
  return Number(rows[0]?.Value)
}

test(
  'the statements that stay prepared are bounded, however many there are',
  async () => {
    const [before, preparedBefore] = [await status('Prepared_stmt_count'), await status('Com_stmt_prepare')]
    let most = 0
    for (let index = 0; index < DISTINCT; index += 1) {
      await prisma.$queryRawUnsafe(`SELECT ${index} AS n, ? AS v`, index)
      if (index % 500 === 499) most = Math.max(most, (await status('Prepared_stmt_count')) - before)
    }
    expect((await status('Com_stmt_prepare')) - preparedBefore).toBeGreaterThanOrEqual(DISTINCT)
    expect(most).toBeGreaterThan(LIMIT / 2)
    expect(most).toBeLessThanOrEqual(LIMIT + 1)
  },
  30_000 + 10 * DISTINCT,
)

test('a statement that comes again is prepared once', async () => {
  const query = () => prisma.author.findUnique({ where: { id: 1 } })
  await query()
  const before = await status('Com_stmt_prepare')
  for (let time = 0; time < 20; time += 1) await query()
  expect(await status('Com_stmt_prepare')).toBe(before)
})
