import type { Decoding, Pool } from '@mysql-hostpool/core'

/** What `connection.config` tells: who is logged in where, and how values are decoded. Never a password. */
export interface ConnectionSettings extends Decoding {
  readonly user?: unknown
  readonly database?: unknown
  readonly charset?: unknown
  readonly multipleStatements?: unknown
}

/** What `pool.config` tells, in mysql2's arrangement. */
export interface PoolSettings {
  readonly connectionLimit: number
  readonly maxIdle?: unknown
  readonly idleTimeout?: unknown
  readonly queueLimit?: unknown
  readonly waitForConnections?: unknown
  readonly resetOnRelease?: unknown
  readonly connectionConfig: ConnectionSettings
}

/** What a pool was made with, as far as mysql2 has a place for it; values are decoded as the shape says. */
export function settingsOf(pool: Pool, decoding: Decoding): PoolSettings {
  const config = configOf(pool)
  const { user, database, charset, multipleStatements } = recordOf(config['connection'])
  return {
    connectionLimit: pool.status().connectionLimit,
    maxIdle: config['maxIdle'],
    idleTimeout: config['idleTimeout'],
    queueLimit: config['queueLimit'],
    waitForConnections: config['waitForConnections'],
    resetOnRelease: config['resetOnRelease'],
    connectionConfig: { user, database, charset, multipleStatements, ...decoding },
  }
}

/** How a pool decodes for borrowers that say nothing, with what a shape says in place of it. */
export function decodingOf(pool: Pool, own: Decoding | undefined): Decoding {
  return { ...recordOf(configOf(pool)['decoding']), ...own }
}

/** Milliseconds that a pool gives its borrowers when it ends. */
export function endTimeoutOf(pool: Pool): number {
  const given = configOf(pool)['endTimeout']
  return typeof given === 'number' ? given : 10_000
}

function configOf(pool: Pool): Readonly<Record<string, unknown>> {
  return 'config' in pool ? recordOf(pool.config) : {}
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {}
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
