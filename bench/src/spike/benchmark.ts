import type { Benchmark, Comparison } from '../benchmark.js'

/** A burst of queries that all come at once. Times are milliseconds. */
export interface Burst {
  readonly name: string
  readonly connectTime: number
  /** Connections that are open before. */
  readonly idle: number
  readonly queries: number
  readonly queryTime: number
  readonly maxConnecting: number | undefined
}

export const LIMIT = 50
export const BURSTS: readonly Burst[] = [
  { name: 'spike', connectTime: 150, idle: 5, queries: 50, queryTime: 2, maxConnecting: undefined },
  { name: 'cold growth', connectTime: 50, idle: 0, queries: 200, queryTime: 50, maxConnecting: 8 },
]
const SUBJECTS = [
  'mysql-hostpool',
  'mysql-hostpool again',
  'hand-held connections',
  'mysql2 Pool',
  'mariadb Pool',
] as const
export type SpikeSubjectName = (typeof SUBJECTS)[number]

const [OURS, , HAND_HELD, MYSQL2] = SUBJECTS
const QUICK_SUBJECTS: readonly SpikeSubjectName[] = [OURS, HAND_HELD, MYSQL2]

export function spike(quick: boolean): Benchmark {
  const subjects = quick ? QUICK_SUBJECTS : SUBJECTS
  return {
    name: 'spike',
    title: 'Spike and cold growth',
    method:
      'Spike: 5 connections rest, and 50 queries of 2 ms come at once; a new connection takes 150 ms. Cold growth: ' +
      'nothing is open, and 200 queries of 50 ms come at once; a new connection takes 50 ms, and this pool opens 8 at a ' +
      `time (maxConnecting). One host that only pretends, at most ${LIMIT} connections. Counted is the time until all have ` +
      'their answer, and every connection that was opened for them, also if it came too late. Hand-held connections, the ' +
      `5 that rest or ${LIMIT}, are used in turn without any pool: the limit.`,
    setting: `at most ${LIMIT} connections to one pretended host; 50 queries at 5 idle connections, 200 at none`,
    servers: { connectTimes: BURSTS.map(({ connectTime }) => connectTime) },
    subjects,
    metrics: {
      time: { title: 'ms until all are answered', better: 'less' },
      opened: { title: 'new connections', better: 'less' },
    },
    comparisons: BURSTS.flatMap(({ name }) =>
      subjects.slice(1).map((to): Comparison => ({ kind: 'speed', case: name, metric: 'time', of: OURS, to })),
    ),
    limits: [
      { case: 'spike', metric: 'time', of: OURS, target: 45 },
      { case: 'spike', metric: 'opened', of: OURS, target: 4 },
      { case: 'cold growth', metric: 'time', of: OURS, target: 700 },
    ],
  }
}
