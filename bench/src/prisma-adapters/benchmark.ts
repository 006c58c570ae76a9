import type { Benchmark, Comparison } from '../benchmark.js'
import { LOADS } from './loads.js'
import { ADAPTER_SUBJECTS, type AdapterSubjectName } from './subject-names.js'
import { dropTables, makeTables } from './tables.js'

export const CONNECTIONS = 10

const OURS: AdapterSubjectName = 'mysql-hostpool'
const KEPT: AdapterSubjectName = '@prisma/adapter-mariadb, statements kept'
const AGAIN: AdapterSubjectName = 'mysql-hostpool, again'
const DEFAULT: AdapterSubjectName = '@prisma/adapter-mariadb'

const [UNIQUE = '', FIRST = '', MANY = '', NESTED = ''] = LOADS.map((load) => load.case)
const TARGETS: Readonly<Record<string, number>> = { [UNIQUE]: 1.5, [FIRST]: 1.5, [MANY]: 1.2, [NESTED]: 1.2 }
const TARGET_KEPT = 1.1

export function prismaAdapters(): Benchmark {
  return {
    name: 'prisma-adapters',
    title: 'Prisma adapters',
    method:
      `A Prisma client on one server with ${CONNECTIONS} connections, the same generated code for every adapter. ` +
      'Compared are throughput, processor time of the client, which the load of others disturbs less, and the most memory ' +
      'that the process ever had.',
    servers: 'cluster',
    subjects: ADAPTER_SUBJECTS,
    metrics: {
      throughput: { title: 'requests/s', better: 'more' },
      cpu: { title: 'CPU µs/request', better: 'less' },
      memory: { title: 'peak MB', better: 'less' },
    },
    comparisons: LOADS.flatMap(({ case: load }): Comparison[] => [
      speed(load, DEFAULT, TARGETS[load]),
      speed(load, KEPT, TARGET_KEPT),
      speed(load, AGAIN),
      speed(load, 'answers from memory'),
      ...[DEFAULT, KEPT, AGAIN].map((to): Comparison => ({ kind: 'speed', case: load, metric: 'cpu', of: OURS, to })),
      ...[DEFAULT, KEPT].map((to): Comparison => ({
        kind: 'cost',
        case: load,
        metric: 'memory',
        of: OURS,
        to,
        target: 1,
      })),
    ]),
    limits: [],
    prepare: makeTables,
    cleanUp: dropTables,
  }
}

function speed(load: string, to: AdapterSubjectName, target?: number): Comparison {
  const comparison: Comparison = { kind: 'speed', case: load, metric: 'throughput', of: OURS, to }
  return target === undefined ? comparison : { ...comparison, target }
}
