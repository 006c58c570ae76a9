import { createPoolCluster, type PoolClusterOptions, type PoolOptions } from 'mysql2/promise'
import { now } from '../clock.js'
import type { HostChange } from '../record.js'
import { readItem, WRITE_SQL } from '../tables.js'
import type { Subject, SubjectOptions } from './subject.js'

const TUNING = {
  cluster: { canRetry: true, removeNodeErrorCount: 1, restoreNodeTimeout: 500, defaultSelector: 'RR' },
  pool: { connectTimeout: 1_000 },
} as const satisfies { cluster: PoolClusterOptions; pool: PoolOptions }

/** The cluster of pools that mysql2 has: one pool for each host, and hosts in turn. */
export function mysql2Cluster({ access, connections }: SubjectOptions, tuned: boolean): Subject {
  const { user, password, database, hosts } = access
  const each: PoolOptions = { connectionLimit: perHost(connections, hosts), ...(tuned ? TUNING.pool : {}) }
  const options: PoolClusterOptions = tuned ? TUNING.cluster : {}
  const cluster = createPoolCluster(options)
  for (const address of hosts.split(',')) {
    const [host = '', port] = address.split(':')
    cluster.add(address, { ...each, host, port: Number(port), user, password, database })
  }
  const changes: HostChange[] = []
  const note = (good: boolean, reason: string) => (host: unknown) => {
    changes.push({ at: now(), host: String(host), good, reason })
  }
  cluster.on('offline', note(false, 'offline'))
  cluster.on('remove', note(false, 'removed'))
  cluster.on('online', note(true, 'online'))
  const all = cluster.of('*')
  return {
    configuration: `cluster ${JSON.stringify(options)}, each host ${JSON.stringify(each)}`,
    changes,
    readNote: (id) => readItem(async (sql, values) => (await all.query(sql, [...values]))[0], id),
    async write(item) {
      await all.query(WRITE_SQL, [item])
    },
    borrow: () => all.getConnection(),
    leaks: () => [],
    end: () => cluster.end(),
  }
}

export function perHost(connections: number, hosts: string): number {
  return Math.max(1, Math.floor(connections / hosts.split(',').length))
}
