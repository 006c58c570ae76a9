import { HostpoolError } from '@mysql-hostpool/core'

import type { Mysql2Pool } from './mysql2-pool.js'
import { Pool } from './pool.js'
import { callbackOf } from './statement-arguments.js'
import { unsupported } from './unsupported.js'

/** Stands in for the connection that a library opens to cancel a statement. */
export interface ControlConnection {
  /** The given settings, unchanged. */
  readonly config: object
  /** Always 0: a control connection has no connection of its own. */
  readonly threadId: 0
  /** Calls back: there is nothing to connect. */
  connect(callback?: (error: Error | null) => void): void
  /**
   * Takes `KILL QUERY n` and `KILL CONNECTION n`, where n is the number of a connection that is checked out, or was destroyed
   * last.
   */
  query(sql: string, parameters?: unknown, callback?: unknown): never
  /** Does nothing: there is nothing to close. */
  destroy(): void
  /** Calls back: there is nothing to close. */
  end(callback?: (error: Error | null) => void): void
}

/**
 * A function for libraries that make control connections, Kysely for example (`controlConnection` of its `MysqlDialect`). Such
 * a library opens a connection with the settings of the busy one, and sends `KILL QUERY` or `KILL CONNECTION` with its number.
 * No settings contain the pool's password. So the pool itself cancels the statement, on the right server, and never a statement
 * of another borrower.
 * @returns a function to use in place of mysql2's `createConnection`
 * @throws ERR_HOSTPOOL_CONFIG where `pool` was not made by `mysql2Pool()`
 */
export function controlConnection(pool: Mysql2Pool): (config: object | string) => ControlConnection {
  const given: unknown = pool
  if (!(given instanceof Pool)) {
    throw new HostpoolError('ERR_HOSTPOOL_CONFIG', 'controlConnection() takes the pool that mysql2Pool() has made')
  }
  const facade = Pool.facadeOf(given)
  return (config) => {
    const settings = typeof config === 'string' ? {} : config
    const cancel = (sql: string): Error | null => {
      const [, what = '', id] = /^\s*kill\s+(?:(query|connection)\s+)?(\d+)\s*;?\s*$/i.exec(sql) ?? []
      if (id === undefined) {
        return unsupported(
          'A control connection with another statement',
          'it takes KILL QUERY, or KILL CONNECTION, with a number alone',
        )
      }
      // The statement of a connection that was given back is over.
      const connection = facade.connectionOf(Number(id), hostOf(settings))
      if (what.toLowerCase() !== 'query') connection?.destroy()
      connection?.lease.cancel()
      return null
    }
    return {
      config: settings,
      threadId: 0,
      connect: (callback) => void (callback !== undefined && process.nextTick(callback, null)),
      query: (sql, parameters, callback) => {
        const done = callbackOf(parameters, callback)
        const error = cancel(sql)
        if (done !== undefined) process.nextTick(done, error)
        return undefined as never
      },
      destroy: () => undefined,
      end: (callback) => void (callback !== undefined && process.nextTick(callback, null)),
    }
  }
}

/** The host of a `connection.config` as `name:port`, core's form. */
function hostOf(config: object): string {
  const { host, port } = config as { readonly host?: unknown; readonly port?: unknown }
  const name = String(host)
  return `${name.includes(':') ? `[${name}]` : name}:${Number(port)}`
}
