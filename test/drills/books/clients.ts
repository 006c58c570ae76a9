import { createPool, type Pool } from '@mysql-hostpool/core'
import { mysql2Pool, type Mysql2Pool } from '@mysql-hostpool/mysql2'
import { PrismaHostpool, retryTransactions } from '@mysql-hostpool/prisma'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource } from 'typeorm'
import type { ServerAccess } from '../../cluster/index.js'
import { within } from '../../program/within.js'
import { PrismaClient } from '../../integration/prisma/generated/client.js'

const ENDING = 20_000

export interface ClientOptions {
  readonly access: ServerAccess
  /** In the order in which the pool is given them. */
  readonly hosts: readonly string[]
  /** The first host gets all the load while it is well; else all hosts get their share. */
  readonly ordered: boolean
  readonly connections: number
}

/** One pool, and all that is used through it. */
export class Clients implements AsyncDisposable {
  readonly pool: Pool
  readonly shape: Mysql2Pool
  readonly dataSource: DataSource
  readonly prisma: ReturnType<typeof prismaOver>

  private constructor(pool: Pool) {
    this.pool = pool
    this.shape = mysql2Pool(pool)
    this.dataSource = new DataSource({ type: 'mariadb', driver: typeormDriver(pool), logging: false })
    this.prisma = prismaOver(pool)
  }

  static async open({ access, hosts, ordered, connections }: ClientOptions): Promise<Clients> {
    const { user, password, database } = access
    const clients = new Clients(
      createPool({
        host: hosts.join(','),
        user,
        password,
        database,
        connectionLimit: connections,
        maxConnecting: 10,
        selector: ordered ? 'ordered' : 'random',
      }),
    )
    await clients.dataSource.initialize()
    await clients.prisma.$connect()
    return clients
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!(await within(this.#end(), ENDING))) throw new Error(`the pool did not end within ${ENDING} ms`)
  }

  async #end(): Promise<void> {
    await this.prisma.$disconnect()
    await this.dataSource.destroy()
    await this.pool.end()
  }
}

function prismaOver(pool: Pool) {
  return new PrismaClient({ adapter: new PrismaHostpool(pool) }).$extends(retryTransactions())
}
