import type { Figure, TrialResult } from '../benchmark.js'
import type { Assignment, Turn } from '../trial.js'
import {
  AIMED,
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
import { closedLoop, closedLoopInTurns, figuresUnder, openLoop, type Operate, type Schedule } from '../load/loops.js'
import { ownRows } from '../load/own-rows.js'
import type { QuerySubject } from './subject.js'
import type { QuerySubjectName } from './subject-names.js'
import { ITEMS } from './tables.js'

const WARM_UP = { operations: 300, milliseconds: 100 }
const SLICES = { warmUp: WARM_UP, slices: 6, milliseconds: 40 } satisfies Schedule
/** What is aimed at is looked at for longer. */
const AIMED_SLICES = { full: { ...SLICES, slices: 12 }, quick: { ...SLICES, slices: 5 } }
/**
 * At first the compiler takes its time: seconds, for some clients. Another manner is another path through each client, which the
 * compiler has to learn too.
 */
const FIRST = {
  full: { operations: 25_000, milliseconds: 2_500 },
  quick: { operations: 3_000, milliseconds: 450 },
}
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
  const first = quick ? FIRST.quick : FIRST.full
  const figures: Figure[] = []
  for (const workload of new Set(loadsOf(quick).map((load) => load.workload))) {
    await closedLoop(operationsOf(subject, workload), CONNECTIONS, first.operations, first.milliseconds)
  }
  for (const { workload, callers } of loadsOf(quick)) {
    const load = caseOf(workload, callers)
    const slices = load === AIMED ? AIMED_SLICES[quick ? 'quick' : 'full'] : SLICES
    const found = await closedLoopInTurns(operationsOf(subject, workload), callers, slices, turn, CONNECTIONS)
    figures.push(...figuresUnder(load, found))
  }
  if (rate !== undefined) {
    await turn()
    figures.push(...figuresUnder(OPEN, await openLoop(operationsOf(subject, 'select'), rate, OPEN_TIME)))
  }
  await turn()
  const share = await busiestShare(subject, quick ? ASKED_WHERE.quick : ASKED_WHERE.full)
  figures.push({ case: AIMED, metric: 'share', value: share })
  await subject.end()
  const configurations = [subject.configuration]
  for (const manner of mannersOf(name as QuerySubjectName, quick)) {
    const other = await createSubject(name as QuerySubjectName, access, CONNECTIONS, manner)
    const operate = operationsOf(other, 'select')
    await turn()
    await closedLoop(operate, CONNECTIONS, CONNECTIONS, Infinity)
    const slices = { ...SLICES, warmUp: first }
    const found = await closedLoopInTurns(operate, IN_MANNER, slices, turn, CONNECTIONS)
    figures.push(...figuresUnder(caseIn(manner), found))
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
