import type { Benchmark, Comparison } from '../benchmark.js'
import { ORM_METRICS } from '../orm/metrics.js'
import { dropTables, makeTables } from '../orm/tables.js'

export const SUBJECTS = [
  'mysql-hostpool, one host',
  'mysql-hostpool, one host, again',
  'mysql-hostpool, three hosts',
  'adapter-mariadb',
  'adapter-mariadb, statements cached',
] as const
export type PrismaSubjectName = (typeof SUBJECTS)[number]
export const OPERATIONS = ['findUnique', 'findMany, 100 rows', 'create', 'update', 'transaction'] as const

const [OURS, AGAIN, THREE, STOCK, CACHED] = SUBJECTS

export function prisma(): Benchmark {
  return {
    name: 'prisma',
    title: 'Prisma',
    method:
      'Prisma on real nodes, 8 callers at once through 10 connections, with @prisma/adapter-mariadb and with this adapter. ' +
      'The transaction is an interactive one: it reads and changes a row.',
    servers: 'cluster',
    subjects: SUBJECTS,
    metrics: ORM_METRICS,
    comparisons: OPERATIONS.flatMap((each): Comparison[] => {
      const target = each === 'findUnique' ? 1.5 : 1.2
      return [
        { kind: 'speed', case: each, metric: 'throughput', of: OURS, to: STOCK, target },
        { kind: 'speed', case: each, metric: 'throughput', of: OURS, to: CACHED, target: 1.1 },
        { kind: 'speed', case: each, metric: 'throughput', of: OURS, to: AGAIN },
        { kind: 'speed', case: each, metric: 'throughput', of: OURS, to: THREE },
        ...[STOCK, CACHED, AGAIN].map((to): Comparison => ({ kind: 'speed', case: each, metric: 'cpu', of: OURS, to })),
      ]
    }),
    limits: [],
    prepare: makeTables,
    cleanUp: dropTables,
  }
}
