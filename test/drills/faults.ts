import { setTimeout as sleep } from 'node:timers/promises'
import type { GaleraCluster, GaleraNode } from '../cluster/index.js'
import { openBlackHole } from './black-hole.js'
import type { DelayProxy } from './delay-proxy.js'
import type { DrillName } from './drill-names.js'

/** The node that faults happen to, counted from 0; the founder of the cluster is spared. */
export const SICK = 2
const ADDED_DELAY = 200

export interface Stage {
  readonly cluster: GaleraCluster
  /** In front of the sick node, where the drill needs one. */
  readonly proxy: DelayProxy | undefined
  readonly seconds: number
  readonly signal: AbortSignal
  /** Callers who all come at once. */
  readonly burst: (wanted: number, hold: number, freshPool: boolean) => void
  readonly connections: number
}

/** One node's trouble. */
export interface Trouble {
  readonly node: number
  readonly begin: () => Promise<void>
  readonly end: () => Promise<void>
}

/** Troubles that come one after another; those in one list come together. */
export function troublesOf(drill: DrillName, stage: Stage): readonly (readonly Trouble[])[] {
  const { cluster } = stage
  const node = cluster.node(SICK)
  const one = (begin: (node: GaleraNode) => Promise<void>, end: (node: GaleraNode) => Promise<void>) => [
    [{ node: SICK, begin: () => begin(node), end: () => end(node) }],
  ]
  const start = (node: GaleraNode) => node.start({ wait: false })
  switch (drill) {
    case 'kill':
      return one((node) => node.kill(), start)
    case 'shutdown':
      return one((node) => node.shutdown(), start)
    case 'freeze':
      return one(
        (node) => node.freeze(),
        (node) => Promise.resolve(node.thaw()),
      )
    case 'blackhole':
      return [[blackHole(stage)]]
    case 'partition':
      return one(
        (node) => node.isolate(),
        (node) => node.rejoin(),
      )
    case 'reject':
      return one(
        (node) => node.rejectQueries('ALL'),
        (node) => node.rejectQueries('NONE'),
      )
    case 'readonly':
      return one(
        (node) => node.setReadOnly(true),
        (node) => node.setReadOnly(false),
      )
    case 'desync':
      return one(
        (node) => node.setDesync(true),
        (node) => node.setDesync(false),
      )
    case 'slow':
      return one(
        () => delayBy(stage, ADDED_DELAY),
        () => delayBy(stage, 0),
      )
    case 'rolling':
      return cluster.nodes.map((each, index) => [{ node: index, begin: () => each.shutdown(), end: () => start(each) }])
    case 'overload':
      return []
    case 'all':
      return [allNodes(cluster)]
    default:
      return drill satisfies never
  }
}

function blackHole({ cluster, burst }: Stage): Trouble {
  const node = cluster.node(SICK)
  let hole: AsyncDisposable | undefined
  return {
    node: SICK,
    async begin() {
      await node.kill()
      hole = await openBlackHole(node.host, node.port)
      burst(20, 0, true)
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
function allNodes(cluster: GaleraCluster): readonly Trouble[] {
  let started: Promise<void> | undefined
  return cluster.nodes.map((node, index) => ({
    node: index,
    begin: () => node.kill(),
    end: () => (started ??= cluster.startAll()),
  }))
}

/** Requests that last for 50 ms each, for as many rounds as make half of them wait too long. */
export async function overload({ burst, connections, seconds, signal }: Stage): Promise<void> {
  const hold = 50
  burst(Math.round((connections * seconds * 1000) / hold), hold, false)
  await sleep(seconds * 1000, undefined, { signal })
}
