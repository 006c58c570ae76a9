import { createPoolCluster, type PoolClusterConfig, type PoolConfig } from 'mariadb'
import { readItem, WRITE_SQL } from '../tables.js'
import { perHost } from './mysql2-cluster.js'
import type { Subject, SubjectOptions } from './subject.js'

const TUNING = {
  // With a removeNodeErrorCount a host that was removed stays away for good.
  cluster: { canRetry: true, restoreNodeTimeout: 500, defaultSelector: 'RR' },
  pool: {
    connectTimeout: 1_000,
    initializationTimeout: 1_000,
    acquireTimeout: 1_000,
    socketTimeout: 1_000,
    minDelayValidation: 100,
  },
} as const satisfies { cluster: PoolClusterConfig; pool: PoolConfig }

/** The cluster of pools that the MariaDB connector has. */
export function mariadbCluster({ access, servers, connections }: SubjectOptions, tuned: boolean): Subject {
  const { user, password, database, hosts } = access
  const each: PoolConfig = { connectionLimit: perHost(connections, hosts), ...(tuned ? TUNING.pool : {}) }
  // Its login to MySQL fails without, unless it uses TLS.
  const login: PoolConfig = servers === 'galera' ? {} : { allowPublicKeyRetrieval: true }
  const options: PoolClusterConfig = tuned ? TUNING.cluster : {}
  const cluster = createPoolCluster(options)
  for (const address of hosts.split(',')) {
    const [host = '', port] = address.split(':')
    cluster.add(address, { ...each, ...login, host, port: Number(port), user, password, database })
  }
  // A regular expression, unlike mysql2's pattern.
  const all = cluster.of('.*')
  return {
    configuration: `cluster ${JSON.stringify(options)}, each host ${JSON.stringify(each)}`,
    // It tells only of hosts that are gone for good.
    changes: undefined,
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
