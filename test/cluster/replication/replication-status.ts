import type { ControlRow } from '../control-channel.js'

/** What one server says of its replication. */
export interface ReplicationStatus {
  readonly readOnly: boolean
  /** What it follows; `undefined` for a source. */
  readonly following: Following | undefined
}

export interface Following {
  /** `host:port`. */
  readonly source: string
  /** Whether it receives what the source writes (the I/O thread). */
  readonly receives: boolean
  /** Whether it applies what it has received (the SQL thread). */
  readonly applies: boolean
  /** Seconds behind its source, as far as it knows. */
  readonly lag: number | undefined
}

/** Reads the row of the server's status statement, in the words of either kind; no row is a source's answer. */
export function parseFollowing(row: ControlRow | undefined): Following | undefined {
  if (row === undefined) return undefined
  const value = (name: string, formerly: string) => row[name] ?? row[formerly]
  const lag = value('Seconds_Behind_Source', 'Seconds_Behind_Master')
  return {
    source: `${String(value('Source_Host', 'Master_Host'))}:${String(value('Source_Port', 'Master_Port'))}`,
    receives: value('Replica_IO_Running', 'Slave_IO_Running') === 'Yes',
    applies: value('Replica_SQL_Running', 'Slave_SQL_Running') === 'Yes',
    lag: lag === null || lag === undefined ? undefined : Number(lag),
  }
}

/** Seconds: a transaction that is applied as a new second begins counts as a second old. */
const NO_LAG = 1

/** Whether a server does all that its role asks for. @param source - the `host:port` to follow; undefined: it is the source */
export function fillsRole({ readOnly, following }: ReplicationStatus, source: string | undefined): boolean {
  if (source === undefined) return !readOnly && following === undefined
  if (!readOnly || following === undefined) return false
  const { receives, applies, lag } = following
  return following.source === source && receives && applies && lag !== undefined && lag <= NO_LAG
}
