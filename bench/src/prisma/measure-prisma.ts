import { createPool } from '@mysql-hostpool/core'
import { PrismaHostpool } from '@mysql-hostpool/prisma'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import type { TrialResult } from '../benchmark.js'
import { PrismaClient } from '../generated/client.js'
import { CALLERS, CONNECTIONS, measureOrm } from '../orm/measure-orm.js'
import type { OrmSubject } from '../orm/orm-subject.js'
import { anyHundred, anyId, PRODUCTS } from '../orm/tables.js'
import { ownRows } from '../load/own-rows.js'
import { inOwnTurn } from '../load/own-turn.js'
import { firstOf } from '../servers/host-access.js'
import type { Assignment, Turn } from '../trial.js'
import { type Operation, operationsOf, type PrismaSubjectName } from './benchmark.js'

type Adapter = NonNullable<NonNullable<ConstructorParameters<typeof PrismaClient>[0]>['adapter']>

export function measurePrisma({ subject, access, quick }: Assignment, turn: Turn): Promise<TrialResult> {
  return measureOrm(open(subject as PrismaSubjectName, access), operationsOf(quick), quick, turn)
}

function open(name: PrismaSubjectName, access: ServerAccess): OrmSubject {
  switch (name) {
    case 'mysql-hostpool, one host':
    case 'mysql-hostpool, one host, again':
      return ours(access, 1)
    case 'mysql-hostpool, three hosts':
      return ours(access, 3)
    case 'adapter-mariadb':
      return stock(access, {})
    case 'adapter-mariadb, statements cached':
      return stock(access, { prepareCacheLength: 256 })
    default:
      return name satisfies never
  }
}

function ours(access: ServerAccess, hosts: number): OrmSubject {
  const { user, password, database } = access
  const host = access.hosts.split(',').slice(0, hosts)
  const pool = createPool({ host, user, password, database, connectionLimit: CONNECTIONS })
  const subject = subjectOf(`${hosts} of the hosts, connectionLimit ${CONNECTIONS}`, new PrismaHostpool(pool))
  return {
    ...subject,
    async end() {
      await subject.end()
      await pool.end()
    },
  }
}

function stock(access: ServerAccess, tuning: { readonly prepareCacheLength?: number }): OrmSubject {
  const options = { connectionLimit: CONNECTIONS, ...tuning }
  return subjectOf(JSON.stringify(options), new PrismaMariaDb({ ...firstOf(access), ...options }))
}

function subjectOf(configuration: string, adapter: Adapter): OrmSubject {
  const prisma = new PrismaClient({ adapter })
  const anyStock = () => Math.floor(Math.random() * 1e6)
  const rowOf = ownRows(PRODUCTS, CALLERS)
  const operations: Record<Operation, (caller: number) => Promise<unknown>> = {
    // Not joined with others into one query, as in a server.
    findUnique: () => inOwnTurn(() => prisma.product.findUnique({ where: { id: anyId() } })),
    'findMany, 100 rows': () => {
      const first = anyHundred()
      return prisma.product.findMany({ where: { id: { gte: first, lt: first + 100 } } })
    },
    create: () => prisma.product.create({ data: { name: 'new', price: '9.90', stock: anyStock() } }),
    update: (caller) => prisma.product.update({ where: { id: rowOf(caller) }, data: { stock: anyStock() } }),
    transaction: (caller) =>
      prisma.$transaction(async (transaction) => {
        const id = rowOf(caller)
        await transaction.product.findUnique({ where: { id } })
        await transaction.product.update({ where: { id }, data: { stock: anyStock() } })
      }),
  }
  return { configuration, operations, end: () => prisma.$disconnect() }
}
