import { retryTransaction, typeormDriver } from '@mysql-hostpool/typeorm'
import { DataSource, EntitySchema } from 'typeorm'
import { isMariaDb } from '../server-kind.js'
import type { Subject, SubjectOptions } from './subject.js'
import { WatchedPool } from './watched-pool.js'

class DrillItem {
  id!: number
  note!: string
}

class DrillWrite {
  id!: string
  item!: number
}

const ENTITIES = [
  new EntitySchema<DrillItem>({
    name: 'DrillItem',
    target: DrillItem,
    tableName: 'drill_item',
    columns: { id: { type: 'int', primary: true }, note: { type: 'varchar', length: 40 } },
  }),
  new EntitySchema<DrillWrite>({
    name: 'DrillWrite',
    target: DrillWrite,
    tableName: 'drill_write',
    columns: { id: { type: 'bigint', primary: true, generated: 'increment' }, item: { type: 'int' } },
  }),
]

/** The pool of this project under TypeORM, which borrows a connection for each query of a repository. */
export async function hostpoolTypeorm(options: SubjectOptions): Promise<Subject> {
  const watched = new WatchedPool(options)
  const { pool, configuration, changes } = watched
  const type = isMariaDb(options.servers) ? 'mariadb' : 'mysql'
  const dataSource = new DataSource({ type, driver: typeormDriver(pool), entities: ENTITIES })
  await dataSource.initialize()
  const items = dataSource.getRepository(DrillItem)
  const writes = dataSource.getRepository(DrillWrite)
  return {
    configuration: `${configuration}; repository.findOneBy() and repository.insert()`,
    changes,
    readNote: async (id) => (await items.findOneBy({ id }))?.note,
    async write(item) {
      await writes.insert({ item })
    },
    transact: (item) =>
      retryTransaction(dataSource, async (manager) => void (await manager.getRepository(DrillWrite).insert({ item }))),
    borrow: () => pool.getConnection(),
    leaks: () => watched.leaks(),
    async end() {
      await dataSource.destroy()
      await watched.end()
    },
  }
}
