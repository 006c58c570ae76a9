export const SERVER_KINDS = ['galera', 'mysql', 'mysql-single', 'replication', 'mysql-replication'] as const

/**
 * What runs on the nodes: Galera; MySQL's Group Replication with all nodes, or a single one, taking writes; or a source with two
 * replicas, of MariaDB or MySQL. A single one that takes writes is spared by faults that are not about it.
 */
export type ServerKind = (typeof SERVER_KINDS)[number]

/** How the servers are called in what people read. */
export const SERVER_WORDS = {
  galera: 'Galera',
  mysql: 'MySQL Group Replication (multi-primary)',
  'mysql-single': 'MySQL Group Replication (single primary)',
  replication: 'MariaDB replication (a source, two replicas)',
  'mysql-replication': 'MySQL replication (a source, two replicas)',
} as const satisfies Record<ServerKind, string>

/** Whether there is a source with replicas, which can lag. */
export function isReplication(servers: ServerKind): boolean {
  return servers === 'replication' || servers === 'mysql-replication'
}

export function isMariaDb(servers: ServerKind): boolean {
  return servers === 'galera' || servers === 'replication'
}

/** Milliseconds that a replica may lag in these drills: the pool's default would make them long. */
export const MAX_REPLICA_LAG = 3_000
