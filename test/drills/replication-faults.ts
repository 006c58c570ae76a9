import { setTimeout as sleep } from 'node:timers/promises'
import { MySqlGroup, type ReplicationServer, ReplicationSet, type Switchover } from '../cluster/index.js'
import { poll } from '../cluster/polling.js'
import type { DrillCluster } from './drill-cluster.js'
import type { Stage, Trouble } from './faults.js'
import { MAX_REPLICA_LAG } from './server-kind.js'

/** The server that takes writes in the beginning. */
const SOURCE = 0
const SUCCESSOR = 1
/** How long an operator, or a tool, takes to see that a source is dead … */
const REACTION = 2_000
/** … and to choose, when all replicas have stopped receiving. */
const CHOICE = 1_000
/** How long each of many callers keeps a connection. */
const BUSY = 500
const LAG_TIMEOUT = 30_000

type Acting = Pick<Stage, 'cluster' | 'outages' | 'signal' | 'applications' | 'connections'>

/** A replica whose work on one table is held up, until it is further behind than the pools put up with. */
export function lagging({ cluster }: Acting, node: number): Trouble {
  const replica = replicationOf(cluster).node(node)
  let hold: AsyncDisposable | undefined
  return {
    node,
    async begin() {
      hold = await replica.holdUp(`\`${cluster.database}\`.drill_write`)
    },
    takenEffect: () => untilBehind(replica),
    async end() {
      await hold?.[Symbol.asyncDispose]()
      hold = undefined
    },
  }
}

export function stopped({ cluster }: Acting, node: number): Trouble {
  const replica = replicationOf(cluster).node(node)
  return { node, begin: () => replica.stopReplication(), end: () => replica.startReplication() }
}

/** There, and back again. */
export function switched(stage: Acting): Trouble {
  const { cluster } = stage
  if (!(cluster instanceof ReplicationSet || cluster instanceof MySqlGroup)) throw new Error('no server to switch from')
  const switchTo = async (index: number): Promise<void> => note(stage, await cluster.switchTo(index))
  return { node: SOURCE, begin: () => switchTo(SUCCESSOR), end: () => switchTo(SOURCE) }
}

export function promotion(stage: Acting): Trouble {
  const set = replicationOf(stage.cluster)
  let promoted: Promise<void> | undefined
  return {
    node: SOURCE,
    async begin() {
      await set.node(SOURCE).kill()
      promoted = promoteAfter(stage, set)
    },
    takenEffect: () => promoted ?? Promise.resolve(),
    end: () => set.readmit(SOURCE),
  }
}

/** What is done to the old source before it comes back belongs to the fault: the load has to see it. */
export function returning(stage: Acting): Trouble {
  const set = replicationOf(stage.cluster)
  const old = set.node(SOURCE)
  return {
    node: SOURCE,
    async begin() {
      await old.kill()
      await promoteAfter(stage, set)
      await old.start({ wait: false })
      // A pool that has few connections open need not open any there; a busy one does.
      for (const application of stage.applications) {
        application.burst({ wanted: stage.connections, hold: BUSY, freshPool: false })
      }
    },
    async end() {
      await old.setReadOnly(true)
      await set.readmit(SOURCE)
    },
  }
}

async function promoteAfter(stage: Acting, set: ReplicationSet): Promise<void> {
  const killed = performance.now()
  await sleep(REACTION, undefined, { signal: stage.signal })
  await set.stopReceiving()
  await sleep(CHOICE, undefined, { signal: stage.signal })
  const { to } = await set.promote()
  note(stage, { from: killed, to })
}

function note({ outages }: Acting, { from, to }: Switchover): void {
  outages.push({ from: from + performance.timeOrigin, to: to + performance.timeOrigin })
}

async function untilBehind(replica: ReplicationServer): Promise<void> {
  const behind = await poll(
    async () => {
      const lag = (await replica.status())?.following?.lag
      return (lag !== undefined && lag * 1000 > MAX_REPLICA_LAG) || undefined
    },
    { timeout: LAG_TIMEOUT },
  )
  if (!behind) throw new Error(`${replica.name} did not fall behind within ${LAG_TIMEOUT} ms`)
}

function replicationOf(cluster: DrillCluster): ReplicationSet {
  if (!(cluster instanceof ReplicationSet)) throw new Error('this drill is for a source and its replicas')
  return cluster
}
