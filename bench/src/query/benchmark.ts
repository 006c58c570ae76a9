import type { Benchmark, Comparison } from '../benchmark.js'
import type { Manner } from './subject.js'
import { CLUSTER_SUBJECTS, QUICK_SUBJECTS, type QuerySubjectName, SINGLE_SUBJECTS, TEXT_ONLY } from './subject-names.js'
import { dropTables, makeTables } from './tables.js'

export const CALLERS = [1, 16, 64, 256] as const
export const CONNECTIONS = 30
const WORKLOADS = ['select', 'transaction'] as const
export type Workload = (typeof WORKLOADS)[number]
export const OPEN = 'select, open loop'

/** Callers of what is not sent as text, or is reset. */
export const IN_MANNER = 16

const OURS = 'mysql-hostpool'
const OURS_SINGLE = 'mysql-hostpool, one host'
export const AIMED = caseOf('select', 16)
const TARGETS: Partial<Record<QuerySubjectName, number>> = {
  'hand-held connections': 0.97,
  'mysql2 Pool, one host': 1,
  'mysql2 PoolCluster': 1.15,
  'aws wrapper, one host': 5,
}

export function caseOf(workload: Workload, callers: number): string {
  return `${workload}, ${callers}`
}

export function caseIn(manner: Manner): string {
  return `${caseOf('select', IN_MANNER)}, ${manner}`
}

/** In which other manners a subject can be asked. */
export function mannersOf(name: QuerySubjectName, quick: boolean): readonly Manner[] {
  return quick || TEXT_ONLY.includes(name) ? [] : ['prepared', 'reset on']
}

export function loadsOf(quick: boolean): readonly { readonly workload: Workload; readonly callers: number }[] {
  if (quick) return [{ workload: 'select', callers: 16 }]
  return WORKLOADS.flatMap((workload) => CALLERS.map((callers) => ({ workload, callers })))
}

export function query(quick: boolean): Benchmark {
  const among = <T extends QuerySubjectName>(names: readonly T[]) =>
    names.filter((name) => !quick || QUICK_SUBJECTS.includes(name))
  const cluster = among(CLUSTER_SUBJECTS)
  const single = among(SINGLE_SUBJECTS)
  return {
    name: 'query',
    title: 'Queries',
    method:
      `A point select, and a transaction of five statements (START TRANSACTION, SELECT, UPDATE, SELECT, COMMIT), as text, ` +
      `on real nodes; ${CONNECTIONS} connections in all. Callers ask again as soon as they are answered; in the open loop ` +
      'they ask at a steady rate, half of what hand-held connections manage with 16 callers. The servers run on the same ' +
      'machine and take most of it. Hand-held connections without any pool are the limit. Prepared: by execute(), which keeps ' +
      'the statement prepared. Reset on: everybody resets the session after each statement; else only this pool does, and only ' +
      `when the session was changed. Left out there: ${TEXT_ONLY.join(' and ')}, whose pools have neither.`,
    setting: `${CONNECTIONS} connections, as text; three real nodes, or one where it says so; servers on the same machine`,
    servers: 'cluster',
    subjects: [...cluster, ...single],
    metrics: {
      throughput: { title: 'per second', better: 'more' },
      p50: { title: 'p50 ms', better: 'less' },
      p99: { title: 'p99 ms', better: 'less' },
      p999: { title: 'p99.9 ms', better: 'less' },
      cpu: { title: 'client CPU µs', better: 'less' },
      share: { title: 'busiest node', better: 'less' },
    },
    comparisons: [...against(cluster, OURS, quick), ...against(single, OURS_SINGLE, quick)],
    limits: [],
    prepare: makeTables,
    cleanUp: dropTables,
    ...(quick ? {} : { calibrate: { subject: 'hand-held connections', case: AIMED, metric: 'throughput', part: 0.5 } }),
  }
}

function against(subjects: readonly QuerySubjectName[], ours: QuerySubjectName, quick: boolean): Comparison[] {
  const closed = loadsOf(quick).map(({ workload, callers }) => caseOf(workload, callers))
  return subjects
    .filter((name) => name !== ours)
    .flatMap((peer) => [
      ...mannersOf(peer, quick).flatMap((manner): Comparison[] => {
        const pair = { kind: 'speed', case: caseIn(manner), of: ours, to: peer } as const
        return [
          { ...pair, metric: 'throughput' },
          { ...pair, metric: 'cpu' },
        ]
      }),
      ...closed.flatMap((load): Comparison[] => {
        const target = load === AIMED ? TARGETS[peer] : undefined
        const pair = { kind: 'speed', case: load, of: ours, to: peer } as const
        return [
          { ...pair, metric: 'throughput', ...(target === undefined ? {} : { target }) },
          { ...pair, metric: 'cpu' },
        ]
      }),
      ...(quick ? [] : [{ kind: 'speed', case: OPEN, of: ours, to: peer, metric: 'cpu' } as const]),
    ])
}
