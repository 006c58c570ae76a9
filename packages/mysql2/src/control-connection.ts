import { HostpoolError } from '@mysql-hostpool/core'

import type { Mysql2Pool } from './mysql2-pool.js'
import { Pool } from './pool.js'
import { callbackOf } from './statement-arguments.js'
import { unsupported } from './unsupported.js'

/** What stands in for the connection that a library opens to cancel a statement. */
export interface ControlConnection {
  /** As it was given. */
  readonly config: object
  /** It has no connection of its own. */
  readonly threadId: 0
  connect(callback?: (error: Error | null) => void): void
  /** Takes `KILL QUERY n` and `KILL CONNECTION n`, for a connection that the pool has checked out, or that was destroyed. */
  query(sql: string, parameters?: unknown, callback?: unknown): never
  destroy(): void
  end(callback?: (error: Error | null) => void): void
}

/**
 * What libraries make control connections with, Kysely for one (`controlConnection` of its `MysqlDialect`): they open a connection
 * with the settings of the one that is busy, and send `KILL QUERY` or `KILL CONNECTION` with its number. No settings hold the pool's password, so the
 * pool itself cancels the statement, on the right server, and never one of another borrower.
 * @returns a function in the place of mysql2's `createConnection`
 * @throws ERR_HOSTPOOL_CONFIG when it is not given a pool of `mysql2Pool()`
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
      // Where it was given back, its statement is over.
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

/** `name:port`, as core names hosts, of what `connection.config` tells. */
function hostOf(config: object): string {
  const { host, port } = config as { readonly host?: unknown; readonly port?: unknown }
  const name = String(host)
  return `${name.includes(':') ? `[${name}]` : name}:${Number(port)}`
}
