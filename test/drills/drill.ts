import { setTimeout as sleep } from 'node:timers/promises'
import type { GaleraCluster } from '../cluster/index.js'
import { now } from './clock.js'
import { ControlWriter } from './control-writer.js'
import { DelayProxy } from './delay-proxy.js'
import type { DrillName } from './drill-names.js'
import { type Episode, runEpisode } from './episode.js'
import { overload, SICK, type Stage, troublesOf } from './faults.js'
import type { SubjectRecord } from './record.js'
import type { SubjectName } from './subjects/subject.js'
import { WorkerProcess } from './worker-process.js'

const BEFORE = 3_000
const BETWEEN = 1_000
const AFTER = 2_000
/** The node that stays well in most drills. */
const CONTROL = 0

export interface DrillPlan {
  readonly cluster: GaleraCluster
  readonly drill: DrillName
  readonly rate: number
  readonly connections: number
  readonly seconds: number
  readonly subjects: readonly SubjectName[]
  readonly signal: AbortSignal
}

/** What has been seen in one drill. */
export interface DrillRecord {
  readonly drill: DrillName
  readonly rate: number
  readonly episodes: readonly Episode[]
  /** The load after the fault is looked at until here. */
  readonly from: number
  readonly to: number
  /** The host of each node as the pools were given it. */
  readonly hosts: readonly string[]
  /** Galera's own longest write on a healthy node, in milliseconds; absent where no node stays well. */
  readonly stall: number | undefined
  readonly subjects: readonly {
    readonly name: SubjectName
    readonly configuration: string
    readonly record: SubjectRecord
  }[]
}

/** Puts all pools under load, lets the fault happen and go away, and collects what they have to tell. */
export async function runDrill(plan: DrillPlan): Promise<DrillRecord> {
  const { cluster, drill, rate, connections, seconds, signal } = plan
  const cleanUp: AsyncDisposable[] = []
  try {
    const proxy = drill === 'slow' ? await DelayProxy.open(cluster.node(SICK)) : undefined
    if (proxy) cleanUp.push(proxy)
    const hosts = cluster.nodes.map((node, index) => (proxy && index === SICK ? proxy.address : node.address))
    const { user, password, database } = cluster
    const access = { user, password, database, hosts: hosts.join(',') }
    const workers = plan.subjects.map((subject) => new WorkerProcess({ subject, access, connections, rate }))
    cleanUp.push(...workers)
    const configurations = await Promise.all(workers.map((worker) => worker.ready(signal)))
    const spared = drill !== 'rolling' && drill !== 'all'
    const control = spared ? new ControlWriter(cluster.node(CONTROL), database) : undefined
    if (control) cleanUp.push({ [Symbol.asyncDispose]: () => control.stop() })
    for (const worker of workers) worker.load()
    await sleep(BEFORE, undefined, { signal })

    const burst = (wanted: number, hold: number, freshPool: boolean) => {
      for (const worker of workers) worker.burst({ wanted, hold, freshPool })
    }
    const from = now()
    const episodes = await runFault({ cluster, proxy, seconds, signal, burst, connections }, drill)
    await sleep(AFTER, undefined, { signal })
    const to = now()
    const records = await Promise.all(workers.map((worker) => worker.stop(signal)))
    const subjects = records.map((record, index) => ({
      name: plan.subjects[index] ?? 'hostpool',
      configuration: configurations[index] ?? '',
      record,
    }))
    return { drill, rate, episodes, from, to, hosts, stall: control?.worst(from), subjects }
  } finally {
    await Promise.all(cleanUp.map((each) => each[Symbol.asyncDispose]()))
  }
}

async function runFault(stage: Stage, drill: DrillName): Promise<readonly Episode[]> {
  const { cluster, seconds, signal } = stage
  if (drill === 'overload') await overload(stage)
  const episodes: Episode[] = []
  const steps = troublesOf(drill, stage)
  // In a rolling restart a node is started again as soon as it is down.
  const lasting = steps.length > 1 ? 0 : seconds
  for (const troubles of steps) {
    if (episodes.length > 0) await sleep(BETWEEN, undefined, { signal })
    episodes.push(...(await runEpisode(cluster, troubles, lasting, signal)))
  }
  return episodes
}
