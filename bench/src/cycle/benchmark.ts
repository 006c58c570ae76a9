import type { Benchmark, Comparison, Limit } from '../benchmark.js'
import { WATCHED_SUBJECTS } from '../observe/watched-subjects.js'
import { CALLBACK_SUBJECTS, type CycleSubjectName, PROMISE_SUBJECTS } from './subject-names.js'

const CALLERS = [1, 10, 64, 1000] as const
export const CONNECTIONS = 10

export function caseOf(callers: number): string {
  return callers === 1 ? '1 caller' : `${callers} callers`
}

/** A quick run has this pool, itself again, the bare loop, the pools that targets name, and this pool with a watcher. */
const QUICK_SUBJECTS = 5
/** Without contention a cycle sets no timer; what a probe sets every two seconds is spread over thousands of cycles. */
const PROBES_ALONE = 0.002

/** Numbers of callers that something is aimed at. */
export const TARGETED: readonly number[] = [1, 64]
const OURS = 'mysql-hostpool'
const TARGETS: Partial<Record<CycleSubjectName, number>> = { 'mysql2 Pool': 1.3, 'mysql2 PoolCluster': 2 }

export function callersOf(quick: boolean): readonly number[] {
  return quick ? TARGETED : CALLERS
}

export function cycle(quick: boolean): Benchmark {
  const promises = quick ? [...PROMISE_SUBJECTS.slice(0, QUICK_SUBJECTS), ...WATCHED_SUBJECTS] : PROMISE_SUBJECTS
  const callbacks = quick ? [] : CALLBACK_SUBJECTS
  const cases = callersOf(quick)
  return {
    name: 'cycle',
    title: 'Checkout and release',
    method:
      `Take a connection, wait for the next turn of the event loop, give it back; ${CONNECTIONS} connections that are open ` +
      'already, and no statement. The servers only pretend, so nothing is sent at all. Pools over several hosts have three. ' +
      'Compared is processor time: others who use the machine meanwhile take from the clock, but hardly from that.',
    setting: `${CONNECTIONS} connections, no statement is sent; pools over several hosts have three`,
    servers: { connectTimes: [0, 0, 0] },
    subjects: [...promises, ...callbacks],
    metrics: {
      cpu: { title: 'CPU µs/cycle', better: 'less' },
      throughput: { title: 'cycles/s', better: 'more' },
      wait: { title: 'wait p99.9, ms', better: 'less' },
      fairness: { title: 'Jain', better: 'more' },
      inversions: { title: 'inversions', better: 'less' },
      bytes: { title: 'bytes/cycle', better: 'less' },
      timers: { title: 'timers/cycle', better: 'less' },
    },
    comparisons: [...against(promises, cases, OURS, TARGETS), ...against(callbacks, cases, `${OURS}, callback`, {})],
    limits: cases.flatMap((callers): Limit[] => [
      { case: caseOf(callers), metric: 'fairness', of: OURS, target: 0.99 },
      { case: caseOf(callers), metric: 'inversions', of: OURS, target: 0 },
      ...(callers > CONNECTIONS ? [] : [{ case: caseOf(callers), metric: 'timers', of: OURS, target: PROBES_ALONE }]),
    ]),
  }
}

function against(
  subjects: readonly CycleSubjectName[],
  cases: readonly number[],
  ours: CycleSubjectName,
  targets: Partial<Record<CycleSubjectName, number>>,
): Comparison[] {
  const peers = subjects.filter((name) => name !== ours)
  return cases.flatMap((callers) =>
    peers.map((peer): Comparison => {
      const target = TARGETED.includes(callers) ? targets[peer] : undefined
      const comparison: Comparison = { kind: 'speed', case: caseOf(callers), metric: 'cpu', of: ours, to: peer }
      return target === undefined ? comparison : { ...comparison, target }
    }),
  )
}
