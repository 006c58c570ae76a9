import type { Figure, TrialResult } from '../benchmark.js'
import type { Assignment, Turn } from '../trial.js'
import {
  CALLERS,
  caseIn,
  caseOf,
  CONNECTIONS,
  IN_MANNER,
  loadsOf,
  mannersOf,
  OPEN,
  type Workload,
} from './benchmark.js'
import { createSubject } from './create-subject.js'
import { closedLoop, closedLoopInTurns, openLoop, type Operate } from '../load/loops.js'
import { ownRows } from '../load/own-rows.js'
import type { QuerySubject } from './subject.js'
import type { QuerySubjectName } from './subject-names.js'
import { ITEMS } from './tables.js'

const SLICES = {
  full: { warmUp: { operations: 300, milliseconds: 100 }, slices: 3, milliseconds: 80 },
  quick: { warmUp: { operations: 300, milliseconds: 100 }, slices: 4, milliseconds: 80 },
}
/** At first the compiler takes its time. */
const FIRST = { operations: 8_000, milliseconds: 2_000 }
/** Milliseconds of the open loop. */
const OPEN_TIME = 400
const SELECT = 'SELECT id, name, price FROM bench_item WHERE id = ?'
/** Operations over which the shares of the nodes are counted. */
const ASKED_WHERE = { full: 300, quick: 90 }

/** Measures one subject under every load. */
export async function measureQuery(
  { subject: name, access, quick, rate }: Assignment,
  turn: Turn,
): Promise<TrialResult> {
  const subject = await createSubject(name as QuerySubjectName, access, CONNECTIONS, 'as text')
  const slices = quick ? SLICES.quick : SLICES.full
  const figures: Figure[] = []
  const put = (load: string, values: object) => {
    for (const [metric, value] of Object.entries(values) as [string, number][])
      figures.push({ case: load, metric, value })
  }
  await closedLoop(operationsOf(subject, 'select'), CONNECTIONS, FIRST.operations, FIRST.milliseconds)
  for (const { workload, callers } of loadsOf(quick)) {
    const operate = operationsOf(subject, workload)
    put(caseOf(workload, callers), await closedLoopInTurns(operate, callers, slices, turn))
  }
  if (rate !== undefined) {
    await turn()
    put(OPEN, await openLoop(operationsOf(subject, 'select'), rate, OPEN_TIME))
  }
  const [first] = loadsOf(quick)
  await turn()
  if (first !== undefined)
    put(caseOf(first.workload, first.callers), {
      share: await busiestShare(subject, quick ? ASKED_WHERE.quick : ASKED_WHERE.full),
    })
  await subject.end()
  const configurations = [subject.configuration]
  for (const manner of mannersOf(name as QuerySubjectName, quick)) {
    const other = await createSubject(name as QuerySubjectName, access, CONNECTIONS, manner)
    const operate = operationsOf(other, 'select')
    await turn()
    await closedLoop(operate, CONNECTIONS, CONNECTIONS, Infinity)
    put(caseIn(manner), await closedLoopInTurns(operate, IN_MANNER, slices, turn))
    await other.end()
    configurations.push(`${manner}: ${other.configuration}`)
  }
  return { configuration: [...new Set(configurations)].join('; '), figures }
}

function operationsOf(subject: QuerySubject, workload: Workload): Operate {
  switch (workload) {
    case 'select':
      return () => subject.select(SELECT, [1 + Math.floor(Math.random() * ITEMS)])
    case 'transaction': {
      const rowOf = ownRows(ITEMS, Math.max(...CALLERS))
      return (caller) => {
        const id = rowOf(caller)
        return subject.transaction([
          ['START TRANSACTION', []],
          [SELECT, [id]],
          ['UPDATE bench_item SET stock = stock - 1 WHERE id = ?', [id]],
          ['SELECT stock FROM bench_item WHERE id = ?', [id]],
          ['COMMIT', []],
        ])
      }
    }
    default:
      return workload satisfies never
  }
}

/** The part of all operations that the node which got most of them got. */
async function busiestShare(subject: QuerySubject, asked: number): Promise<number> {
  const counts = new Map<unknown, number>()
  for (let begun = 0; begun < asked; begun += CONNECTIONS) {
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
