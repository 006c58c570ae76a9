import type { Pool } from '@mysql-hostpool/core'

/** What a pool tells about what it was made with; no secrets. */
export interface PoolSettings {
  readonly hosts: readonly { readonly host: string; readonly port: number }[]
  /** Everything else by option name: what defines a connection, and what defines the pool. */
  readonly options: Readonly<Record<string, unknown>>
}

export function settingsOf(pool: Pool): PoolSettings {
  const status = pool.status()
  const config: unknown = 'config' in pool ? pool.config : undefined
  const options = isRecord(config) ? config : {}
  const connection = isRecord(options['connection']) ? options['connection'] : {}
  return {
    hosts: status.hosts.map(({ name }) => hostOf(name)),
    options: { ...options, ...connection, connectionLimit: status.connectionLimit },
  }
}

/** `db1:3306` or `[fd00::3]:3306`, taken apart. */
function hostOf(name: string): PoolSettings['hosts'][number] {
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|(.*)):(\d+)$/.exec(name) ?? []
  return { host: bracketed ?? plain ?? name, port: Number(port) }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
