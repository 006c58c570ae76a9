import type { HostpoolError } from '@mysql-hostpool/core'

import { dataSourceError } from './data-source-options.js'

/** The names that TypeORM's drivers for other databases look for in their module. */
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
  // expo, and other databases of phones.
  'openDatabase',
  'openDatabaseAsync',
] as const

/** The error for a DataSource of another database's type. */
export function foreignTypeError(): HostpoolError {
  return dataSourceError([
    "type: this is another database's type; with typeormDriver() the type has to be 'mariadb' (for MariaDB) or 'mysql'",
  ])
}

/**
 * The driver, which fails with the right `type` in its message where TypeORM takes it for another database's module. The result
 * can be called, because TypeORM's SQLite drivers call their module. Its own enumerable keys are the driver's and no others,
 * because TypeORM reads these.
 */
export function foreignTypesRefused<T extends object>(driver: T): T {
  const refuse = (): never => {
    throw foreignTypeError()
  }
  // A function expression, because only such a function can also be called as a constructor.
  const callable = function refused(): void {
    refuse()
  }
  for (const name of FOREIGN) Object.defineProperty(callable, name, { get: refuse, enumerable: false })
  return Object.assign(callable, driver)
}
