import type { FakeServer } from '../fake-server.js'
import type { Rows } from '../fake-driver.js'
import type { LifeOptions, ReadOnlyName } from './operation.js'

export const READ = 'SELECT v FROM t'
export const WRITE = 'INSERT INTO t VALUES (1)'

const READ_ONLY_NAMES = ['read_only', 'super_read_only', 'innodb_read_only', 'transaction_read_only'] as const

/** One server that may stand behind an address, and what it answers. */
export class Backend {
  readonly server: FakeServer
  readonly #kind: LifeOptions['kind']
  frozen = false
  readOnly: ReadOnlyName | undefined
  refusesWrites = false
  cluster: 'x' | 'y' | 'none' = 'x'
  primary = true
  replicationStopped = false
  /** Of the pool's account, on every server. */
  readonly #isPrivileged: () => boolean

  constructor(server: FakeServer, kind: LifeOptions['kind'], isPrivileged: () => boolean) {
    this.server = server
    this.#kind = kind
    this.#isPrivileged = isPrivileged
  }

  /** Whether a new connection finds it fit for use. */
  get isWell(): boolean {
    if (this.frozen || this.server.ways.welcome !== 'accepts') return false
    if (this.#kind === 'galera') return this.primary && this.cluster === 'x'
    // A replica whose replication has stopped serves where no better one does.
    return true
  }

  get takesWrites(): boolean {
    return this.isWell && this.readOnly === undefined && !this.refusesWrites
  }

  /** It is not where the pool's writes belong. */
  get isOutside(): boolean {
    return this.#kind === 'galera' && this.cluster !== 'x'
  }

  makeWell(): void {
    this.frozen = false
    this.server.thaw()
    this.server.ways.welcome = 'accepts'
    this.readOnly = undefined
    this.refusesWrites = false
    this.cluster = 'x'
    this.primary = true
    this.replicationStopped = false
  }

  answer(sql: string): Rows | Error {
    if (sql === READ || sql === WRITE) return this.#work(sql)
    if (sql.startsWith('SHOW GLOBAL VARIABLES')) return this.#variables(sql)
    if (sql.startsWith('SHOW SESSION VARIABLES')) return []
    if (sql.includes('WSREP_LOCAL_STATE')) return this.#status()
    if (sql.startsWith("SELECT 'READ_ONLY'")) return this.#readOnlyRows(sql)
    if (sql === 'SHOW REPLICA STATUS') return this.#replicaStatus()
    if (sql === 'SELECT CURRENT_USER()') return [['shop@%']]
    return []
  }

  #work(sql: string): Rows | Error {
    if (this.#kind === 'galera' && this.cluster !== 'none' && !this.primary)
      return refusal(1047, 'WSREP has not yet prepared')
    if (sql === READ) return [['v']]
    if (this.readOnly === 'transaction_read_only')
      return refusal(1792, 'Cannot execute statement in a READ ONLY transaction')
    if (this.readOnly !== undefined || this.refusesWrites) return refusal(1290, 'running with the --read-only option')
    return []
  }

  #variables(sql: string): Rows {
    const all: [string, string][] = READ_ONLY_NAMES.map((name) => [name, this.#isOn(name)])
    all.push(['hostname', this.server.name])
    if (this.#kind === 'galera') {
      all.push(['wsrep_on', this.cluster === 'none' ? 'OFF' : 'ON'], ['wsrep_provider', 'libgalera_smm.so'])
    }
    return all.filter(([name]) => sql.includes(`'${name}'`))
  }

  #readOnlyRows(sql: string): Rows {
    return READ_ONLY_NAMES.map((name) => [name.toUpperCase(), this.#isOn(name)] as const).filter(([name]) =>
      sql.includes(`'${name}'`),
    )
  }

  #isOn(name: ReadOnlyName): string {
    // The one switches the other on.
    const on = this.readOnly === name || (this.readOnly === 'super_read_only' && name === 'read_only')
    return on ? 'ON' : 'OFF'
  }

  #status(): Rows {
    return [
      ['WSREP_LOCAL_STATE', '4'],
      ['WSREP_CLUSTER_STATUS', this.primary ? 'Primary' : 'non-Primary'],
      ['WSREP_READY', this.primary ? 'ON' : 'OFF'],
      ['WSREP_REJECT_QUERIES', 'NONE'],
      ['WSREP_ON', this.cluster === 'none' ? 'OFF' : 'ON'],
      ['WSREP_CLUSTER_STATE_UUID', this.cluster],
      ['WSREP_CLUSTER_CONF_ID', '1'],
      ...READ_ONLY_NAMES.map((name) => [name.toUpperCase(), this.#isOn(name)] as const),
    ]
  }

  #replicaStatus(): Rows | Error {
    if (!this.#isPrivileged()) return refusal(1227, 'you need the REPLICATION CLIENT privilege')
    if (!this.replicationStopped) return []
    const columns = ['Replica_IO_Running', 'Replica_SQL_Running', 'Seconds_Behind_Source']
    return Object.assign([['Yes', 'No', null]], { columns })
  }
}

function refusal(errno: number, message: string): Error {
  return Object.assign(new Error(message), { errno, code: `ER_SIMULATED_${errno}`, sqlState: 'HY000' })
}
