import type { Decoding, HostpoolError, Pool, PublicConfig } from '@mysql-hostpool/core'

import { unsupported } from './unsupported.js'

/** The content of `connection.config`: the user, the database, and how values are decoded. Never a password. */
export type ConnectionSettings = Decoding &
  Pick<PublicConfig['connection'], 'user' | 'database' | 'charset' | 'multipleStatements'>

/** The content of `pool.config`, in mysql2's arrangement. */
export interface PoolSettings extends Pick<
  PublicConfig,
  'connectionLimit' | 'maxIdle' | 'idleTimeout' | 'queueLimit' | 'waitForConnections' | 'resetOnRelease'
> {
  readonly connectionConfig: ConnectionSettings
}

/** The settings of a pool for which mysql2 has a place. Values are decoded as the facade says. */
export function settingsOf({ config }: Pool, decoding: Decoding): PoolSettings {
  const { connectionLimit, maxIdle, idleTimeout, queueLimit, waitForConnections, resetOnRelease } = config
  const { user, database, charset, multipleStatements } = config.connection
  const connectionConfig = { user, database, charset, multipleStatements, ...decoding }
  return unassignable('pool.config', {
    connectionLimit,
    maxIdle,
    idleTimeout,
    queueLimit,
    waitForConnections,
    resetOnRelease,
    connectionConfig: unassignable('pool.config.connectionConfig', connectionConfig),
  })
}

/**
 * Settings that can be read, spread and compared like any object, and refuse writes, which would have no effect. Frozen objects
 * would not do: code in sloppy mode writes to them without an error.
 */
export function unassignable<T extends object>(owner: string, settings: T): T {
  return new Proxy(settings, {
    set: (_, name) => {
      throw refusedAssignment(`${owner}.${String(name)}`)
    },
    defineProperty: (_, name) => {
      throw refusedAssignment(`${owner}.${String(name)}`)
    },
    deleteProperty: (_, name) => {
      throw refusedAssignment(`${owner}.${String(name)}`)
    },
  })
}

/** The error of an assignment without effect. The value is never shown, because it may be a password. */
export function refusedAssignment(member: string): HostpoolError {
  return unsupported(`Assigning to ${member}`, remedyOf(member.slice(member.lastIndexOf('.') + 1)))
}

function remedyOf(name: string): string {
  if (name === 'password') return 'give createPool({ password }) a function, which is asked for each new connection'
  if (name === 'queryFormat') return 'format the text before the call'
  return 'set it in createPool(); how values are decoded also as decoding of mysql2Pool(), or with a single statement'
}
