export const SERVER_KINDS = ['galera', 'mysql', 'mysql-single'] as const

/**
 * What runs on the nodes: Galera, or MySQL's Group Replication with all nodes, or a single one, taking writes. The single one
 * is spared: faults happen to its secondaries.
 */
export type ServerKind = (typeof SERVER_KINDS)[number]

/** How the servers are called in what people read. */
export const SERVER_WORDS = {
  galera: 'Galera',
  mysql: 'MySQL Group Replication (multi-primary)',
  'mysql-single': 'MySQL Group Replication (single primary)',
} as const satisfies Record<ServerKind, string>
