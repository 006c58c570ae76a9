import { createHistogram } from 'node:perf_hooks'
import { runLoad } from '@mysql-hostpool/test/program/load'
import type { Figure, TrialResult } from '../benchmark.js'
import { timed } from '../observe/timed.js'
import type { Assignment } from '../trial.js'
import { caseOf, CONNECTIONS, loadsOf, OPEN, type Workload } from './benchmark.js'
import { createSubject } from './create-subject.js'
import type { QuerySubject } from './subject.js'
import type { QuerySubjectName } from './subject-names.js'
import { ITEMS } from './tables.js'

/** Operations that nobody measures, and milliseconds of measuring. */
const WARM_UP = { operations: 600, quick: 300 }
const TIME = { full: 700, quick: 350 }
const SELECT = 'SELECT id, name, price FROM bench_item WHERE id = ?'
/** Operations over which the shares of the nodes are counted. */
const ASKED_WHERE = 300

/** Measures one subject under every load. */
export async function measureQuery({ subject: name, access, quick, rate }: Assignment): Promise<TrialResult> {
  const subject = await createSubject(name as QuerySubjectName, access, CONNECTIONS)
  const time = quick ? TIME.quick : TIME.full
  const figures: Figure[] = []
  const put = (load: string, values: Readonly<Record<string, number>>) => {
    for (const [metric, value] of Object.entries(values)) figures.push({ case: load, metric, value })
  }
  await closedLoop(operationsOf(subject, 'select'), CONNECTIONS, quick ? WARM_UP.quick : WARM_UP.operations, Infinity)
  for (const { workload, callers } of loadsOf(quick)) {
    const operate = operationsOf(subject, workload)
    await closedLoop(operate, callers, callers * 3, Infinity)
    put(caseOf(workload, callers), await closedLoop(operate, callers, Infinity, time))
  }
  if (rate !== undefined) put(OPEN, await openLoop(operationsOf(subject, 'select'), rate, time))
  const [first] = loadsOf(quick)
  if (first !== undefined) put(caseOf(first.workload, first.callers), { share: await busiestShare(subject) })
  const { configuration } = subject
  await subject.end()
  return { configuration, figures }
}

type Operate = (caller: number) => Promise<unknown>

function operationsOf(subject: QuerySubject, workload: Workload): Operate {
  switch (workload) {
    case 'select':
      return () => subject.select(SELECT, [1 + Math.floor(Math.random() * ITEMS)])
    case 'transaction':
      return (caller) => {
        // No two callers share a row: what is measured is the pool, not the cluster's certification.
        const id = 1 + caller
        return subject.transaction([
          ['START TRANSACTION', []],
          [SELECT, [id]],
          ['UPDATE bench_item SET stock = stock - 1 WHERE id = ?', [id]],
          ['SELECT stock FROM bench_item WHERE id = ?', [id]],
          ['COMMIT', []],
        ])
      }
    default:
      return workload satisfies never
  }
}

/** Callers that ask again as soon as they are answered, until so many operations or so many milliseconds are over. */
async function closedLoop(
  operate: Operate,
  callers: number,
  operations: number,
  milliseconds: number,
): Promise<Record<string, number>> {
  const latency = createHistogram()
  let left = operations
  const end = performance.now() + milliseconds
  const call = async (_: unknown, caller: number): Promise<void> => {
    while (left > 0 && performance.now() < end) {
      left -= 1
      const begin = performance.now()
      await operate(caller)
      latency.record(nanoseconds(performance.now() - begin))
    }
  }
  const { cpu, wall } = await timed(() => Promise.all(Array.from({ length: callers }, call)))
  return figuresOf(latency, cpu, wall)
}

/** Requests at a steady rate, each of which counts from the moment at which it was due. */
async function openLoop(operate: Operate, rate: number, milliseconds: number): Promise<Record<string, number>> {
  const latency = createHistogram()
  const answers: Promise<unknown>[] = []
  const { cpu, wall } = await timed(async () => {
    await runLoad({
      rate,
      seconds: milliseconds / 1000,
      signal: new AbortController().signal,
      send: (index, due) => {
        answers.push(operate(index).then(() => latency.record(nanoseconds(performance.now() - due))))
      },
    })
    await Promise.all(answers)
  })
  return figuresOf(latency, cpu, wall)
}

function figuresOf(latency: ReturnType<typeof createHistogram>, cpu: number, wall: number): Record<string, number> {
  return {
    throughput: (latency.count / wall) * 1000,
    p50: latency.percentile(50) / 1e6,
    p99: latency.percentile(99) / 1e6,
    p999: latency.percentile(99.9) / 1e6,
    cpu: (cpu * 1000) / latency.count,
  }
}

function nanoseconds(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds * 1e6))
}

/** The part of all operations that the node which got most of them got. */
async function busiestShare(subject: QuerySubject): Promise<number> {
  const counts = new Map<unknown, number>()
  for (let begun = 0; begun < ASKED_WHERE; begun += CONNECTIONS) {
    const rows = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => subject.select('SELECT @@wsrep_node_name AS node', [])),
    )
    for (const row of rows) {
      const { node } = row as { readonly node: unknown }
      counts.set(node, (counts.get(node) ?? 0) + 1)
    }
  }
  return Math.max(...counts.values()) / [...counts.values()].reduce((sum, count) => sum + count, 0)
}
