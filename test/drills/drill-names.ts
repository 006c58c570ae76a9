export const DRILLS = [
  'kill',
  'shutdown',
  'freeze',
  'blackhole',
  'partition',
  'reject',
  'readonly',
  'desync',
  'slow',
  'rolling',
  'overload',
  'all',
] as const
export type DrillName = (typeof DRILLS)[number]

/** What happens to a node. */
export const FAULT_WORDS = {
  kill: 'one node is killed with kill -9, and started again later',
  shutdown: 'one node is shut down in order, and started again later',
  freeze: 'one node is frozen with SIGSTOP, and let go on with SIGCONT later',
  blackhole: 'one node is killed, and its address accepts connections and stays silent',
  partition: 'one node is cut off from the others, and not from its clients',
  reject: 'one node refuses all statements (wsrep_reject_queries=ALL), and says that it is healthy',
  readonly: 'one node refuses writes (read_only=ON)',
  desync: 'one node leaves flow control (wsrep_desync=ON)',
  slow: 'every answer of one node comes 200 ms late',
  rolling: 'all nodes are shut down and started again, one after another',
  overload: 'far more callers want a connection at once than there are connections',
  all: 'all nodes are killed with kill -9 at once, and started again later',
} as const satisfies Record<DrillName, string>
