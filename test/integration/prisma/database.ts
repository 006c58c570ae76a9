import { readFile } from 'node:fs/promises'

import { createPool, type Pool, type PoolOptions, type Queryable } from '@mysql-hostpool/core'
import { PrismaHostpool } from '@mysql-hostpool/prisma'

import { access } from '../setup/servers.js'
import { PrismaClient } from './generated/client.js'

/** A database of one test file's own, a pool on it and a client on the pool. */
export interface PrismaDatabase extends AsyncDisposable {
  readonly options: PoolOptions
  readonly pool: Pool
  readonly prisma: PrismaClient
}

/** Where the servers are, and as whom; whatever the test says of the rest. */
export function poolOptions(more: PoolOptions = {}): PoolOptions {
  const { hosts, user, password, database } = access
  return { host: hosts, user, password, database, onConnect: readOwnWrites, ...more }
}

export async function openPrismaDatabase(name: string): Promise<PrismaDatabase> {
  await using setup = createPool(poolOptions())
  await setup.query(`DROP DATABASE IF EXISTS ${name}`)
  await setup.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  const options = poolOptions({ database: name, connectionLimit: 6 })
  const pool = createPool(options)
  const prisma = new PrismaClient({ adapter: new PrismaHostpool(pool) })
  const adapter = await new PrismaHostpool(pool).connect()
  await adapter.executeScript(await readFile(new URL('tables.sql', import.meta.url), 'utf8'))
  return {
    options,
    pool,
    prisma,
    [Symbol.asyncDispose]: async () => {
      await prisma.$disconnect()
      await pool.query(`DROP DATABASE IF EXISTS ${name}`)
      await pool.end()
    },
  }
}

/** A read may go to another node than the write before it; on Galera it then has to wait until that node has caught up. */
export async function readOwnWrites(connection: Queryable): Promise<void> {
  const [found] = await connection.query("SHOW VARIABLES LIKE 'wsrep_sync_wait'")
  if (found.length > 0) await connection.query('SET SESSION wsrep_sync_wait = 15')
}
