import { createPool } from '@mysql-hostpool/core'
import type { Pool, PoolOptions } from '@mysql-hostpool/core'
import type { Mysql2Pool } from '@mysql-hostpool/mysql2'

import { dataSourceError, sortOptions } from './data-source-options.js'
import type { DriverOptions, SortedOptions } from './data-source-options.js'
import type { ClusterSides } from './pool-cluster.js'

/** The options for the user of a node. */
const IDENTITY = ['user', 'password', 'database'] as const

/** How the nodes of one DataSource are served. */
export interface NodeServers {
  /** True when a node names the same servers as the common pool. */
  readonly namesSame: (options: SortedOptions) => boolean
  /** The common pool, which serves all nodes without hosts of their own. */
  readonly common: (options: SortedOptions) => Pool
  /** Whether the common pool ends with the cluster. */
  readonly ownsCommon: boolean
  /** The configuration of a pool for nodes with hosts of their own, without the hosts. */
  readonly ownConfig: (options: SortedOptions) => PoolOptions
  /** The mysql2 facade of a pool, for reads or for writes. */
  readonly facade: (pool: Pool, options: SortedOptions, access: 'read' | 'write') => Mysql2Pool
}

interface Group {
  readonly options: SortedOptions
  /** The hosts of the group; undefined for the common pool. */
  readonly hosts: string[] | undefined
}

/**
 * Opens the pools that serve a DataSource's `replication`. Nodes without hosts share one pool. Nodes with hosts have pools of
 * their own: one for the master, and one for all slaves with the same user, which watches all their hosts.
 * @throws ERR_HOSTPOOL_CONFIG when the options of a node contradict the pool's, or name servers but no user.
 */
export function openReplicationPools(nodes: ReadonlyMap<string, DriverOptions>, servers: NodeServers): ClusterSides {
  const master = groupsOf(named(nodes, isMaster), servers)
  const slaves = groupsOf(named(nodes, isSlave), servers)
  const owned = new Set<Pool>()
  const poolOf = ({ options, hosts }: Group): Pool => {
    const pool =
      hosts === undefined ? servers.common(options) : createPool({ ...servers.ownConfig(options), host: hosts })
    if (hosts !== undefined || servers.ownsCommon) owned.add(pool)
    return pool
  }
  const [first] = master.length > 0 ? master : slaves
  if (first === undefined) throw dataSourceError(['replication: there are no nodes'])
  const masterPool = poolOf(first)
  const write = servers.facade(masterPool, first.options, 'write')
  // Without slaves any host of the master's pool may serve a read.
  const reads =
    slaves.length === 0
      ? [servers.facade(masterPool, first.options, 'read')]
      : slaves.map((group) => servers.facade(poolOf(group), group.options, 'read'))
  const end = async (): Promise<void> => {
    await Promise.all([write, ...reads].map((facade) => facade.promise().end()))
    await Promise.all([...owned].map((pool) => pool.end()))
  }
  return { write, reads, end }
}

const isMaster = (name: string): boolean => name === 'MASTER'
const isSlave = (name: string): boolean => !isMaster(name)

function named(
  nodes: ReadonlyMap<string, DriverOptions>,
  wanted: (name: string) => boolean,
): readonly (readonly [string, SortedOptions])[] {
  return [...nodes].filter(([name]) => wanted(name)).map(([name, options]) => [name, sortOptions(options)])
}

/** Groups the nodes that can share a pool. */
function groupsOf(nodes: readonly (readonly [string, SortedOptions])[], servers: NodeServers): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const [name, options] of nodes) {
    const hosts = hostsOf(options)
    const isOwn = hosts !== undefined && !servers.namesSame(options)
    if (isOwn && servers.ownConfig(options).user === undefined) {
      throw dataSourceError([
        `replication: ${name} names a host of its own and no username; say which user logs in there`,
      ])
    }
    const key = isOwn ? JSON.stringify(IDENTITY.map((option) => options.connection[option])) : ''
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { options, hosts: isOwn ? hosts : undefined })
    else if (isOwn) known.hosts?.push(...hosts)
    // Checks that the node sets no option that the common pool lacks.
    else servers.common(options)
  }
  return [...groups.values()].map(({ options, hosts }) => ({ options, hosts: hosts && [...new Set(hosts)] }))
}

/** The hosts of a node, each with its port; undefined for a node without hosts. */
function hostsOf({ connection }: SortedOptions): string[] | undefined {
  const { host, port } = connection
  if (typeof host !== 'string') return undefined
  return host.split(',').map((one) => withPort(one.trim(), port))
}

function withPort(host: string, port: unknown): string {
  const hasPort = !/^(?:\[[^\]]*\]|[^:]*)$/.test(host)
  return hasPort || port === undefined ? host : `${host}:${Number(port)}`
}
