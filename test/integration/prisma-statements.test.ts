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

/** How often this session has prepared and closed statements. */
async function counters(): Promise<{ prepared: number; closed: number }> {
  const [rows] = await pool.query<{ Variable_name: string; Value: string }[]>("SHOW SESSION STATUS LIKE 'Com_stmt_%'")
  const count = (name: string) => Number(rows.find((row) => row.Variable_name === name)?.Value)
  return { prepared: count('Com_stmt_prepare'), closed: count('Com_stmt_close') }
}

test(
  'the statements that stay prepared are bounded, however many there are',
  async () => {
    const before = await counters()
    let most = 0
    for (let index = 0; index < DISTINCT; index += 1) {
      await prisma.$queryRawUnsafe(`SELECT ${index} AS n, ? AS v`, index)
      if (index % 500 !== 499) continue
      const { prepared, closed } = await counters()
      most = Math.max(most, prepared - closed)
    }
    const after = await counters()
    expect(after.prepared - before.prepared).toBeGreaterThanOrEqual(DISTINCT)
    expect(most).toBeGreaterThan(LIMIT / 2)
    expect(most).toBeLessThanOrEqual(LIMIT + 1)
  },
  30_000 + 10 * DISTINCT,
)

test('a statement that comes again is prepared once', async () => {
  const query = () => prisma.author.findUnique({ where: { id: 1 } })
  await query()
  const before = await counters()
  for (let time = 0; time < 20; time += 1) await query()
  expect(await counters()).toEqual(before)
})
