import type { HostpoolError } from '@mysql-hostpool/core'

import { dataSourceError } from './data-source-options.js'

/** What TypeORM's drivers for other databases look for in the module that they are given. */
const FOREIGN = [
  // postgres, cockroachdb, aurora-postgres
  'Pool',
  'Client',
  'native',
  // sqlserver, oracle, mongodb, sqljs
  'ConnectionPool',
  'DB_TYPE_CLOB',
  'MongoClient',
  'Database',
  // expo, and other databases of a phone
  'openDatabase',
  'openDatabaseAsync',
] as const

/** What a DataSource of another database's type is told. */
export function foreignTypeError(): HostpoolError {
  return dataSourceError([
    "type: it is another database's; with typeormDriver() it has to be 'mariadb' (for MariaDB) or 'mysql'",
  ])
}

/**
 * A driver that says which type a DataSource must have where TypeORM takes it for another database's module. Drivers of SQLite call
 * their module, so it can be called. TypeORM looks at its own enumerable keys: these are the driver's, and no others.
 */
export function foreignTypesRefused<T extends object>(driver: T): T {
  const refuse = (): never => {
    throw foreignTypeError()
  }
  // what is called as a constructor has to be a function of the old kind
  const callable = function refused(): void {
    refuse()
  }
  for (const name of FOREIGN) Object.defineProperty(callable, name, { get: refuse, enumerable: false })
  return Object.assign(callable, driver)
}
