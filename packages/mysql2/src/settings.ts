import type { Decoding, Pool, PublicConfig } from '@mysql-hostpool/core'

/** What `connection.config` tells: who is logged in where, and how values are decoded. Never a password. */
export type ConnectionSettings = Decoding &
  Pick<PublicConfig['connection'], 'user' | 'database' | 'charset' | 'multipleStatements'>

/** What `pool.config` tells, in mysql2's arrangement. */
export interface PoolSettings extends Pick<
  PublicConfig,
  'connectionLimit' | 'maxIdle' | 'idleTimeout' | 'queueLimit' | 'waitForConnections' | 'resetOnRelease'
> {
  readonly connectionConfig: ConnectionSettings
}

/** What a pool was made with, as far as mysql2 has a place for it; values are decoded as the shape says. */
export function settingsOf({ config }: Pool, decoding: Decoding): PoolSettings {
  const { connectionLimit, maxIdle, idleTimeout, queueLimit, waitForConnections, resetOnRelease } = config
  const { user, database, charset, multipleStatements } = config.connection
  return {
    connectionLimit,
    maxIdle,
    idleTimeout,
    queueLimit,
    waitForConnections,
    resetOnRelease,
    connectionConfig: { user, database, charset, multipleStatements, ...decoding },
  }
}
