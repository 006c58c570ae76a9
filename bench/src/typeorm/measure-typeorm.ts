import { createPool } from '@mysql-hostpool/core'
import { typeormDriver } from '@mysql-hostpool/typeorm'
import type { ServerAccess } from '@mysql-hostpool/test/cluster'
import { Between, DataSource, type DataSourceOptions, EntitySchema } from 'typeorm'
import type { TrialResult } from '../benchmark.js'
import { CALLERS, CONNECTIONS, measureOrm } from '../orm/measure-orm.js'
import type { OrmSubject } from '../orm/orm-subject.js'
import { anyHundred, anyId, PRODUCTS } from '../orm/tables.js'
import { ownRows } from '../load/own-rows.js'
import { firstOf } from '../servers/host-access.js'
import type { Assignment, Turn } from '../trial.js'
import { type Operation, operationsOf, type TypeormSubjectName } from './benchmark.js'

interface Product {
  id: number
  name: string
  price: string
  stock: number
}

const product = new EntitySchema<Product>({
  name: 'product',
  tableName: 'bench_product',
  columns: {
    id: { type: Number, primary: true, generated: true },
    name: { type: String, length: 40 },
    price: { type: 'decimal', precision: 10, scale: 2 },
    stock: { type: Number },
  },
})

export async function measureTypeorm({ subject, access, quick }: Assignment, turn: Turn): Promise<TrialResult> {
  return measureOrm(await open(subject as TypeormSubjectName, access), operationsOf(quick), quick, turn)
}

async function open(name: TypeormSubjectName, access: ServerAccess): Promise<OrmSubject> {
  switch (name) {
    case 'mysql-hostpool, one host':
    case 'mysql-hostpool, one host, again':
      return ours(access, 1)
    case 'mysql-hostpool, three hosts':
      return ours(access, 3)
    case 'stock mysql2':
      return subjectOf(`poolSize ${CONNECTIONS}`, { type: 'mariadb', ...nameOf(access), poolSize: CONNECTIONS })
    default:
      return name satisfies never
  }
}

async function ours(access: ServerAccess, hosts: number): Promise<OrmSubject> {
  const { user, password, database } = access
  const host = access.hosts.split(',').slice(0, hosts)
  const pool = createPool({ host, user, password, database, connectionLimit: CONNECTIONS })
  const subject = await subjectOf(`${hosts} of the hosts, connectionLimit ${CONNECTIONS}`, {
    type: 'mariadb',
    driver: typeormDriver(pool),
  })
  return {
    ...subject,
    async end() {
      await subject.end()
      await pool.end()
    },
  }
}

async function subjectOf(configuration: string, options: DataSourceOptions): Promise<OrmSubject> {
  const source = await new DataSource({ ...options, entities: [product] }).initialize()
  const products = source.getRepository(product)
  const rowOf = ownRows(PRODUCTS, CALLERS)
  const operations: Record<Operation, (caller: number) => Promise<unknown>> = {
    'find by id': () => products.findOneBy({ id: anyId() }),
    'find 100 rows': () => {
      const first = anyHundred()
      return products.findBy({ id: Between(first, first + 99) })
    },
    save: (caller) => products.save({ id: rowOf(caller), stock: Math.floor(Math.random() * 1e6) }),
    transaction: (caller) =>
      source.transaction(async (manager) => {
        const mine = manager.getRepository(product)
        const id = rowOf(caller)
        await mine.findOneBy({ id })
        await mine.update({ id }, { stock: Math.floor(Math.random() * 1e6) })
        await mine.findOneBy({ id })
      }),
  }
  return { configuration, operations, end: () => source.destroy() }
}

function nameOf(access: ServerAccess) {
  const { user, ...rest } = firstOf(access)
  return { ...rest, username: user }
}
