import { readFile } from 'node:fs/promises'

import { createPool, type Pool } from '@mysql-hostpool/core'
import { PrismaHostpool } from '@mysql-hostpool/prisma'

import { freshDatabase, type TestDatabase } from '../setup/fresh-database.js'
import { PrismaClient } from './generated/client.js'

/** A database of one test file's own, a pool on it and a client on the pool. */
export interface PrismaDatabase extends AsyncDisposable {
  readonly options: TestDatabase
  readonly pool: Pool
  readonly prisma: PrismaClient
  /** Otherwise the servers are MySQL, which has other types and variables. */
  readonly isMariaDb: boolean
}

export async function openPrismaDatabase(name: string): Promise<PrismaDatabase> {
  const options = await freshDatabase(name)
  const pool = createPool(options)
  const prisma = new PrismaClient({ adapter: new PrismaHostpool(pool) })
  const adapter = await new PrismaHostpool(pool).connect()
  await adapter.executeScript(await readFile(new URL('tables.sql', import.meta.url), 'utf8'))
  const isMariaDb = await pool.withConnection((connection) => /mariadb/i.test(connection.serverVersion))
  return {
    options,
    pool,
    prisma,
    isMariaDb,
    [Symbol.asyncDispose]: async () => {
      await prisma.$disconnect()
      await pool.query(`DROP DATABASE IF EXISTS ${options.database}`)
      await pool.end()
    },
  }
}
