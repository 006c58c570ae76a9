import { setTimeout as sleep } from 'node:timers/promises'
import { GaleraNode, NodeState } from '../cluster/index.js'
import { openBlackHole } from './black-hole.js'
import type { DelayProxy } from './delay-proxy.js'
import type { DrillCluster, DrillNode } from './drill-cluster.js'
import type { DrillName } from './drill-names.js'
import type { WriteOutage } from './figures.js'
import { lagging, promotion, returning, stopped, switched } from './replication-faults.js'
import type { WorkerProcess } from './worker-process.js'

/** The node that faults happen to, counted from 0; the founder of the cluster is spared. */
export const SICK = 2
const ADDED_DELAY = 200

const BLOCKED = 2_000

/** How much time a drill takes beside the fault, in milliseconds. */
export interface Pace {
  readonly before: number
  /** Between the troubles of two nodes that have them one after the other. */
  readonly between: number
  /** How long a node must have been well to count as well again. */
  readonly steady: number
  readonly after: number
}

export interface Stage {
  readonly cluster: DrillCluster
  /** In front of the sick node, where the drill needs one. */
  readonly proxy: DelayProxy | undefined
  readonly seconds: number
  readonly signal: AbortSignal
  readonly connections: number
  readonly pace: Pace
  /** Troubles that leave no server that takes writes say here for how long. */
  readonly outages: WriteOutage[]
  /** The processes of the pools. */
  readonly applications: readonly WorkerProcess[]
}

/** One node's trouble. */
export interface Trouble {
  readonly node: number
  readonly begin: () => Promise<void>
  /** Resolves when the cluster has drawn its consequences; a fault that was taken back sooner would be none. */
  readonly takenEffect?: () => Promise<unknown>
  readonly end: () => Promise<void>
}

/** Troubles that come one after another; those in one list come together. */
export function troublesOf(drill: DrillName, stage: Stage): readonly (readonly Trouble[])[] {
  const { cluster } = stage
  const one = (begin: (node: DrillNode) => Promise<void>, end: (node: DrillNode) => Promise<void>, index = SICK) => {
    const node = cluster.node(index)
    return { node: index, begin: () => begin(node), end: () => end(node) }
  }
  const onGalera = (
    begin: (node: GaleraNode) => Promise<void>,
    end: (node: GaleraNode) => Promise<void>,
    takenEffect?: (node: GaleraNode) => Promise<unknown>,
  ) => {
    const node = cluster.node(SICK)
    if (!(node instanceof GaleraNode)) throw new Error(`${drill} is for Galera alone`)
    const trouble = one(
      () => begin(node),
      () => end(node),
    )
    return [[takenEffect ? { ...trouble, takenEffect: () => takenEffect(node) } : trouble]]
  }
  const start = (node: DrillNode) => node.start({ wait: false })
  const freeze = (node: DrillNode) => node.freeze()
  const thaw = (node: DrillNode) => Promise.resolve(node.thaw())
  switch (drill) {
    case 'kill':
      return [[one((node) => node.kill(), start)]]
    case 'shutdown':
      return [[one((node) => node.shutdown(), start)]]
    case 'freeze':
      return [[{ ...one(freeze, thaw), takenEffect: () => untilVotedOut(cluster) }]]
    case 'blackhole':
      return [[blackHole(stage)]]
    case 'partition':
      return onGalera(
        (node) => node.isolate(),
        (node) => node.rejoin(),
        (node) => node.waitFor(NodeState.NonPrimary),
      )
    case 'reject':
      return onGalera(
        (node) => node.rejectQueries('ALL'),
        (node) => node.rejectQueries('NONE'),
      )
    case 'readonly':
      return onGalera(
        (node) => node.setReadOnly(true),
        (node) => node.setReadOnly(false),
      )
    case 'desync':
      return onGalera(
        (node) => node.setDesync(true),
        (node) => node.setDesync(false),
      )
    case 'slow':
      return [
        [
          one(
            () => delayBy(stage, ADDED_DELAY),
            () => delayBy(stage, 0),
          ),
        ],
      ]
    case 'rolling':
      return cluster.nodes.map((_, index) => [one((node) => node.shutdown(), start, index)])
    case 'all':
      return [allNodes(cluster)]
    case 'majority':
      return [[one(freeze, thaw, 1), one(freeze, thaw)]]
    case 'lag':
      return [[lagging(stage, SICK)]]
    case 'stopped':
      return [[stopped(stage, SICK)]]
    case 'switch':
      return [[switched(stage)]]
    case 'promotion':
      return [[promotion(stage)]]
    case 'returning':
      return [[returning(stage)]]
    case 'overload':
    case 'block':
    case 'suspend':
      return []
    default:
      return drill satisfies never
  }
}

/** Until then Galera's others still wait for the silent node; back before, it would upset the group some seconds later. */
async function untilVotedOut(cluster: DrillCluster): Promise<void> {
  const [witness] = cluster.nodes
  const left = cluster.nodes.length - 1
  if (witness instanceof GaleraNode) await witness.waitFor(({ wsrep }) => wsrep?.clusterSize === left)
}

function blackHole({ cluster, applications }: Stage): Trouble {
  const node = cluster.node(SICK)
  let hole: AsyncDisposable | undefined
  return {
    node: SICK,
    async begin() {
      await node.kill()
      hole = await openBlackHole(node.host, node.port)
      for (const application of applications) application.burst({ wanted: 20, hold: 0, freshPool: true })
    },
    async end() {
      await hole?.[Symbol.asyncDispose]()
      hole = undefined
      await node.start({ wait: false })
    },
  }
}

function delayBy({ proxy }: Stage, delay: number): Promise<void> {
  if (!proxy) throw new Error('there is no proxy in front of the node')
  proxy.delay = delay
  return Promise.resolve()
}

/** Nodes that have all crashed know together which of them has to come first. */
function allNodes(cluster: DrillCluster): readonly Trouble[] {
  let started: Promise<void> | undefined
  return cluster.nodes.map((node, index) => ({
    node: index,
    begin: () => node.kill(),
    end: () => (started ??= cluster.startAll()),
  }))
}

/** Requests that last for 50 ms each, for as many rounds as make half of them wait too long. */
export async function overload({ applications, connections, seconds, signal }: Stage): Promise<void> {
  const hold = 50
  const wanted = Math.round((connections * seconds * 1000) / hold)
  for (const application of applications) application.burst({ wanted, hold, freshPool: false })
  await sleep(seconds * 1000, undefined, { signal })
}

/** Keeps the applications themselves from their work, while all servers are well. */
export async function troubleApplication(
  how: 'block' | 'suspend',
  { applications, seconds, signal }: Stage,
): Promise<void> {
  if (how === 'block') {
    for (const application of applications) application.block(BLOCKED)
    await sleep(BLOCKED, undefined, { signal })
  } else {
    for (const application of applications) application.suspend()
    try {
      await sleep(seconds * 2_000, undefined, { signal })
    } finally {
      for (const application of applications) application.resume()
    }
  }
}
