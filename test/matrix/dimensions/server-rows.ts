type Topology = 'galera' | 'group' | 'single-primary' | 'replication' | 'running'

export interface ServerRow {
  readonly name: string
  readonly brand: 'mariadb' | 'mysql'
  /** `running`: servers that no program here has started. */
  readonly topology: Topology
  /** The release of Debian that MariaDB is taken from, unless this machine has installed that version. */
  readonly suite?: string
  /** Of the topology `running`: the environment variable with the URL. */
  readonly url?: string
  /** The version begins so. */
  readonly version: RegExp
}

/** What every other dimension runs on. */
export const USUAL_SERVERS: ServerRow = {
  name: 'MariaDB 10.11, Galera',
  brand: 'mariadb',
  topology: 'galera',
  suite: 'bookworm',
  version: /^10\.11\./,
}

export const SERVERS: readonly ServerRow[] = [
  USUAL_SERVERS,
  { ...USUAL_SERVERS, name: 'MariaDB 10.11, source and replicas', topology: 'replication' },
  { name: 'MariaDB 11.8, Galera', brand: 'mariadb', topology: 'galera', suite: 'trixie', version: /^11\.8\./ },
  {
    name: 'MariaDB 11.8, source and replicas',
    brand: 'mariadb',
    topology: 'replication',
    suite: 'trixie',
    version: /^11\.8\./,
  },
  { name: 'MySQL 9, group of primaries', brand: 'mysql', topology: 'group', version: /^9\./ },
  { name: 'MySQL 9, group with one primary', brand: 'mysql', topology: 'single-primary', version: /^9\./ },
  { name: 'MySQL 9, source and replicas', brand: 'mysql', topology: 'replication', version: /^9\./ },
  {
    name: 'MySQL 8.4',
    brand: 'mysql',
    topology: 'running',
    url: 'HOSTPOOL_MATRIX_MYSQL_8_4',
    version: /^8\.4\./,
  },
]
