import type { Benchmark, Comparison } from '../benchmark.js'
import { ORM_METRICS } from '../orm/metrics.js'
import { dropTables, makeTables } from '../orm/tables.js'

const SUBJECTS = [
  'mysql-hostpool, one host',
  'mysql-hostpool, one host, again',
  'mysql-hostpool, three hosts',
  'adapter-mariadb',
  'adapter-mariadb, statements cached',
] as const
export type PrismaSubjectName = (typeof SUBJECTS)[number]
const OPERATIONS = ['findUnique', 'findMany, 100 rows', 'create', 'update', 'transaction'] as const
export type Operation = (typeof OPERATIONS)[number]

const [OURS, AGAIN, THREE, STOCK, CACHED] = SUBJECTS

const METRICS = ['throughput', 'cpu'] as const
const QUICK_SUBJECTS: readonly PrismaSubjectName[] = [OURS, STOCK]

export function operationsOf(quick: boolean): readonly Operation[] {
  return quick ? ['findUnique', 'transaction'] : OPERATIONS
}

export function prisma(quick: boolean): Benchmark {
  return {
    name: 'prisma',
    title: 'Prisma',
    method:
      'Prisma on real nodes, 8 callers at once through 10 connections, with @prisma/adapter-mariadb and with this adapter. ' +
      'The transaction is an interactive one: it reads and changes a row. Compared are throughput, most of which is the work ' +
      "of the servers and of Prisma's client, and processor time of the client.",
    setting: '8 callers, 10 connections, @prisma/adapter-mariadb; real nodes on the same machine',
    servers: 'cluster',
    subjects: quick ? QUICK_SUBJECTS : SUBJECTS,
    metrics: ORM_METRICS,
    comparisons: operationsOf(quick).flatMap((each) =>
      METRICS.flatMap((metric): Comparison[] => {
        const target = each === 'findUnique' ? 1.5 : 1.2
        const pair = { kind: 'speed', case: each, metric, of: OURS } as const
        return [
          { ...pair, to: STOCK, target },
          ...(quick
            ? []
            : [
                { ...pair, to: AGAIN },
                { ...pair, to: CACHED, target: 1.1 },
                { ...pair, to: THREE },
              ]),
        ]
      }),
    ),
    limits: [],
    prepare: makeTables,
    cleanUp: dropTables,
  }
}
