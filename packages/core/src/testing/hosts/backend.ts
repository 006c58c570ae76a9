import type { FakeServer } from '../fake-server.js'
import type { Rows } from '../fake-driver.js'
import type { VirtualClock } from '../virtual-clock.js'
import type { LifeOptions, ReadOnlyName } from './operation.js'

export const READ = 'SELECT v FROM t'
export const WRITE = 'INSERT INTO t VALUES (1)'
/** The write of a borrower on a connection that it has had for a while. */
export const HELD_WRITE = 'INSERT INTO t VALUES (2)'

const READ_ONLY_NAMES = ['read_only', 'super_read_only', 'innodb_read_only', 'transaction_read_only'] as const

const SOURCE_COLUMNS = [
  'Source_Host',
  'Source_Port',
  'Source_Server_Id',
  'Replica_IO_Running',
  'Replica_SQL_Running',
  'Seconds_Behind_Source',
]

/** One server that may be behind an address, and its answers. */
export class Backend {
  readonly server: FakeServer
  readonly #kind: LifeOptions['kind']
  readonly #sourceBy: LifeOptions['sourceBy']
  readonly #clock: VirtualClock
  frozen = false
  readOnly: ReadOnlyName | undefined
  refusesWrites = false
  cluster: 'x' | 'y' | 'none' = 'x'
  primary = true
  replicationStopped = false
  /** The server that this one is a replica of, also while the replication is stopped. */
  follows: Backend | undefined
  /** Whether the other servers take this one for the source. */
  isRightful: () => boolean = () => true
  /** The time of the last answer to a probe. */
  toldAt = -Infinity
  /** The time of the last change between source and replica. */
  changedAt = -Infinity
  /** Whether the pool's account has its privileges, on every server. */
  readonly #isPrivileged: () => boolean

  constructor(server: FakeServer, { kind, sourceBy }: LifeOptions, clock: VirtualClock, isPrivileged: () => boolean) {
    this.server = server
    this.#kind = kind
    this.#sourceBy = sourceBy
    this.#clock = clock
    this.#isPrivileged = isPrivileged
  }

  get isReachable(): boolean {
    return !this.frozen && this.server.ways.welcome === 'accepts'
  }

  /** Whether the server replicates from another one now. */
  get isFollowing(): boolean {
    return this.follows !== undefined && !this.replicationStopped
  }

  /** Whether a new connection finds the server fit for use. */
  get isWell(): boolean {
    if (!this.isReachable) return false
    if (this.#kind === 'replicas') return this.readOnly !== undefined || this.isFollowing || this.#isKnownSource()
    if (this.#kind === 'galera') return this.primary && this.cluster === 'x'
    // A replica whose replication has stopped serves while no better server does.
    return true
  }

  get takesWrites(): boolean {
    if (!this.isWell || this.readOnly !== undefined || this.refusesWrites) return false
    return this.#kind !== 'replicas' || this.#isKnownSource()
  }

  #isKnownSource(): boolean {
    return this.follows === undefined && this.isRightful() && this.#isPrivileged()
  }

  /** Whether the server is outside of the pool's cluster, so that writes there are lost to it. */
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
    if (sql === READ || isWrite(sql)) return this.#work(sql)
    this.toldAt = this.#clock.now()
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
    if (this.#kind === 'replicas') all.push(['server_id', this.#id])
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
    // super_read_only switches read_only on.
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
    if (this.#kind === 'replicas') return this.#source()
    if (!this.replicationStopped) return []
    const columns = ['Replica_IO_Running', 'Replica_SQL_Running', 'Seconds_Behind_Source']
    return Object.assign([['Yes', 'No', null]], { columns })
  }

  #source(): Rows {
    const { follows } = this
    if (follows === undefined) return []
    const name = this.#sourceBy === 'address' ? follows.server.name.slice(0, -1) : `inside-${follows.server.name}`
    const runs = this.isFollowing ? 'Yes' : 'No'
    const lag = this.isFollowing ? 0 : null
    return Object.assign([[name, 3306, follows.#id, runs, runs, lag]], { columns: SOURCE_COLUMNS })
  }

  get #id(): string {
    return String((this.server.name.codePointAt(1) ?? 0) + 1)
  }
}

export function isWrite(sql: string): boolean {
  return sql === WRITE || sql === HELD_WRITE
}

function refusal(errno: number, message: string): Error {
  return Object.assign(new Error(message), { errno, code: `ER_SIMULATED_${errno}`, sqlState: 'HY000' })
}
