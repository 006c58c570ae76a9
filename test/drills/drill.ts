import { setTimeout as sleep } from 'node:timers/promises'
import { errorMessage } from '../cluster/error-text.js'
import { BareConnection } from './bare-connection.js'
import { now } from './clock.js'
import { ControlLoop } from './control-loop.js'
import { DelayProxy } from './delay-proxy.js'
import type { DrillCluster } from './drill-cluster.js'
import type { DrillName } from './drill-names.js'
import { type Episode, runEpisode } from './episode.js'
import type { WriteOutage } from './figures.js'
import { overload, type Pace, SICK, type Stage, troubleApplication, troublesOf } from './faults.js'
import type { SubjectRecord } from './record.js'
import type { ServerKind } from './server-kind.js'
import type { SubjectName } from './subjects/subject.js'
import { controlStatements } from './tables.js'
import { WorkerProcess } from './worker-process.js'

/** The node that stays well in most drills. */
const CONTROL = 0

/** In these no node stays well all the time. */
const NONE_SPARED: ReadonlySet<DrillName> = new Set(['rolling', 'all', 'majority', 'switch', 'promotion', 'returning'])

/** A node that comes back from a hang says for about 4 s that it is as healthy as it was, before it learns what it missed. */
const PACE: Pace = { before: 3_000, between: 1_000, steady: 6_000, after: 2_000 }

export interface DrillPlan {
  readonly cluster: DrillCluster
  readonly servers: ServerKind
  readonly drill: DrillName
  readonly rate: number
  readonly connections: number
  readonly seconds: number
  readonly subjects: readonly SubjectName[]
  readonly signal: AbortSignal
  readonly pace?: Pace
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
  /** The longest write and read on a healthy node past every pool, in milliseconds; absent where no node stays well. */
  readonly control: { readonly write: number; readonly read: number } | undefined
  /** When no server took writes. */
  readonly outages: readonly WriteOutage[]
  /** How long, in milliseconds, a node that was killed kept a connection open that nobody used. */
  readonly letGo: number | undefined
  readonly subjects: readonly SubjectResult[]
}

interface SubjectResult {
  readonly name: SubjectName
  readonly configuration: string
  readonly record: SubjectRecord | Failure
}

/** What became of a process that did not live to tell. */
interface Failure {
  readonly failure: string
}

/** Puts all pools under load, lets the fault happen and go away, and collects what they have to tell. */
export async function runDrill(plan: DrillPlan): Promise<DrillRecord> {
  const { cluster, servers, drill, rate, connections, seconds, signal, pace = PACE } = plan
  const cleanUp: AsyncDisposable[] = []
  const kept = <T extends AsyncDisposable>(each: T): T => {
    cleanUp.push(each)
    return each
  }
  try {
    const proxy = drill === 'slow' ? kept(await DelayProxy.open(cluster.node(SICK))) : undefined
    const hosts = cluster.nodes.map((node, index) => (proxy && index === SICK ? proxy.address : node.address))
    const { user, password, database } = cluster
    const access = { user, password, database, hosts: hosts.join(',') }
    const workers: WorkerProcess[] = []
    const configurations: (string | Failure)[] = []
    // One after the other: what a process does to get ready must not make the next one fail at it.
    for (const subject of plan.subjects) {
      const worker = kept(
        new WorkerProcess({ subject, access, servers, connections, rate, transactions: drill === 'switch' }),
      )
      workers.push(worker)
      configurations.push(await orFailure(worker.ready(signal)))
    }
    const statements = controlStatements(database)
    const loop = (sql: string) => kept(new ControlLoop(cluster.node(CONTROL), sql))
    const loops = NONE_SPARED.has(drill) ? undefined : { write: loop(statements.write), read: loop(statements.read) }
    for (const worker of workers) worker.load()
    await sleep(pace.before, undefined, { signal })

    const sick = cluster.node(SICK)
    const bare = drill === 'kill' ? kept(await BareConnection.open(sick.host, sick.port)) : undefined
    const from = now()
    const outages: WriteOutage[] = []
    const stage = { cluster, proxy, seconds, signal, connections, pace, outages, applications: workers }
    const episodes = await runFault(stage, drill)
    await sleep(pace.after, undefined, { signal })
    const to = now()
    const records = await Promise.all(workers.map((worker) => orFailure(worker.stop(signal))))
    const subjects = workers.map(({ name }, index) => {
      const configuration = configurations[index] ?? ''
      const record = records[index] ?? { failure: 'it said nothing' }
      if (typeof configuration === 'string') return { name, configuration, record }
      return { name, configuration: '', record: configuration }
    })
    const control = loops && { write: loops.write.worst(from), read: loops.read.worst(from) }
    const letGo = bare?.closedAt && bare.closedAt - from
    return { drill, rate, episodes, from, to, hosts, control, outages, letGo, subjects }
  } finally {
    await Promise.all(cleanUp.map((each) => each[Symbol.asyncDispose]()))
  }
}

/** That a process has failed, or died, is a result as well. */
async function orFailure<T>(answer: Promise<T>): Promise<T | Failure> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error
    return { failure: errorMessage(error) }
  }
}

async function runFault(stage: Stage, drill: DrillName): Promise<readonly Episode[]> {
  const { seconds, signal, pace } = stage
  if (drill === 'overload') await overload(stage)
  if (drill === 'block' || drill === 'suspend') await troubleApplication(drill, stage)
  const episodes: Episode[] = []
  const steps = troublesOf(drill, stage)
  // In a rolling restart a node is started again as soon as it is down.
  const lasting = steps.length > 1 ? 0 : seconds
  for (const troubles of steps) {
    if (episodes.length > 0) await sleep(pace.between, undefined, { signal })
    episodes.push(...(await runEpisode(stage, troubles, lasting)))
  }
  return episodes
}
