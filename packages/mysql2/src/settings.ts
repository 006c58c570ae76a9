import type { Decoding, Pool } from '@mysql-hostpool/core'

/** What `connection.config` tells: who is logged in where, and how values are decoded. Never a password. */
export interface ConnectionSettings extends Decoding {
  readonly user?: string | undefined
  readonly database?: string | undefined
  readonly charset?: string | undefined
}

/** What `pool.config` tells, in mysql2's arrangement. */
export interface PoolSettings {
  readonly connectionLimit: number
  readonly connectionConfig: ConnectionSettings
}

/** What a pool was made with, as far as mysql2 has a place for it; `decoding` is this shape's own. */
export function settingsOf(pool: Pool, decoding: Decoding): PoolSettings {
  return { connectionLimit: pool.status().connectionLimit, connectionConfig: { ...decoding } }
}
