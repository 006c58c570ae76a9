import { isDeepStrictEqual } from 'node:util'

import type { PoolOptions } from '@mysql-hostpool/core'

import { dataSourceError, dataSourceName, shown } from './data-source-options.js'
import type { DriverOptions, SortedOptions } from './data-source-options.js'

/** Options that identify the server and the user. Two different values for one of them are a mistake, not a preference. */
const IDENTITY = new Set(['host', 'port', 'socketPath', 'user', 'password', 'database', 'ssl', 'charset'])

/**
 * The configuration of a DataSource's own pool: the driver's options, and the DataSource's for those that the driver leaves
 * out.
 * @throws ERR_HOSTPOOL_CONFIG when both identify the connection, and differ.
 */
export function ownedConfig(config: PoolOptions, dataSource: SortedOptions): PoolOptions {
  const problems: string[] = []
  const merged: Record<string, unknown> = { ...dataSource.decoding, ...dataSource.connection }
  for (const [name, value] of Object.entries(definedOf(config))) {
    const other = dataSource.connection[name]
    if (other !== undefined && IDENTITY.has(name) && !sameOption(name, value, other)) {
      problems.push(
        `${dataSourceName(name)}: the DataSource says ${shown(name, other)}, ` +
          `the configuration of typeormDriver() says ${shown(name, value)}; say it in one place`,
      )
    }
    merged[name] = value
  }
  if (problems.length > 0) throw dataSourceError(problems)
  return merged
}

/**
 * Checks that the nodes of a DataSource's `replication` without hosts do not differ in server or user: they share one pool.
 * @throws ERR_HOSTPOOL_CONFIG naming every difference.
 */
export function checkSameNode(first: PoolOptions, other: PoolOptions): void {
  const [one, two]: readonly [DriverOptions, DriverOptions] = [{ ...first }, { ...other }]
  const problems = [...IDENTITY]
    .filter((name) => !sameOption(name, one[name], two[name]))
    .map(
      (name) =>
        `replication: master and slaves differ in ${dataSourceName(name)}; one pool serves those that name no ` +
        'host: give typeormDriver() all hosts and leave the nodes empty, or give every node its host',
    )
  if (problems.length > 0) throw dataSourceError(problems)
}

/**
 * The configuration of a pool for nodes with hosts of their own. The user is the node's. All else comes from the driver's
 * options, or from the DataSource's where the driver leaves an option out. The hosts are not included.
 */
export function nodeConfig(config: PoolOptions, { decoding, connection }: SortedOptions): PoolOptions {
  const merged: Record<string, unknown> = { ...decoding, ...connection, ...definedOf(config) }
  for (const name of connection['user'] === undefined ? ['database'] : ['user', 'password', 'database']) {
    merged[name] = connection[name] ?? (name === 'password' ? undefined : merged[name])
  }
  for (const name of ['host', 'port', 'socketPath']) delete merged[name]
  return merged
}

/** True when a node names the same servers as the configuration. */
export function namesSameServers(config: PoolOptions, { connection }: SortedOptions): boolean {
  const port = connection['port'] ?? config.port
  return sameOption('host', config.host, connection['host']) && sameOption('port', port, config.port)
}

function definedOf(config: PoolOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined))
}

/** True when two options mean the same. Host lists are compared in any form, other options by value. */
function sameOption(name: string, one: unknown, other: unknown): boolean {
  if (name === 'host') return hostList(one) === hostList(other)
  if (name === 'port') return Number(one ?? 3306) === Number(other ?? 3306)
  if (name === 'charset') return String(one).toLowerCase() === String(other).toLowerCase()
  return isDeepStrictEqual(one, other)
}

function hostList(hosts: unknown): string {
  const list = Array.isArray(hosts) ? (hosts as readonly unknown[]) : String(hosts).split(',')
  return list
    .map((host) => (typeof host === 'string' ? host.trim() : JSON.stringify(host)))
    .sort()
    .join(',')
}
