import { createPoolCluster, type PoolClusterConfig, type PoolConfig } from 'mariadb'
import { now } from '../clock.js'
import type { HostChange } from '../record.js'
import { readItem, WRITE_SQL } from '../tables.js'
import { perHost } from './mysql2-cluster.js'
import type { Subject, SubjectOptions } from './subject.js'

const TUNING = {
  cluster: { canRetry: true, removeNodeErrorCount: 1, restoreNodeTimeout: 500, defaultSelector: 'RR' },
  pool: {
    connectTimeout: 1_000,
    initializationTimeout: 1_000,
    acquireTimeout: 1_000,
    socketTimeout: 1_000,
    minDelayValidation: 100,
  },
} as const satisfies { cluster: PoolClusterConfig; pool: PoolConfig }

/** The cluster of pools that the MariaDB connector has. */
export function mariadbCluster({ access, connections }: SubjectOptions, tuned: boolean): Subject {
  const { user, password, database, hosts } = access
  const each: PoolConfig = { connectionLimit: perHost(connections, hosts), ...(tuned ? TUNING.pool : {}) }
  const options: PoolClusterConfig = tuned ? TUNING.cluster : {}
  const cluster = createPoolCluster(options)
  for (const address of hosts.split(',')) {
    const [host = '', port] = address.split(':')
    cluster.add(address, { ...each, host, port: Number(port), user, password, database })
  }
  const changes: HostChange[] = []
  cluster.on('remove', (host) => changes.push({ at: now(), host, good: false, reason: 'removed' }))
  // A regular expression, unlike mysql2's pattern.
  const all = cluster.of('.*')
  return {
    configuration: `cluster ${JSON.stringify(options)}, each host ${JSON.stringify(each)}`,
    changes,
    readNote: (id) => readItem((sql, values) => all.query(sql, [...values]), id),
    async write(item) {
      await all.query(WRITE_SQL, [item])
    },
    async borrow() {
      const connection = await all.getConnection()
      return {
        query: (sql) => connection.query(sql),
        release: () => void connection.release(),
      }
    },
    leaks: () => [],
    end: () => cluster.end(),
  }
}
