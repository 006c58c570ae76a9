import { isDeepStrictEqual } from 'node:util'

import type { PublicConfig } from '@mysql-hostpool/core'

import { dataSourceError, dataSourceName, shown } from './data-source-options.js'
import type { DriverOptions } from './data-source-options.js'

/**
 * Checks that a DataSource on a shared pool asks for no other connection or pool: each option that it sets must be equal to the
 * pool's.
 * @throws ERR_HOSTPOOL_CONFIG naming every option that differs.
 */
export function checkSharedOptions(config: PublicConfig, connection: DriverOptions): void {
  const problems = Object.entries(connection)
    .filter(([name, value]) => !agrees(name, value, config))
    .map(([name, value]) => problemOf(name, value))
  if (problems.length > 0) throw dataSourceError(problems)
}

function agrees(name: string, value: unknown, config: PublicConfig): boolean {
  switch (name) {
    case 'acquireTimeout':
      // The wait for a connection is the borrower's own choice.
      return true
    case 'password':
      // A pool never shows its password, so there is nothing to compare with. For a URL without a login TypeORM passes ''.
      return value === ''
    case 'host':
      return typeof value === 'string' && sameHosts(value, config.hosts)
    case 'port':
      return config.hosts.every(({ port }) => port === Number(value))
    case 'charset':
      return typeof value === 'string' && sameCharset(value, config.connection.charset)
    case 'user':
      return value === '' || value === config.connection.user
    default: {
      const options: DriverOptions = { ...config, ...config.connection }
      return name in options && asksNoMore(value, options[name])
    }
  }
}

/**
 * Whether an option asks for nothing beyond the pool's. In a group of options, as `health`, a missing option asks for nothing.
 */
function asksNoMore(given: unknown, own: unknown): boolean {
  if (!isGroup(given) || !isGroup(own)) return isDeepStrictEqual(given, own)
  return Object.entries(given).every(([name, value]) => value === undefined || isDeepStrictEqual(value, own[name]))
}

function isGroup(value: unknown): value is DriverOptions {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True when a node of `replication` names exactly the hosts of the pool. */
export function namesHostsOf({ hosts }: PublicConfig, { host, port }: DriverOptions): boolean {
  if (typeof host !== 'string' || !sameHosts(host, hosts)) return false
  return port === undefined || hosts.every((one) => one.port === Number(port))
}

/** Compares `db1,db2:3307` with the pool's hosts, in any order. A missing port fits any port. */
function sameHosts(given: string, hosts: PublicConfig['hosts']): boolean {
  const left = new Set(hosts)
  for (const name of given.split(',').map((one) => one.trim().toLowerCase())) {
    const found = [...left].find(({ host, port }) =>
      [host, `${host}:${port}`, `[${host}]`, `[${host}]:${port}`].some((form) => form.toLowerCase() === name),
    )
    if (found === undefined) return false
    left.delete(found)
  }
  return left.size === 0
}

/** A charset without a collation means its default collation, whichever that is. */
function sameCharset(given: string, collation: string): boolean {
  const [wanted, actual] = [given.toLowerCase(), collation.toLowerCase()]
  return wanted === actual || actual.startsWith(`${wanted}_`)
}

function problemOf(name: string, value: unknown): string {
  const option = dataSourceName(name)
  const remedy = 'remove it from the DataSource and set it in createPool(), or give typeormDriver() a configuration'
  if (name === 'password') return `${option}: the pool is shared and logs in with its own password; ${remedy}`
  if (name === 'ssl' && typeof value !== 'boolean') {
    return `${option}: the pool is shared and does not show its own TLS settings, so the two cannot be compared; ${remedy}`
  }
  return `${option}: ${shown(name, value)} is not what the shared pool has; ${remedy}`
}
