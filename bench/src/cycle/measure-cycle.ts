import { createHistogram } from 'node:perf_hooks'
import { median } from 'simple-statistics'
import type { Figure, TrialResult } from '../benchmark.js'
import { allocatedBytes } from '../observe/allocated-bytes.js'
import { countTimers } from '../observe/count-timers.js'
import { timed } from '../observe/timed.js'
import { jainIndex } from '../statistics/jain-index.js'
import type { Assignment, Turn } from '../trial.js'
import { callersOf, caseOf, CONNECTIONS, TARGETED } from './benchmark.js'
import { Callers, type Watch } from './callers.js'
import { createSubject } from './create-subject.js'
import type { CycleSubject } from './subject.js'
import type { CycleSubjectName } from './subject-names.js'

/** At first so many cycles run, or as many as there is time for, that nobody measures: the compiler is at work. */
const FIRST = {
  full: { cycles: 400_000, milliseconds: 1_500 },
  quick: { cycles: 200_000, milliseconds: 800 },
}
/** The same before each load. */
const WARM_UP = { cycles: 30_000, milliseconds: 150 }
const AT_ONCE = 5_000
/** Cycles that begin each slice and do not count: connections have rested, and are asked first whether they still answer. */
const AFTER_REST = 2_000
/** Cycles over which allocations and timers are counted. */
const COUNTED = { full: 10_000, quick: 4_000 }
/** Cycles of each caller over which fairness is judged. */
const JUDGED = 50
/** Speed is the median of so many slices of so many cycles, a turn each; a slow pool, and what nothing is aimed at, gets fewer. */
const SLICES = {
  full: { count: 9, cycles: 30_000 },
  quick: { count: 5, cycles: 20_000 },
  least: 3,
  seconds: 1,
}

/** Measures one pool under every number of callers. Speed comes first and alone: looking costs time. */
export async function measureCycle({ subject: name, access, quick }: Assignment, turn: Turn): Promise<TrialResult> {
  const subject = await createSubject(name as CycleSubjectName, access, CONNECTIONS)
  const size = quick ? 'quick' : 'full'
  await openAll(subject)
  const figures: Figure[] = []
  await warmUp(subject, CONNECTIONS, FIRST[size])
  for (const callers of callersOf(quick)) {
    await turn()
    await warmUp(subject, callers, WARM_UP)
    figures.push(...(await speedOf(subject, callers, SLICES[size], turn)))
  }
  for (const callers of callersOf(quick)) figures.push(...(await lookAt(subject, callers, COUNTED[size])))
  await subject.subject.end()
  return { configuration: subject.subject.configuration, figures }
}

async function lookAt(subject: CycleSubject, callers: number, cycles: number): Promise<Figure[]> {
  const looks = new Looks()
  const watched = new Callers(subject, callers, looks, Math.max(5_000, JUDGED * callers))
  await watched.run()
  const counted = new Callers(subject, callers, undefined, cycles)
  const bytes = await allocatedBytes(() => counted.run())
  const timing = new Callers(subject, callers, undefined, cycles)
  const timers = await countTimers(() => timing.run())
  const found = {
    wait: looks.wait.percentile(99.9) / 1e6,
    inversions: looks.inversions,
    fairness: jainIndex(watched.countsAtStop),
    bytes: bytes / counted.total,
    timers: timers / timing.total,
  }
  return Object.entries(found).map(([metric, value]) => ({ case: caseOf(callers), metric, value }))
}

/** Waits, and whether somebody who asked later was served earlier. */
class Looks implements Watch {
  readonly wait = createHistogram()
  inversions = 0
  #tickets = 0
  #latestServed = 0
  readonly #ticket: number[] = []
  readonly #since: number[] = []

  asks(caller: number): void {
    this.#tickets += 1
    this.#ticket[caller] = this.#tickets
    this.#since[caller] = performance.now()
  }

  gets(caller: number): void {
    const waited = performance.now() - (this.#since[caller] ?? 0)
    this.wait.record(Math.max(1, Math.round(waited * 1e6)))
    const ticket = this.#ticket[caller] ?? 0
    if (ticket < this.#latestServed) this.inversions += 1
    else this.#latestServed = ticket
  }
}

async function warmUp(
  subject: CycleSubject,
  callers: number,
  { cycles, milliseconds }: { readonly cycles: number; readonly milliseconds: number },
): Promise<void> {
  const end = performance.now() + milliseconds
  for (let done = 0; done < cycles && performance.now() < end; done += AT_ONCE) {
    await new Callers(subject, callers, undefined, AT_ONCE).run()
  }
}

/** Microseconds of processor time for each cycle, and cycles a second. */
async function speedOf(
  subject: CycleSubject,
  callers: number,
  { count: most, cycles }: { readonly count: number; readonly cycles: number },
  turn: Turn,
): Promise<Figure[]> {
  const cpus: number[] = []
  const throughputs: number[] = []
  const count = TARGETED.includes(callers) ? most : SLICES.least
  let spent = 0
  const late = () => spent > SLICES.seconds * 1000
  for (let slice = 0; slice < count && !(late() && slice >= SLICES.least); slice += 1) {
    const load = new Callers(subject, callers, undefined, cycles)
    await turn()
    await new Callers(subject, callers, undefined, AFTER_REST).run()
    const { cpu, wall } = await timed(() => load.run())
    spent += wall
    cpus.push((cpu * 1000) / load.total)
    throughputs.push((load.total / wall) * 1000)
  }
  const load = caseOf(callers)
  return [
    { case: load, metric: 'cpu', value: median(cpus), slices: cpus },
    { case: load, metric: 'throughput', value: median(throughputs), slices: throughputs },
  ]
}

/** Every connection is open before anything is measured. */
async function openAll({ api, subject }: CycleSubject): Promise<void> {
  const acquire = (): Promise<unknown> =>
    api === 'promise'
      ? subject.acquire()
      : new Promise((resolve, reject) => {
          subject.acquire((error, connection) => (error === null ? resolve(connection) : reject(error)))
        })
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, acquire))
  for (const connection of connections) subject.release(connection)
}
