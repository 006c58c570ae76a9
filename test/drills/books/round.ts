import { setTimeout as sleep } from 'node:timers/promises'
import type { GaleraCluster, GaleraNode } from '../../cluster/index.js'
import { Random } from '../../program/random.js'
import { readBook } from './book-table.js'
import { differencesOf, type Finding, findingsOf, type Rows } from './books.js'
import { type Claim, Told } from './claim.js'
import { Clients } from './clients.js'
import type { Gate } from './gate.js'
import { BURST_LASTS, type RoundFault, type RoundPlan } from './plan.js'
import { Writers } from './writers.js'

/** Writers that write all the time, and writes of one moment. With both, a connection for each, and some more. */
const STEADY = 12
const BURST = 120
export const CONNECTIONS = STEADY + BURST + 10
/** Milliseconds of load before the burst and after the fault. */
const LOAD_AROUND = 700
/** How long the writes of a burst may take until all wait for the gate. */
const GATHERING = 4_000
/** How long the cluster may take to be whole again, the pause between two attempts, and how many leave all nodes alive. */
const HEALING = 180_000
const HEAL_AGAIN = 1_000
const PATIENT_ATTEMPTS = 2

/** What came of one round. */
export interface RoundRecord {
  readonly plan: RoundPlan
  readonly claims: readonly Claim[]
  /** What some node has against what was told; each once. */
  readonly findings: readonly Finding[]
  /** Writes of unknown outcome that are there. */
  readonly unknownThere: number
}

/** Lets a fault happen under load right after a burst of COMMITs, mends it, and compares the books. */
export async function runRound(cluster: GaleraCluster, plan: RoundPlan, signal: AbortSignal): Promise<RoundRecord> {
  const victim = cluster.node(plan.victim)
  const others = cluster.nodes.filter((node) => node !== victim)
  const hosts = [victim, ...others].map(({ address }) => address)
  const prefix = `${plan.round}/`
  const claims = await (async () => {
    await using clients = await Clients.open({
      access: cluster,
      hosts,
      ordered: plan.ordered,
      connections: CONNECTIONS,
    })
    const writers = new Writers(clients, new Random(plan.seed), prefix)
    try {
      writers.start(STEADY)
      // The first burst opens connections and lets all code be compiled, so that the second one is as short as it is to be.
      const rehearsal = await gathered(writers, signal)
      await rehearsal.open(BURST_LASTS, 0, () => undefined)
      await sleep(LOAD_AROUND, undefined, { signal })
      const gate = await gathered(writers, signal)
      await using strike = await aim(plan.fault, victim)
      let struck: Promise<void> | undefined
      await gate.open(BURST_LASTS, plan.after, () => {
        struck = strike.now()
      })
      await struck
      await sleep(plan.lasts, undefined, { signal })
      await mend(plan.fault, victim)
      await sleep(LOAD_AROUND, undefined, { signal })
    } finally {
      await writers.stop(signal)
    }
    return writers.claims
  })()
  const books = await healedBooks(cluster, prefix, signal)
  const findings = new Map<string, Finding>()
  for (const finding of [...books.flatMap((rows) => findingsOf(claims, rows)), ...differencesOf(books)]) {
    findings.set(`${finding.fault} ${finding.mark}`, finding)
  }
  const [first] = books
  const unknownThere = claims.filter(({ mark, parts }) =>
    parts.some(({ told }, part) => told === Told.unknown && (first?.get(mark)?.[part] ?? 0) > 0),
  ).length
  return { plan, claims, findings: [...findings.values()], unknownThere }
}

/** A node that was woken says for some seconds that it is as healthy as it was, and only then learns what it missed. */
async function healedBooks(cluster: GaleraCluster, prefix: string, signal: AbortSignal): Promise<readonly Rows[]> {
  const deadline = performance.now() + HEALING
  for (let attempt = 1; ; attempt += 1) {
    try {
      await cluster.heal()
      return await Promise.all(cluster.nodes.map((node) => readBook(node, cluster.database, prefix)))
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await sleep(HEAL_AGAIN, undefined, { signal })
    if (attempt >= PATIENT_ATTEMPTS) await endTheUnwell(cluster)
  }
}

/** A node whose provider has given up (it refuses to rejoin, "Incorrect arguments to SET") comes back as a new process only. */
async function endTheUnwell(cluster: GaleraCluster): Promise<void> {
  for (const node of cluster.nodes) if (!(await node.isUsable())) await node.kill()
}

/** Writes that have come as far as what decides. */
async function gathered(writers: Writers, signal: AbortSignal): Promise<Gate> {
  const gate = writers.burst(BURST)
  const deadline = performance.now() + GATHERING
  while (gate.waiting < BURST && performance.now() < deadline) await sleep(10, undefined, { signal })
  return gate
}

interface Strike extends AsyncDisposable {
  readonly now: () => Promise<void>
}

/** Everything that takes time is done before: a cut has to come within milliseconds. */
async function aim(fault: RoundFault, victim: GaleraNode): Promise<Strike> {
  switch (fault) {
    case 'partition': {
      const isolation = await victim.prepareIsolation()
      return { now: () => isolation.isolate(), [Symbol.asyncDispose]: () => isolation[Symbol.asyncDispose]() }
    }
    case 'kill':
      return { now: () => victim.kill(), [Symbol.asyncDispose]: () => Promise.resolve() }
    case 'freeze':
      return { now: () => victim.freeze(), [Symbol.asyncDispose]: () => Promise.resolve() }
    default:
      return fault satisfies never
  }
}

async function mend(fault: RoundFault, victim: GaleraNode): Promise<void> {
  switch (fault) {
    case 'partition':
      return victim.rejoin()
    case 'kill':
      return victim.start({ wait: false })
    case 'freeze':
      return victim.thaw()
    default:
      return fault satisfies never
  }
}
