import type { ServerKind } from './server-kind.js'

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
  'majority',
  'block',
  'suspend',
  'lag',
  'stopped',
  'switch',
  'promotion',
  'returning',
] as const
export type DrillName = (typeof DRILLS)[number]

/** Those that are about a single server for all writes, or about its replicas. */
const ON_REPLICATION = ['lag', 'stopped', 'switch', 'promotion', 'returning'] as const satisfies readonly DrillName[]
const isOnReplication = (drill: DrillName) => ON_REPLICATION.some((each) => each === drill)

/** The drills that there are for each kind of servers; what they have in common needs nothing of Galera's. */
export const DRILLS_OF: Readonly<Record<ServerKind, readonly DrillName[]>> = {
  galera: DRILLS.filter((drill) => !isOnReplication(drill)),
  mysql: ['kill', 'freeze', 'majority'],
  'mysql-single': ['kill', 'freeze', 'majority', 'switch'],
  replication: ['kill', 'freeze', ...ON_REPLICATION],
  'mysql-replication': ['kill', 'freeze', ...ON_REPLICATION],
}

/** What happens to a node, or to the application. */
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
  majority: 'two nodes are frozen, so that the third is no majority any more',
  block: "the application's own event loop is blocked for 2 s; no server fails",
  suspend: 'the application itself is suspended (SIGSTOP), twice as long as other faults last; no server fails',
  lag: 'one replica applies what is written later and later, until it may go on',
  stopped: 'replication is stopped on one replica (STOP REPLICA), and started again later',
  switch: 'another server takes the place of the one that takes writes, as planned, and later gives it back',
  promotion:
    'the source is killed with kill -9, and a replica promoted 3 s later; the old source comes back as a replica',
  returning: 'the same, but the old source comes back as it was and takes writes, before it is made a replica',
} as const satisfies Record<DrillName, string>
