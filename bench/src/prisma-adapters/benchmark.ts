import type { Benchmark, Comparison } from '../benchmark.js'
import { adapterLoads, clientLoads, CONNECTIONS } from './loads.js'
import { ADAPTER_SUBJECTS, type AdapterSubjectName } from './subject-names.js'
import { dropTables, makeTables } from './tables.js'

const OURS: AdapterSubjectName = 'mysql-hostpool'
const KEPT: AdapterSubjectName = '@prisma/adapter-mariadb, statements kept'
const AGAIN: AdapterSubjectName = 'mysql-hostpool, again'
const DEFAULT: AdapterSubjectName = '@prisma/adapter-mariadb'
const BY_HAND: AdapterSubjectName = 'mysql2 by hand'
const MEMORY: AdapterSubjectName = 'answers from memory'

const TARGET = 1.2
/** Of a single row by its key, and of what Prisma joins such requests to when callers are in step. */
const TARGET_UNIQUE = 1.5
const TARGET_KEPT = 1.1
const UNIQUE = /findUnique|findFirst|one row|16 rows/

const QUICK_SUBJECTS: readonly AdapterSubjectName[] = [OURS, DEFAULT]

export function prismaAdapters(quick: boolean): Benchmark {
  const subjects = quick ? QUICK_SUBJECTS : ADAPTER_SUBJECTS
  const among = (names: readonly AdapterSubjectName[]) => names.filter((name) => subjects.includes(name))
  return {
    name: 'prisma-adapters',
    title: 'Prisma adapters',
    method:
      `A Prisma client on one server with ${CONNECTIONS} connections, the same generated code for every adapter; then the ` +
      'adapters alone, given the statements that Prisma makes. Compared are throughput, processor time of the client, which ' +
      'the load of others disturbs less, and the most memory that the process has had after the same number of requests. "mysql2 by hand" is as far as ' +
      'mysql2\'s own execute() goes, "answers from memory" as far as Prisma\'s client goes.',
    setting: `${CONNECTIONS} connections; one real node, by itself, on the same machine`,
    servers: 'node',
    subjects,
    metrics: {
      throughput: { title: 'requests/s', better: 'more' },
      cpu: { title: 'CPU µs/request', better: 'less' },
      memory: { title: 'peak MB', better: 'less' },
    },
    comparisons: [
      ...[...clientLoads(quick), ...adapterLoads(quick)].flatMap(({ case: load }): Comparison[] => [
        speed(load, DEFAULT, UNIQUE.test(load) ? TARGET_UNIQUE : TARGET),
        ...among([KEPT]).map((to) => speed(load, to, TARGET_KEPT)),
        ...among([AGAIN, BY_HAND, MEMORY]).map((to) => speed(load, to)),
        ...among([DEFAULT, KEPT, AGAIN, BY_HAND]).map((to): Comparison => ({
          kind: 'speed',
          case: load,
          metric: 'cpu',
          of: OURS,
          to,
        })),
      ]),
      ...clientLoads(quick).flatMap(({ case: load }) =>
        among([DEFAULT, KEPT]).map((to): Comparison => ({
          kind: 'cost',
          case: load,
          metric: 'memory',
          of: OURS,
          to,
          target: 1,
        })),
      ),
    ],
    limits: [],
    prepare: makeTables,
    cleanUp: dropTables,
  }
}

function speed(load: string, to: AdapterSubjectName, target?: number): Comparison {
  const comparison: Comparison = { kind: 'speed', case: load, metric: 'throughput', of: OURS, to }
  return target === undefined ? comparison : { ...comparison, target }
}
