import type { Check } from '../check.js'
import { autoIncrement } from './auto-increment.js'
import { causalReads } from './causal-reads.js'
import { connectionLimits } from './connection-limits.js'
import { durability } from './durability.js'
import { idleTimeouts } from './idle-timeouts.js'
import { login } from './login.js'
import { members } from './members.js'
import { nodeState } from './node-state.js'
import { oneCluster } from './one-cluster.js'
import { preparedLimits } from './prepared-limits.js'
import { probeGrants } from './probe-grants.js'
import { reachability } from './reachability.js'
import { replicationFormat } from './replication-format.js'
import { sameServer } from './same-server.js'
import { serverVersions } from './server-versions.js'
import { settingsAlike } from './settings-alike.js'
import { splitBrain } from './split-brain.js'
import { sqlMode } from './sql-mode.js'
import { tables } from './tables.js'
import { time } from './time.js'
import { tls } from './tls.js'
import { unanswered } from './unanswered.js'
import { writeStall } from './write-stall.js'
import { writers } from './writers.js'

/** Every check, in the order of their weights. A new one is a file beside this one and a line here. */
export const CHECKS: readonly Check[] = [
  reachability,
  login,
  tls,
  oneCluster,
  nodeState,
  writers,
  splitBrain,
  probeGrants,
  connectionLimits,
  sameServer,
  unanswered,
  tables,
  replicationFormat,
  members,
  time,
  idleTimeouts,
  sqlMode,
  preparedLimits,
  settingsAlike,
  autoIncrement,
  writeStall,
  durability,
  serverVersions,
  causalReads,
].toSorted((a, b) => b.weight - a.weight)
