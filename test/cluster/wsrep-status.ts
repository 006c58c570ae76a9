/** What a node that answers says about itself. */
export interface WsrepStatus {
  /** 1 joining, 2 donor or desynced, 3 joined, 4 synced; 0 while it has no part in the cluster. */
  readonly localState: number
  /** `Primary`, `non-Primary` or `Disconnected`. */
  readonly clusterStatus: string
  readonly ready: boolean
  readonly clusterSize: number
  readonly lastCommitted: number
  readonly readOnly: boolean
  readonly desync: boolean
  readonly rejectQueries: RejectQueries
}

/** `ALL` refuses statements; `ALL_KILL` drops the connections as well. */
export type RejectQueries = 'NONE' | 'ALL' | 'ALL_KILL'

/** Where a node stands, from the outside and from what it says. */
export const NodeState = {
  /** No process. */
  Down: 'down',
  /** The process is stopped by a signal: connections open, nothing answers. */
  Frozen: 'frozen',
  /** The process runs and does not answer (yet). */
  Starting: 'starting',
  /** It answers, and is cut off from the majority. */
  NonPrimary: 'non-primary',
  /** In the cluster, still catching up. */
  Joining: 'joining',
  /** In the cluster, sending its state to another node, or desynced by hand. */
  Donor: 'donor',
  /** In the cluster and up to date. */
  Synced: 'synced',
} as const
export type NodeState = (typeof NodeState)[keyof typeof NodeState]

export interface NodeStatus {
  readonly state: NodeState
  /** Absent when the node does not answer. */
  readonly wsrep?: WsrepStatus
}

const STATUS = [
  'WSREP_LOCAL_STATE',
  'WSREP_CLUSTER_STATUS',
  'WSREP_READY',
  'WSREP_CLUSTER_SIZE',
  'WSREP_LAST_COMMITTED',
]
const VARIABLES = ['READ_ONLY', 'WSREP_DESYNC', 'WSREP_REJECT_QUERIES']
const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')

/** One statement for all of it. It is answered also where tables are refused. */
export const WSREP_STATUS_SQL =
  'SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM information_schema.GLOBAL_STATUS ' +
  `WHERE VARIABLE_NAME IN (${quoted(STATUS)}) UNION ALL ` +
  'SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES ' +
  `WHERE VARIABLE_NAME IN (${quoted(VARIABLES)})`

/** Reads the rows of `WSREP_STATUS_SQL`. */
export function parseWsrepStatus(rows: readonly Readonly<Record<string, unknown>>[]): WsrepStatus {
  const values = new Map(rows.map((row) => [String(row['name']).toUpperCase(), String(row['value'])]))
  const text = (name: string) => values.get(name) ?? ''
  const reject = text('WSREP_REJECT_QUERIES')
  return {
    localState: Number(text('WSREP_LOCAL_STATE')),
    clusterStatus: text('WSREP_CLUSTER_STATUS'),
    ready: text('WSREP_READY') === 'ON',
    clusterSize: Number(text('WSREP_CLUSTER_SIZE')),
    lastCommitted: Number(text('WSREP_LAST_COMMITTED')),
    readOnly: text('READ_ONLY') === 'ON',
    desync: text('WSREP_DESYNC') === 'ON',
    rejectQueries: reject === 'ALL' || reject === 'ALL_KILL' ? reject : 'NONE',
  }
}

/** The state of a node that answers. */
export function answeringState(status: WsrepStatus): NodeState {
  if (status.clusterStatus !== 'Primary') return NodeState.NonPrimary
  if (status.localState === 4) return status.ready ? NodeState.Synced : NodeState.Joining
  return status.localState === 2 ? NodeState.Donor : NodeState.Joining
}

/** One line for progress and error messages. */
export function describeStatus({ state, wsrep }: NodeStatus): string {
  if (!wsrep) return state
  return `${state} (local state ${wsrep.localState}, ${wsrep.clusterStatus}, ready ${wsrep.ready ? 'ON' : 'OFF'}, ${wsrep.clusterSize} in its view)`
}
